-- How somebody gets around: definitions, references, symbols, and one name changed everywhere.
local trend = [[
slow = ema(close, 200)
fast = ema(close, 20)
up = fast > slow
down = slow > fast
emit_signal(up, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
emit_signal(down, exit("BINANCE:BTC/USDT", "LONG"))]]

check('the definition of a name is a key away, and back', { { 'a.signal', trend } }, function(at)
  at.server_is_ready()
  at.type('5G')
  at.go_to('up, entry')
  at.type('<C-]>')
  at.cursor_comes_to(3, 1)
  at.type('<C-t>')
  at.cursor_comes_to(5, 13)
end)

check('grr lists where a name is used', { { 'a.signal', trend } }, function(at)
  at.server_is_ready()
  at.go_to('slow')
  at.type('grr')
  at.see('a.signal|1 col 1')
  at.see('a.signal|3 col 13')
  at.see('a.signal|4 col 8')
end)

check('grn renames a name everywhere, in one step to undo', { { 'a.signal', trend } }, function(at)
  at.server_is_ready()
  at.go_to('slow')
  at.type('grn')
  at.see('New Name: slow')
  at.type('<C-u>base<CR>')
  at.text_becomes((trend:gsub('slow', 'base')))
  at.type('u')
  at.text_becomes(trend)
end)

check('a name that is taken is refused, and nothing changes', { { 'a.signal', trend } }, function(at)
  at.server_is_ready()
  at.go_to('slow')
  at.type('grn')
  at.see('New Name: slow')
  at.type('<C-u>fast<CR>')
  at.see('fast')
  at.wait('a message', function()
    return at.lua([[return vim.api.nvim_exec2('messages', { output = true }).output]]):find('fast', 1, true)
  end)
  at.text_becomes(trend)
end)

check('the other places of a name light up', { { 'a.signal', trend } }, function(at)
  at.server_is_ready()
  at.go_to('slow')
  at.type(':lua vim.lsp.buf.document_highlight()<CR>')
  at.wait('three places', function()
    return at.lua([[
      local id = vim.api.nvim_get_namespaces()['nvim.lsp.references']
      return id and #vim.api.nvim_buf_get_extmarks(0, id, 0, -1, {}) == 3
    ]])
  end)
end)

check('gO lists the names of the script', { { 'a.signal', trend } }, function(at)
  at.server_is_ready()
  at.type('gO')
  at.see('slow')
  at.wait('the list of symbols', function()
    local list = at.lua([[return vim.tbl_map(function(item) return item.text end, vim.fn.getloclist(0))]])
    local all = table.concat(list, '\n')
    return all:find('slow', 1, true) and all:find('fast', 1, true) and all:find('up', 1, true)
  end)
end)

check('workspace symbols are found by their name', { { 'a.signal', trend } }, function(at)
  at.server_is_ready()
  at.type(":lua vim.lsp.buf.workspace_symbol('slo')<CR>")
  at.see('slow')
  at.wait('the list', function()
    return at.lua([[return #vim.fn.getqflist()]]) > 0
  end)
end)

check('the selection grows from the word to its call to the statement', { { 'a.signal', trend } }, function(at)
  at.server_is_ready()
  at.go_to('close, 200')
  -- 0.12: `an` in Visual mode asks the server for the next range.
  at.type('v')
  for _, expected in ipairs({ 'close', 'close, 200', '(close, 200)', 'ema(close, 200)', 'slow = ema(close, 200)' }) do
    at.type('an')
    at.wait(expected .. ' is selected', function()
      return expected == at.lua([[return table.concat(vim.fn.getregion(vim.fn.getpos('v'), vim.fn.getpos('.')), '\n')]])
    end)
  end
end)

check('a name is changed at all places while it is typed', {
  { 'a.signal', trend },
  init = 'vim.lsp.linked_editing_range.enable()',
}, function(at)
  at.server_is_ready()
  at.go_to('slow')
  at.type('ea')
  vim.wait(500)
  at.type('er')
  at.text_becomes((trend:gsub('slow', 'slower')))
end)

check('who depends on a name is told', { { 'a.signal', trend } }, function(at)
  at.server_is_ready()
  at.go_to('slow')
  at.type(':lua vim.lsp.buf.incoming_calls()<CR>')
  at.wait('the list', function()
    local list = at.lua([[return vim.tbl_map(function(item) return item.text end, vim.fn.getqflist())]])
    local all = table.concat(list, '\n')
    return all:find('up', 1, true) and all:find('down', 1, true)
  end)
end)
