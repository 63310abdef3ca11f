-- What code lenses and code actions of the server ask this editor to do.
local M = {}

-- Each takes the one JSON object that the server sends along.
local actions = {
  ['signal.run'] = function(wish)
    require('signal.commands').run({ file = vim.uri_to_fname(wish.uri), sandbox = wish.sandbox })
  end,
  ['signal.warmup'] = function(wish)
    require('signal.commands').warmup({ file = vim.uri_to_fname(wish.uri) })
  end,
  ['signal.lastResult'] = function(wish)
    require('signal.terminal').run({ 'runs', 'show', wish.run })
  end,
  ['signal.explain'] = function(wish)
    require('signal.commands').explain(wish.rule)
  end,
  ['signal.pullCatalog'] = function(wish)
    local folder = vim.fs.dirname(vim.uri_to_fname(wish.uri))
    require('signal.commands').catalog(wish.lock and { 'pull', '--lock' } or { 'pull' }, folder)
  end,
}

function M.names()
  local names = vim.tbl_keys(actions)
  table.sort(names)
  return names
end

function M.register()
  for name, act in pairs(actions) do
    vim.lsp.commands[name] = function(command)
      act(command.arguments[1])
    end
  end
end

return M
