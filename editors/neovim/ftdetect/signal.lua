-- Signal DSL scripts end in .signal
vim.filetype.add({ extension = { signal = 'signal' } })
