-- What somebody sees: findings, hovers, hints, colours, lenses, folds.
local trend = [[
#! universe   = BINANCE:BTC/USDT
#! timeframe  = 1d
#! start_date = 2022-01-01
#! end_date   = 2024-06-30
slow = ema(close, 200)
up = close > slow
emit_signal(up, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))]]

check('findings are shown beside the line, follow what is typed, and are told in full', {
  { 'a.signal', 'up = close > smaa(close, 20)\nemit_signal(up, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))' },
  init = 'vim.diagnostic.config({ virtual_text = true })',
}, function(at)
  at.findings_become({ '1:14 unknown-function' })
  at.see('smaa')
  at.go_to('smaa')
  at.type('<C-w>d')
  at.see('Diagnostics:')
  at.see('[unknown-function]')
  at.type('<Esc>')
  at.go_to('smaa')
  at.type('cwsma<Esc>')
  at.findings_become({})
end)

check('findings reach the quickfix list', { { 'a.signal', 'x = smaa(close, 20)\ny = rsl(close, 14)' } }, function(at)
  at.wait('findings', function()
    return #at.findings() >= 2
  end)
  at.type(':lua vim.diagnostic.setqflist()<CR>')
  at.see('a.signal|1 col 5-9 warning| the catalog has no function `smaa`')
  at.see('a.signal|2 col 5-8 warning| the catalog has no function `rsl`')
end)

check('a finding goes and comes with the lines around it', { { 'a.signal', '\n\n# nothing\nx = smaa(close, 20)' } }, function(at)
  at.wait('the finding', function()
    return vim.tbl_contains(at.findings(), '4:5 unknown-function')
  end)
  at.type('ggOa = 1<Esc>')
  at.wait('the finding one line below', function()
    return vim.tbl_contains(at.findings(), '5:5 unknown-function')
  end)
end)

check('K shows signature and warm-up of a call', { { 'a.signal', trend } }, function(at)
  at.server_is_ready()
  at.go_to('ema')
  at.type('K')
  -- Not what stands in the text and in its hints anyway.
  at.see('Exponential Moving Average')
  at.see('199 bars, by its lookback')
end)

check('inlay hints tell the bars without a value, inside of the line', { { 'a.signal', trend } }, function(at)
  at.server_is_ready()
  at.see('199 bars')
  -- Seen, not only stored: the hint stands in the line of the call.
  at.wait('the hint behind the call', function()
    return at.screen():match('slow[^\n]*ema%([^\n]*200%)[^\n]*199 bars')
  end)
  assert(at.text() == trend, 'hints have become text')
end)

check('inlay hints stay away where a variable says so', { { 'a.signal', trend }, init = 'vim.g.signal_inlay_hints = false' }, function(at)
  at.server_is_ready()
  at.type('ihello<Esc>u')
  at.wait('the lenses, which come after hints would', function()
    return #at.virtual_texts('codelens') > 0
  end)
  assert(#at.virtual_texts('inlayhint') == 0, 'there are hints')
end)

check('the settings of the user reach the server', {
  { 'a.signal', trend },
  init = "vim.g.signal_settings = { inlayHints = { warmup = false, parameterNames = 'all' } }",
}, function(at)
  at.server_is_ready()
  at.wait('the names of parameters', function()
    return at.screen():match('ema%([^\n]*[%w]+:[^\n]*close')
  end)
  assert(not at.screen():match('ema%([^\n]*199 bars'), 'the warm-up is shown')
end)

check('semantic tokens colour names by what they are', { { 'a.signal', trend } }, function(at)
  at.server_is_ready()
  local function groups(text)
    at.go_to(text)
    return at.lua([[
      local groups = {}
      for _, token in ipairs(vim.lsp.semantic_tokens.get_at_pos() or {}) do groups[#groups + 1] = token.type end
      for _, item in ipairs(vim.inspect_pos().semantic_tokens) do groups[#groups + 1] = item.opts.hl_group end
      return groups
    ]])
  end
  at.wait('@lsp groups on ema', function()
    return vim.tbl_contains(groups('ema'), '@lsp.type.function.signal')
  end)
  at.wait('@lsp groups on slow', function()
    return vim.tbl_contains(groups('slow'), '@lsp.type.variable.signal')
  end)
end)

check('code lenses stand over the script, and grx runs the backtest', { { 'a.signal', trend } }, function(at)
  at.server_is_ready()
  at.see('Run backtest')
  at.see('Warm-up')
  local line = tonumber(at.wait('a lens', function()
    for _, text in ipairs(at.virtual_texts('codelens')) do
      if text:find('Run backtest', 1, true) then
        return text:match('^%d+')
      end
    end
  end))
  at.type(line .. 'G0grx')
  -- Several lenses stand on that line: Neovim asks which.
  at.see('Type number and <Enter>')
  local number = at.wait('the number of the lens', function()
    return at.screen():match('(%d+): [^\n]*Run backtest')
  end)
  at.type(number .. '<CR>')
  at.text_has('synthetic')
  at.see('[Process exited 0]')
end)

check('code lenses stay away where a variable says so', { { 'a.signal', trend }, init = 'vim.g.signal_code_lens = false' }, function(at)
  at.server_is_ready()
  at.see('199 bars')
  assert(not at.screen():find('Run backtest', 1, true), 'there is a lens')
end)

check('what belongs together is folded by the server', {
  { 'a.signal', trend .. '\nx = max(\n    close,\n    open,\n)\ny = x' },
  init = "vim.o.foldmethod = 'expr' vim.o.foldexpr = 'v:lua.vim.lsp.foldexpr()' vim.o.foldlevel = 99",
}, function(at)
  at.server_is_ready()
  at.go_to('x = max')
  at.wait('a fold at the call', function()
    return at.lua([[return vim.fn.foldlevel(vim.fn.line('.')) > 0]])
  end)
  at.type('zc')
  at.see('+--')
  at.no_longer_see('    open,')
end)

check('signal.toml is looked at as well', { { 'signal.toml', '[run]\ntimeframe = "7h"\n' } }, function(at)
  at.wait('a finding in signal.toml', function()
    return #at.findings() == 1 and at.findings()[1]:match('^2:')
  end)
  at.type('gg')
  at.go_to('timeframe')
  at.type('K')
  at.see('1h')
end)

check('other TOML files are left alone', { { 'Cargo.toml', '[run]\ntimeframe = "7h"\n' }, { 'signal.toml', '' } }, function(at)
  at.type(':edit signal.toml<CR>')
  at.server_is_ready()
  at.type(':edit Cargo.toml<CR>')
  at.see('timeframe')
  assert(at.lua('return #vim.lsp.get_clients({ bufnr = 0 })') == 0, 'the server is attached')
end)
