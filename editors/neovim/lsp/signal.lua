-- The language server of the Signal DSL, for vim.lsp.enable('signal'); plugin/signal.lua enables it.
-- Change what is here in your init.lua: vim.lsp.config('signal', { settings = { signal = { ... } } })
return require('signal.server').config()
