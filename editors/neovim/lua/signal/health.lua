-- :checkhealth signal
local M = {}

local health = vim.health
local start = health.start or health.report_start
local ok, info = health.ok or health.report_ok, health.info or health.report_info
local warn, bad = health.warn or health.report_warn, health.error or health.report_error

local function neovim()
  start('signal: Neovim')
  local version = vim.version()
  local text = ('Neovim %d.%d.%d'):format(version.major, version.minor, version.patch)
  if vim.fn.has('nvim-0.11') == 1 then
    ok(text)
  else
    warn(text .. ': 0.11 or newer is asked for; older ones start the server, and lack some of its features')
  end
  local target = require('signal.commands').target()
  info((':SignalRun goes to the %s%s'):format(
    target == 'remote' and 'service' or 'sandbox',
    target == 'remote' and ', which spends quota' or ''
  ))
end

-- True if `dsl` can be asked.
local function command()
  start('signal: dsl')
  local dsl = require('signal.dsl')
  if not dsl.is_there() then
    bad(dsl.missing())
    return false
  end
  local version = dsl.version()
  local where = vim.fn.exepath(dsl.command())
  if not version then
    bad(('%s does not tell its version'):format(where), { 'is it the dsl of the Signal DSL?' })
    return false
  end
  if vim.version.lt and vim.version.lt(version, dsl.needed) then
    bad(('dsl %s is older than %s: %s'):format(version, dsl.needed, where), { 'cargo install --path crates/dsl' })
    return false
  end
  ok(('dsl %s: %s'):format(version, where))
  return true
end

local function server()
  start('signal: language server')
  if vim.g.signal_lsp == false then
    info('switched off by vim.g.signal_lsp')
    return
  end
  local client = require('signal.server').client(vim.api.nvim_get_current_buf())
  if not client then
    info('not running: it starts with the first script that is opened')
    return
  end
  local buffers = #vim.tbl_keys(client.attached_buffers or {})
  ok(('running, with %d buffer%s, folder %s'):format(buffers, buffers == 1 and '' or 's', client.config.root_dir or '-'))
  local answer, reason, done
  require('signal.status').ask(vim.api.nvim_get_current_buf(), function(status, why)
    answer, reason, done = status, why, true
  end)
  vim.wait(5000, function()
    return done
  end, 20)
  if not answer then
    warn('it does not tell its state: ' .. (reason or 'no answer within 5 seconds'))
    return
  end
  ok(('%s, %d names'):format(require('signal.status').catalog(answer), answer.catalog.names))
  info('settings: ' .. (answer.settings or 'no signal.toml'))
end

local function parser()
  start('signal: tree-sitter')
  local there, reason = require('signal.parser').is_there()
  if there then
    ok('parser found')
  else
    info(('no parser: colours come from the language server alone. :SignalParser builds one%s'):format(
      reason and (' (' .. tostring(reason) .. ')') or ''
    ))
  end
  local queries = vim.api.nvim_get_runtime_file('queries/signal/*.scm', true)
  if #queries == 0 then
    warn('no queries/signal in the runtime path', { 'copy the whole folder of the plugin' })
  else
    ok(('%d queries'):format(#queries))
  end
end

-- What `dsl doctor` finds, without the network: key, catalog, journal ...
local function doctor()
  start('signal: dsl doctor --offline')
  local document, reason = require('signal.dsl').json({ 'doctor', '--offline', '--json' })
  if not document then
    bad(reason)
    return
  end
  local tell = { ok = ok, note = info, problem = warn }
  for _, check in ipairs(document.checks) do
    local text = ('%s: %s'):format(check.name, check.message)
    if check.state == 'problem' and check.cure then
      warn(text, { check.cure })
    else
      (tell[check.state] or info)(check.cure and (text .. ' (' .. check.cure .. ')') or text)
    end
  end
end

function M.check()
  neovim()
  local found = command()
  server()
  parser()
  if found then
    doctor()
  end
end

return M
