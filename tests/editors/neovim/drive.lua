-- Runs the tests of some files, each in a Neovim of its own, and tells what failed.
-- usage: nvim --clean -l drive.lua FOLDER FILE...
local folder = arg[1]
package.path = folder .. '/?.lua;' .. package.path
local person = require('person')

local ran, failed = 0, 0
local only = vim.env.SIGNAL_ONLY or ''

-- A test: its name is a sentence; files are written into a fresh folder, and the first is opened.
function check(name, files, act)
  if not name:find(only, 1, true) then
    return
  end
  ran = ran + 1
  local at = person.sit_down(files)
  local ok, failure = xpcall(act, debug.traceback, at)
  if ok then
    print('ok      ' .. name)
  else
    failed = failed + 1
    print('FAILED  ' .. name .. '\n' .. failure .. '\n' .. at.whole_story())
  end
  at.get_up()
end

for _, file in ipairs(vim.list_slice(arg, 2)) do
  dofile(('%s/%s.lua'):format(folder, file))
end
print(('%d tests, %d failed'):format(ran, failed))
os.exit(failed == 0 and ran > 0 and 0 or 1)
