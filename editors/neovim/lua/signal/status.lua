-- What the server says of catalog, quota and settings, kept for a status line.
local M = {}

local latest

-- JSON's null is a value of its own in Neovim; here it means that there is none.
local function without_null(value)
  if value == vim.NIL then
    return nil
  end
  return type(value) == 'table' and vim.tbl_map(without_null, value) or value
end

-- Asks the server of a buffer; calls back with its answer, or nil and the reason.
function M.ask(buffer, callback)
  local client = require('signal.server').client(buffer)
  if not client then
    return callback(nil, 'the language server does not run; open a script, or see :checkhealth signal')
  end
  local file = vim.api.nvim_buf_get_name(buffer)
  if not vim.lsp.buf_is_attached(buffer, client.id) then
    -- Asked from elsewhere (:checkhealth, a terminal): any script of the server will do.
    for attached in pairs(client.attached_buffers or {}) do
      file = vim.api.nvim_buf_get_name(attached)
    end
  end
  local answer = function(failure, result)
    if failure then
      return callback(nil, failure.message)
    end
    latest = without_null(result)
    callback(latest)
  end
  local parameters = { textDocument = { uri = vim.uri_from_fname(file) } }
  if vim.fn.has('nvim-0.11') == 1 then
    client:request('signal/status', parameters, answer, buffer)
  else
    client.request('signal/status', parameters, answer, buffer)
  end
end

-- The server says that something changed: ask again, and draw the status line anew.
function M.refresh()
  M.ask(vim.api.nvim_get_current_buf(), function(status)
    if status then
      vim.cmd('redrawstatus')
    end
  end)
end

-- The catalog in words: where it comes from, and how old it is.
function M.catalog(status)
  local catalog = status.catalog
  local age = catalog.age_days
  local old = age == 0 and 'of today' or age == 1 and 'a day old' or age and ('%d days old'):format(age) or ''
  return ('catalog %s, %s'):format(catalog.origin, old)
end

-- For 'statusline': %{v:lua.require'signal.status'.line()}
function M.line()
  if not latest then
    return ''
  end
  local parts = { M.catalog(latest) }
  if latest.quota then
    parts[#parts + 1] = ('%s of %s backtests left'):format(latest.quota.hour_left, latest.quota.hour_limit)
  end
  parts[#parts + 1] = require('signal.commands').target()
  return table.concat(parts, ' · ')
end

return M
