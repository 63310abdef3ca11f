-- What the user commands do.
local M = {}

local function complain(message)
  vim.notify('signal: ' .. message, vim.log.levels.ERROR)
end

-- Where :SignalRun goes: the sandbox, unless vim.g.signal_target says 'remote'. Nobody spends quota by accident.
function M.target()
  return vim.g.signal_target == 'remote' and 'remote' or 'sandbox'
end

-- The script to act on: what is on the screen, so a changed buffer is written first. Nil, with a message, if there is none.
local function script(file)
  local buffer = file and vim.fn.bufnr('^' .. vim.fn.fnameescape(file) .. '$') or vim.api.nvim_get_current_buf()
  if not file then
    file = vim.api.nvim_buf_get_name(buffer)
    if vim.bo[buffer].filetype ~= 'signal' then
      complain('this is no script: go to a *.signal file first')
      return nil
    end
    if file == '' then
      complain('this script has no name yet: :write it first')
      return nil
    end
  end
  if buffer ~= -1 and vim.api.nvim_buf_is_loaded(buffer) and vim.bo[buffer].modified then
    local ok, failure = pcall(vim.api.nvim_buf_call, buffer, function()
      vim.cmd('silent write')
    end)
    if not ok then
      complain(("can't write the script: %s"):format(failure))
      return nil
    end
  end
  return vim.fn.fnamemodify(file, ':.')
end

-- Options: file (else the current buffer's), sandbox (true, false, or nil for the user's target), arguments (more flags).
function M.run(options)
  local file = script(options.file)
  if not file then
    return
  end
  local sandbox = options.sandbox
  if sandbox == nil then
    sandbox = M.target() == 'sandbox'
  end
  local arguments = { 'run', file }
  if sandbox and not vim.tbl_contains(options.arguments or {}, '--sandbox') then
    arguments[#arguments + 1] = '--sandbox'
  end
  vim.list_extend(arguments, options.arguments or {})
  -- The service's quota may make it ask.
  require('signal.terminal').run(arguments, { answers = not sandbox })
end

function M.warmup(options)
  local file = script(options.file)
  if file then
    require('signal.terminal').run(vim.list_extend({ 'warmup', file }, options.arguments or {}))
  end
end

-- The rule of the finding under the cursor, the nearest one of its line first.
local function rule_at_cursor()
  local line, column = unpack(vim.api.nvim_win_get_cursor(0))
  local nearest, distance
  for _, finding in ipairs(vim.diagnostic.get(0, { lnum = line - 1 })) do
    local away = math.max(finding.col - column, column - (finding.end_col or finding.col), 0)
    if finding.source == 'dsl' and finding.code and (not distance or away < distance) then
      nearest, distance = finding.code, away
    end
  end
  return nearest
end

function M.explain(rule)
  rule = rule or rule_at_cursor()
  if not rule then
    return complain('no finding on this line; name a rule: :SignalExplain not-enough-bars')
  end
  local code, out, err = require('signal.dsl').run({ 'explain', rule, '--color', 'never' })
  if code ~= 0 then
    return complain(vim.trim(err ~= '' and err or out))
  end
  vim.cmd('botright new')
  local buffer = vim.api.nvim_get_current_buf()
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, vim.split(vim.trim(out), '\n'))
  vim.api.nvim_buf_set_name(buffer, ('signal://%d/%s'):format(buffer, rule))
  vim.bo[buffer].buftype = 'nofile'
  vim.bo[buffer].bufhidden = 'wipe'
  vim.bo[buffer].modifiable = false
  vim.keymap.set('n', 'q', '<cmd>close<cr>', { buffer = buffer, desc = 'Close the explanation' })
end

-- The names of all rules, for completion.
function M.rules(begun)
  local _, out = require('signal.dsl').run({ 'explain', '--list', '--color', 'never' })
  local names = {}
  for line in vim.gsplit(out, '\n', { plain = true }) do
    names[#names + 1] = line:match('^%s+(%l[%l%d-]*-[%l%d-]*)%s%s+%l+%s')
  end
  return vim.tbl_filter(function(name)
    return vim.startswith(name, begun)
  end, names)
end

-- Without arguments, which catalog counts here; with some, `dsl catalog ...`.
function M.catalog(arguments, folder)
  if #arguments > 0 then
    return require('signal.terminal').run(vim.list_extend({ 'catalog' }, arguments), { folder = folder })
  end
  local status = require('signal.status')
  status.ask(vim.api.nvim_get_current_buf(), function(answer, reason)
    if not answer then
      return complain(reason)
    end
    local catalog = answer.catalog
    vim.notify(('%s: %d names, %s'):format(status.catalog(answer), catalog.names, catalog.date))
  end)
end

-- The page of a run, or of the last run of this script, in the browser.
function M.report(run)
  local dsl = require('signal.dsl')
  if not run then
    local file = script()
    if not file then
      return
    end
    local document, reason = dsl.json({ 'runs', 'list', '--json', '--limit', '1', '--status', 'completed', '--file', file })
    if not document then
      return complain(reason)
    end
    if not document.runs[1] then
      return complain('no run of this script has completed yet: :SignalRun makes one')
    end
    run = document.runs[1].run
  end
  local page = ('%s/signal-%s.html'):format(vim.fn.stdpath('cache'), run)
  vim.fn.mkdir(vim.fn.stdpath('cache'), 'p')
  local document, reason = dsl.json({ 'runs', 'report', run, '--output', page, '--json' })
  if not document then
    return complain(reason)
  end
  if vim.ui.open then
    local _, failure = vim.ui.open(page)
    if failure then
      complain(failure)
    end
  end
  vim.notify('signal: ' .. page)
end

return M
