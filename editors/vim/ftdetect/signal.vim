" Signal DSL scripts end in .signal
autocmd BufNewFile,BufRead *.signal setfiletype signal
