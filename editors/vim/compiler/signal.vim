" Signal DSL: `:make` checks the current script and fills the quickfix list.
if exists('current_compiler')
  finish
endif
let current_compiler = 'signal'

CompilerSet makeprg=dsl\ check\ --output-format\ concise\ %:S
CompilerSet errorformat=%f:%l:%c:\ %trror[%*[^]]]:\ %m,%f:%l:%c:\ %tarning[%*[^]]]:\ %m,%f:%l:%c:\ %tnfo[%*[^]]]:\ %m,%f:%l:%c:\ hint[%*[^]]]:\ %m,%-G%.%#
