-- Settings of a script's buffer. Everything of the language server comes with LspAttach, see plugin/signal.lua.
vim.bo.commentstring = '# %s'
vim.bo.comments = ':#!,:#'
-- The formatter's own indentation.
vim.bo.expandtab = true
vim.bo.shiftwidth = 4
vim.bo.softtabstop = 4

-- Colours by the grammar, where it is installed (:SignalParser); the language server's come on top.
if vim.treesitter.start then
  pcall(vim.treesitter.start)
end

local undo = 'setlocal commentstring< comments< expandtab< shiftwidth< softtabstop<'
vim.b.undo_ftplugin = vim.b.undo_ftplugin and (vim.b.undo_ftplugin .. ' | ' .. undo) or undo
