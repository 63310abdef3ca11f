-- The tree-sitter parser: is it there, and how it is built.
local M = {}

-- True if Neovim has a parser for scripts; else false and why.
function M.is_there()
  local ok, added, reason = pcall(vim.treesitter.language.add, 'signal')
  -- 0.11 returns nil and a reason, older ones raise.
  if not ok then
    return false, added
  end
  return added ~= nil or vim.fn.has('nvim-0.11') == 0, reason
end

-- The folder with parser.c: the one given, else the one beside this plugin in a checkout.
local function sources(folder)
  local here = debug.getinfo(1, 'S').source:sub(2)
  local plugin = vim.fs.dirname(vim.fs.dirname(vim.fs.dirname(vim.loop.fs_realpath(here) or here)))
  local tried = folder and { folder, folder .. '/src', folder .. '/grammar/tree-sitter-signal/src' }
    or { plugin .. '/../../grammar/tree-sitter-signal/src' }
  for _, place in ipairs(tried) do
    if vim.fn.filereadable(place .. '/parser.c') == 1 then
      return place
    end
  end
end

local function compiler()
  for _, name in ipairs({ vim.env.CC or 'cc', 'cc', 'gcc', 'clang' }) do
    if vim.fn.executable(name) == 1 then
      return name
    end
  end
end

-- Compiles the parser into the user's own site folder, and colours the scripts that are open.
function M.build(folder)
  local from, with = sources(folder), compiler()
  if not from then
    return nil, "can't find parser.c; name the folder: :SignalParser <checkout>/grammar/tree-sitter-signal"
  end
  if not with then
    return nil, 'there is no C compiler (cc, gcc or clang); install one, or set $CC'
  end
  local to = vim.fn.stdpath('data') .. '/site/parser'
  vim.fn.mkdir(to, 'p')
  local file = to .. '/signal.so'
  local said =
    vim.fn.system({ with, '-shared', '-fPIC', '-O2', '-I', from, '-o', file, from .. '/parser.c', from .. '/scanner.c' })
  if vim.v.shell_error ~= 0 then
    return nil, ('%s failed: %s'):format(with, vim.trim(said))
  end
  for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_is_loaded(buffer) and vim.bo[buffer].filetype == 'signal' then
      pcall(vim.treesitter.start, buffer, 'signal')
    end
  end
  return file
end

return M
