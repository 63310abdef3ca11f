-- The command `dsl`: where it is, which version, and what it says in JSON.
local M = {}

-- The first version that has the language server.
M.needed = '0.1.0'

function M.command()
  return vim.g.signal_dsl or 'dsl'
end

function M.is_there()
  return vim.fn.executable(M.command()) == 1
end

function M.missing()
  return ("signal: can't find `%s`; install it (cargo install --path crates/dsl) or set vim.g.signal_dsl, see :help signal-install")
    :format(M.command())
end

-- Runs `dsl` with arguments and waits; returns exit code, stdout, stderr.
function M.run(arguments, folder)
  local command = vim.list_extend({ M.command() }, arguments)
  if vim.system then
    local ok, done = pcall(function()
      return vim.system(command, { text = true, cwd = folder, timeout = 20000 }):wait()
    end)
    if not ok then
      return 127, '', M.missing()
    end
    return done.code, done.stdout or '', done.stderr or ''
  end
  if not M.is_there() then
    return 127, '', M.missing()
  end
  local out = vim.fn.system(command)
  return vim.v.shell_error, out, ''
end

-- Runs `dsl` and reads the one JSON document that it prints; else nil and what went wrong.
function M.json(arguments, folder)
  local code, out, err = M.run(arguments, folder)
  local ok, document = pcall(vim.json.decode, out, { luanil = { object = true, array = true } })
  if not ok or type(document) ~= 'table' then
    local said = vim.trim(err) ~= '' and vim.trim(err) or ('exit code ' .. code)
    return nil, ('`dsl %s`: %s'):format(table.concat(arguments, ' '), said)
  end
  if document.error then
    local cure = document.error.suggestion and ('; ' .. document.error.suggestion) or ''
    return nil, (document.error.message or document.error.code) .. cure
  end
  return document
end

-- The version as `dsl --version` tells it, or nil.
function M.version()
  local code, out = M.run({ '--version' })
  return code == 0 and out:match('%d+%.%d+%.%d+%S*') or nil
end

return M
