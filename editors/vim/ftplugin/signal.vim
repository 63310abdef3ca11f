" Signal DSL: comments, and `:make` as `dsl check`. Works in Vim 8+ and Neovim.
if exists('b:did_ftplugin')
  finish
endif
let b:did_ftplugin = 1

setlocal comments=:#!,:# commentstring=#\ %s
compiler signal

let b:undo_ftplugin = 'setlocal comments< commentstring< makeprg< errorformat<'
