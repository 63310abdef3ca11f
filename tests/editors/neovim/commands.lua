-- The user commands of the plugin, and what code lenses start.
local dip = [[
#! universe   = BINANCE:BTC/USDT
#! timeframe  = 1d
#! start_date = 2022-01-01
#! end_date   = 2024-06-30
strength = rsi(close, 14)
emit_signal(strength < 30, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
emit_signal(strength > 55, exit("BINANCE:BTC/USDT", "LONG"))]]

check('SignalRun runs the script in the sandbox, with what is on the screen', { { 'dip.signal', dip } }, function(at)
  at.type('Go# changed and not written<Esc>')
  at.type(':SignalRun<CR>')
  at.text_has('synthetic')
  at.see('[Process exited 0]')
  local written = table.concat(vim.fn.readfile(at.folder .. '/dip.signal'), '\n')
  assert(written:find('# changed and not written', 1, true), 'the changed script was not written first')
  -- q closes it, and the script is back.
  at.type('q')
  at.no_longer_see('[Process exited 0]')
  at.see('strength = rsi')
end)

check('SignalRun takes further flags', { { 'dip.signal', dip } }, function(at)
  at.type(':SignalRun --dry-run --start-date 2023-02-03<CR>')
  at.see('2023-02-03')
  at.see('[Process exited 0]')
end)

check('SignalRun with a bang goes to the service, which wants a key', { { 'dip.signal', dip } }, function(at)
  at.type(':SignalRun!<CR>')
  at.see('dsl auth register')
  at.see('[Process exited 4]')
end)

check('a target of remote makes SignalRun go to the service', {
  { 'dip.signal', dip },
  init = "vim.g.signal_target = 'remote'",
}, function(at)
  at.type(':SignalRun<CR>')
  at.see('dsl auth register')
  at.see('[Process exited 4]')
end)

check('SignalRun says what to do where there is no script', { { 'notes.txt', 'nothing' } }, function(at)
  at.type(':SignalRun<CR>')
  at.see('go to a *.signal file first')
end)

check('SignalWarmup shows the bars that each name needs', { { 'dip.signal', dip } }, function(at)
  at.type(':SignalWarmup<CR>')
  at.see('rsi(close, 14)')
  at.see('[Process exited 0]')
end)

check('SignalExplain explains a rule, and completes its name', { { 'dip.signal', dip } }, function(at)
  at.type(':SignalExplain not-en<Tab><CR>')
  at.see('not-enough-bars (error)')
  at.type('q')
  at.no_longer_see('not-enough-bars (error)')
end)

check('SignalCatalog with arguments is dsl catalog', { { 'dip.signal', dip } }, function(at)
  at.type(':SignalCatalog show rsi<CR>')
  at.see('[Process exited 0]')
  at.see('period')
end)

check('SignalReport opens the page of the last run of this script', {
  { 'dip.signal', dip },
  init = 'vim.ui.open = function(page) vim.g.opened = page end',
}, function(at)
  at.type(':SignalReport<CR>')
  at.see('no run of this script has completed yet')
  at.type(':SignalRun<CR>')
  at.see('[Process exited 0]')
  at.type('q:SignalReport<CR>')
  local page = at.wait('a page is opened', function()
    return at.lua('return vim.g.opened') or nil
  end)
  local html = table.concat(vim.fn.readfile(page), '\n')
  assert(html:find('<!doctype html>', 1, true) or html:find('<!DOCTYPE html>', 1, true), 'this is no page: ' .. html:sub(1, 200))
  assert(html:find('dip.signal', 1, true), 'the page is about something else')
end)

check('SignalParser builds the parser, and scripts are coloured by it', { { 'dip.signal', dip } }, function(at)
  at.type(':SignalParser ' .. vim.env.SIGNAL_CHECKOUT .. '/grammar/tree-sitter-signal<CR>')
  at.see('signal: built')
  local captures = at.lua([[
    vim.treesitter.get_parser(0, 'signal'):parse(true)
    return vim.tbl_map(function(one) return one.capture end, vim.treesitter.get_captures_at_pos(0, 4, 11))
  ]])
  assert(vim.tbl_contains(captures, 'function.builtin'), 'rsi is coloured as ' .. vim.inspect(captures))
end)

check('the help has the commands, after helptags as plugin managers run it', { { 'dip.signal', dip } }, function(at)
  at.type(':helptags ALL<CR>:help :SignalRun<CR>')
  at.see(':SignalRun [flags]')
end)

check('checkhealth tells of dsl, server, catalog, parser and key', { { 'dip.signal', dip } }, function(at)
  at.server_is_ready()
  at.type(':checkhealth signal<CR>')
  local text
  at.wait('the report is complete', function()
    text = at.text()
    return text:find('doctor', 1, true) and text:find('key:', 1, true)
  end)
  for _, part in ipairs({ 'OK dsl 0.', 'OK running, with 1 buffer', 'OK catalog bundled', '6 queries', 'key: none', ':SignalRun goes to the sandbox' }) do
    assert(text:find(part, 1, true), ('%q is missing from\n%s'):format(part, text))
  end
  assert(not text:find('ERROR', 1, true), text)
end)

check('checkhealth and a script say how to get dsl where there is none', {
  { 'dip.signal', dip },
  init = "vim.g.signal_dsl = 'no-such-dsl'",
}, function(at)
  at.see("can't find `no-such-dsl`")
  at.type('<CR>:checkhealth signal<CR>')
  at.wait('the report is there', function()
    return at.text():find("ERROR signal: can't find `no-such-dsl`", 1, true)
  end)
end)
