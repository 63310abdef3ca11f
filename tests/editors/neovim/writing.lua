-- What somebody writes with help: completion, signatures, fixes, formatting.
local head = [[
#! universe   = BINANCE:BTC/USDT
#! timeframe  = 1d
#! start_date = 2022-01-01
#! end_date   = 2024-06-30
]]

check('completion offers indicators, and an accepted one becomes a call with its parts to fill in', { { 'a.signal', 'x = ' } }, function(at)
  at.server_is_ready()
  at.type('A' .. 'sm<C-x><C-o>')
  at.see('sma')
  at.wait('sma is selected', function()
    return at.lua([[
      local items = vim.fn.complete_info({ 'items', 'pum_visible' })
      return items.pum_visible == 1 and items.items[1].word ~= ''
    ]])
  end)
  local chosen = at.lua([[
    for index, item in ipairs(vim.fn.complete_info({ 'items' }).items) do
      if item.abbr:match('^sma%f[%W]') then return index end
    end
  ]])
  assert(chosen, 'sma is not offered')
  local selected = at.lua([[return vim.fn.complete_info({ 'selected' }).selected]])
  at.type(('<C-n>'):rep(chosen - 1 - selected) .. '<C-y>')
  at.text_has('x = sma(')
  -- The snippet's places are filled in by typing and jumped between by <Tab>.
  at.wait('a snippet is active', function()
    return at.lua('return vim.snippet.active()')
  end)
  local function place_is_selected()
    at.wait('the next place is selected', function()
      return at.lua('return vim.api.nvim_get_mode().mode') == 's'
    end)
  end
  place_is_selected()
  at.type('close<Tab>')
  at.text_has('x = sma(close')
  at.wait('the second place', function()
    return at.lua('return vim.api.nvim_win_get_cursor(0)[2]') > #'x = sma(close'
  end)
  place_is_selected()
  at.type('20<Esc>')
  at.text_has('x = sma(close, 20)')
end)

check('completion offers names of the script and variables', { { 'a.signal', 'my_average = sma(close, 20)\nup = close > ' } }, function(at)
  at.server_is_ready()
  at.type('GA' .. 'my_<C-x><C-o>')
  at.text_has('up = close > my_average')
end)

check('completion inside of a string offers the tickers of the universe', {
  { 'a.signal', head .. 'emit_signal(close > 5, entry("", "LONG", Weight(0.5)))' },
}, function(at)
  at.server_is_ready()
  at.go_to('""')
  at.type('a<C-x><C-o>')
  at.wait('the ticker', function()
    return at.lua('return vim.fn.pumvisible()') == 1 or at.text():find('entry("BINANCE:BTC/USDT"', 1, true)
  end)
  at.type('<C-y><Esc>')
  at.text_has('entry("BINANCE:BTC/USDT", "LONG"')
end)

check('completion offers the keys of directives', { { 'a.signal', '#! timef' } }, function(at)
  at.server_is_ready()
  at.type('A<C-x><C-o>')
  at.text_has('#! timeframe')
end)

check('signal.toml completes settings', { { 'signal.toml', '[run]\ntimef' } }, function(at)
  at.server_is_ready()
  at.type('GA<C-x><C-o>')
  at.text_has('timeframe')
end)

check('the signature is shown while a call is written, with the parameter one is at', { { 'a.signal', 'x = ' } }, function(at)
  at.server_is_ready()
  at.type('Aema(close, <C-s>')
  at.see('ema(')
  at.see('period')
end)

check('gra offers fixes and applies the one that is taken', {
  { 'a.signal', 'up = close > smaa(close, 20)\nemit_signal(up, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))' },
}, function(at)
  at.findings_become({ '1:14 unknown-function' })
  at.go_to('smaa')
  at.type('gra')
  local number = at.wait('the fix', function()
    return at.screen():match('(%d+): [^\n]*`?sma`?[^\n]*')
  end)
  at.type(number .. '<CR>')
  at.text_has('up = close > sma(close, 20)')
  at.findings_become({})
end)

check('the whole script is formatted', { { 'a.signal', 'x=sma( close,20 )\ny   =   x+1' } }, function(at)
  at.server_is_ready()
  at.type(':lua vim.lsp.buf.format()<CR>')
  at.text_becomes('x = sma(close, 20)\ny = x + 1')
end)

check('gq formats the lines it is told to, and no other', { { 'a.signal', 'x=sma( close,20 )\ny   =   x+1\nz=  2' } }, function(at)
  at.server_is_ready()
  at.type('2Ggqq')
  at.text_becomes('x=sma( close,20 )\ny = x + 1\nz=  2')
end)

check('formatting on save is one line', {
  { 'a.signal', 'x=sma( close,20 )' },
  init = "vim.api.nvim_create_autocmd('BufWritePre', { pattern = '*.signal', callback = function() vim.lsp.buf.format() end })",
}, function(at)
  at.server_is_ready()
  at.type(':write<CR>')
  at.text_becomes('x = sma(close, 20)')
  assert(vim.fn.readfile(at.folder .. '/a.signal')[1] == 'x = sma(close, 20)', 'the file is not formatted')
end)

check('characters beyond the first plane shift no edit', { { 'a.signal', '# 🚀🚀\nx=sma( close,20 ) # 𝛼 → 🚀\ny=smaa(close, 20) # 🚀' } }, function(at)
  at.wait('the finding', function()
    return vim.tbl_contains(at.findings(), '3:3 unknown-function')
  end)
  at.type(':lua vim.lsp.buf.format()<CR>')
  at.text_has('x = sma(close, 20)')
  at.go_to('smaa')
  at.type('A 🚀<Esc>')
  at.wait('the finding after both edits', function()
    return vim.tbl_contains(at.findings(), '3:5 unknown-function')
  end)
end)

check('a line is formatted as it is ended, where that is switched on', {
  { 'a.signal', 'a = 1' },
  init = 'vim.lsp.on_type_formatting.enable()',
}, function(at)
  at.server_is_ready()
  at.type('ox=sma( close,20 )<CR>')
  at.text_has('x = sma(close, 20)')
end)
