-- A split below the script in which `dsl` runs.
local M = {}

local window, buffer

-- The split of last time, if it is still there and what ran in it has ended; a run that goes on keeps its own.
local function reusable()
  if not (window and vim.api.nvim_win_is_valid(window) and buffer and vim.api.nvim_win_get_buf(window) == buffer) then
    return false
  end
  local job = vim.b[buffer].terminal_job_id
  return not job or vim.fn.jobwait({ job }, 0)[1] ~= -1
end

local function open_split()
  if reusable() then
    vim.api.nvim_set_current_win(window)
    local old = buffer
    vim.cmd('enew')
    pcall(vim.api.nvim_buf_delete, old, { force = true })
  else
    vim.cmd('botright ' .. math.max(10, math.floor(vim.o.lines * 0.4)) .. 'new')
  end
  window, buffer = vim.api.nvim_get_current_win(), vim.api.nvim_get_current_buf()
  vim.bo[buffer].bufhidden = 'wipe'
end

-- Runs `dsl` with arguments. Options: `answers` (it may ask something, so typing goes to it), `folder`.
function M.run(arguments, options)
  options = options or {}
  local dsl = require('signal.dsl')
  if not dsl.is_there() then
    vim.notify(dsl.missing(), vim.log.levels.ERROR)
    return
  end
  open_split()
  local command = vim.list_extend({ dsl.command() }, arguments)
  local job = { cwd = options.folder or vim.fn.getcwd() }
  if vim.fn.has('nvim-0.11') == 1 then
    job.term = true
    vim.fn.jobstart(command, job)
  else
    vim.fn.termopen(command, job)
  end
  vim.api.nvim_buf_set_name(buffer, ('signal://%d/dsl %s'):format(buffer, table.concat(arguments, ' ')))
  vim.keymap.set('n', 'q', '<cmd>close<cr>', { buffer = buffer, desc = 'Close what dsl says' })
  -- From the last line on, the window follows what is printed.
  vim.cmd('normal! G')
  if options.answers then
    vim.cmd('startinsert')
  end
end

return M
