-- What Neovim paints, with its own tree-sitter: for each byte of the file at hand the last capture, a line of words in OUT.
-- Neovim 0.7 and newer; the functions were renamed over the years.
local ok, message = pcall(function()
  local treesitter = vim.treesitter
  local query = (treesitter.query.get or treesitter.get_query)('signal', 'highlights')
  for _, kind in ipairs({ 'locals', 'folds', 'indents', 'injections' }) do
    assert((treesitter.query.get or treesitter.get_query)('signal', kind), 'no query ' .. kind)
  end
  local root = treesitter.get_parser(0, 'signal'):parse(true)[1]:root()
  assert(not root:has_error(), 'the tree has an error')
  local painted = {}
  for id, node in query:iter_captures(root, 0, 0, -1) do
    local _, _, from = node:start()
    local _, _, to = node:end_()
    for byte = from, to - 1 do
      painted[byte] = query.captures[id]
    end
  end
  local lines = {}
  for byte = 0, vim.fn.getfsize(vim.fn.expand('%')) - 1 do
    lines[#lines + 1] = painted[byte] or '-'
  end
  -- What users have: the highlighter, and what it says of a place, where that can be asked.
  if treesitter.start and treesitter.get_captures_at_pos then
    treesitter.start(0, 'signal')
    treesitter.get_parser(0, 'signal'):parse(true)
    for byte = 0, #lines - 1 do
      local row = vim.fn.byte2line(byte + 1) - 1
      local column = byte + 1 - vim.fn.line2byte(row + 1)
      if column < #vim.fn.getline(row + 1) then
        local found = treesitter.get_captures_at_pos(0, row, column)
        local last = #found > 0 and found[#found].capture or '-'
        assert(last == lines[byte + 1], ('byte %d is %s to the highlighter and %s to the query'):format(byte, last, lines[byte + 1]))
      end
    end
  end
  if treesitter.foldexpr then
    vim.cmd('setlocal foldmethod=expr foldexpr=v:lua.vim.treesitter.foldexpr()')
    local folded = vim.wait(5000, function()
      return vim.fn.foldlevel(3) == 1
    end)
    assert(folded and vim.fn.foldlevel(2) == 0, 'the call over lines 3 and 4 is not folded')
  end
  vim.fn.writefile(lines, vim.env.OUT)
end)
if not ok then
  vim.fn.writefile({ 'error: ' .. tostring(message) }, vim.env.OUT)
end
vim.cmd('qa!')
