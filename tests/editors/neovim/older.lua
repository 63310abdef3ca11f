-- Neovim 0.10, which knows neither vim.lsp.enable nor lsp/: the plugin, and the lines of the README without it.
local trend = [[
#! universe   = BINANCE:BTC/USDT
#! timeframe  = 1d
#! start_date = 2022-01-01
#! end_date   = 2024-06-30
slow = ema(close, 200)
up = close > slow
emit_signal(up, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))]]

-- What is the same whoever started the server.
local function works(at)
  at.server_is_ready()
  at.go_to('ema')
  at.type('K')
  at.see('199 bars, by its lookback')
  at.type('<Esc>')
  at.type('6G$<C-]>')
  at.cursor_comes_to(5, 1)
  at.type(":lua vim.lsp.buf.rename('base')<CR>")
  at.text_becomes((trend:gsub('slow', 'base')))
  at.type('GA oops<Esc>')
  at.wait('a finding', function()
    return #at.findings() > 0
  end)
  at.type('uGox=sma( close,20 )<Esc>:lua vim.lsp.buf.format()<CR>')
  at.text_has('x = sma(close, 20)')
  at.type('Goy = base + sl<BS><BS>ba<C-x><C-o>')
  at.text_has('y = base + base')
end

check('the plugin starts the server in Neovim 0.10, too', { { 'a.signal', trend } }, works)

check('the lines of the README start the server without the plugin', {
  { 'a.signal', trend },
  init = [[
    vim.g.loaded_signal = true
    vim.filetype.add({ extension = { signal = 'signal' } })
    vim.api.nvim_create_autocmd('FileType', { pattern = 'signal', callback = function(event)
      vim.lsp.start({ name = 'signal', cmd = { 'dsl', 'lsp' }, root_dir = vim.fs.dirname(event.file) })
    end })
  ]],
}, works)

check('hints and lenses are shown in Neovim 0.10, and a lens is run', { { 'a.signal', trend } }, function(at)
  at.see('199 bars')
  at.see('Run backtest')
  local line = tonumber(at.wait('a lens', function()
    for _, text in ipairs(at.virtual_texts('vim_lsp_codelens')) do
      if text:find('Run backtest', 1, true) then
        return text:match('^%d+')
      end
    end
  end))
  at.type(line .. 'G0:lua vim.lsp.codelens.run()<CR>')
  local number = at.wait('the number of the lens', function()
    return at.screen():match('(%d+): [^\n]*Run backtest')
  end)
  at.type(number .. '<CR>')
  at.see('[Process exited 0]')
end)

check('commands and checkhealth work in Neovim 0.10', { { 'a.signal', trend } }, function(at)
  at.server_is_ready()
  at.type(':SignalRun<CR>')
  at.text_has('synthetic')
  at.see('[Process exited 0]')
  at.type('q')
  at.no_longer_see('[Process exited 0]')
  at.type(':checkhealth signal<CR>')
  at.wait('the report is complete', function()
    local text = at.text()
    return text:find('key:', 1, true) and text:find('catalog bundled', 1, true) and text:find('0.11 or newer is asked for', 1, true)
  end)
end)
