-- Somebody in front of Neovim: types keys, looks at the screen. The Neovim runs in a terminal of the one that drives, with its
-- real user interface, and is asked over its socket for what a screen does not tell.
local M = {}

local patience = tonumber(vim.env.SIGNAL_PATIENCE or '') or 20000
local count = 0

-- What Neovims have answered, by the number of the question.
answers = {}

-- Runs inside of the Neovim that is asked.
local ask = [[
  local back, id, code, arguments = ...
  local chunk, wrong = loadstring(code)
  local ok, value = false, wrong
  if chunk then
    ok, value = pcall(chunk, unpack(arguments))
  end
  if value == nil then
    value = vim.NIL
  end
  vim.rpcnotify(back, 'nvim_exec_lua', 'answers[...] = { ok = select(2, ...), value = select(3, ...) }', { id, ok, value })
]]

-- Files are a list of { name, text }; they are written into a new folder and the first is opened.
function M.sit_down(files)
  count = count + 1
  local at = { folder = ('%s/%d'):format(vim.env.SIGNAL_WORK, count) }
  vim.fn.mkdir(at.folder, 'p')
  for _, file in ipairs(files) do
    vim.fn.mkdir(vim.fs.dirname(at.folder .. '/' .. file[1]), 'p')
    vim.fn.writefile(vim.split(file[2], '\n'), at.folder .. '/' .. file[1])
  end

  os.remove(vim.env.XDG_STATE_HOME .. '/nvim/lsp.log')

  -- Without a user interface of its own, only a floating window of the driver has the size that is asked for.
  vim.o.columns, vim.o.lines = 122, 44
  local buffer = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_open_win(buffer, true, { relative = 'editor', width = 120, height = 40, row = 0, col = 0 })
  local socket = at.folder .. '/.socket'
  local command = { vim.env.SIGNAL_NVIM, '--listen', socket, '-i', 'NONE', '-n' }
  local config = vim.env.XDG_CONFIG_HOME .. '/nvim/init.lua'
  vim.fn.writefile(vim.split(files.init or '', '\n'), config)
  if files[1] then
    command[#command + 1] = files[1][1]
  end
  local job = vim.fn.jobstart(command, { term = true, cwd = at.folder, env = files.env })
  assert(job > 0, 'Neovim does not start')

  -- Waits until something holds, and says what did not happen.
  function at.wait(what, holds)
    local value
    local ok = vim.wait(patience, function()
      value = holds()
      return value
    end, 20)
    if not ok then
      error('waited in vain: ' .. what, 2)
    end
    return value
  end

  local channel
  at.wait('Neovim listens', function()
    local ok, got = pcall(vim.fn.sockconnect, 'pipe', socket, { rpc = true })
    channel = ok and got > 0 and got
    return channel
  end)

  local back = vim.rpcrequest(channel, 'nvim_get_api_info')[1]

  -- Lua inside of that Neovim; `...` are its arguments. Asked without waiting for an answer, since a Neovim that wants a key
  -- (`Press ENTER`) gives none; then the test fails, and does not hang.
  function at.lua(code, ...)
    count = count + 1
    local id = count
    vim.rpcnotify(channel, 'nvim_exec_lua', ask, { back, id, code, { ... } })
    local answered = vim.wait(patience, function()
      return answers[id] ~= nil
    end, 5)
    if not answered then
      error('Neovim does not answer: does it wait for a key?', 2)
    end
    local answer = answers[id]
    answers[id] = nil
    if not answer.ok then
      error(answer.value, 2)
    end
    if answer.value == vim.NIL then
      return nil
    end
    return answer.value
  end

  -- Keys, as `nvim_input` takes them: 'gd', '<C-x><C-o>', ...
  function at.type(keys)
    vim.rpcrequest(channel, 'nvim_input', keys)
  end

  function at.screen()
    return table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), '\n')
  end

  function at.see(text)
    at.wait(('the screen shows %q'):format(text), function()
      return at.screen():find(text, 1, true)
    end)
  end

  function at.no_longer_see(text)
    at.wait(('the screen no longer shows %q'):format(text), function()
      return not at.screen():find(text, 1, true)
    end)
  end

  -- The text of the current buffer.
  function at.text()
    return table.concat(at.lua('return vim.api.nvim_buf_get_lines(0, 0, -1, false)'), '\n')
  end

  function at.text_becomes(text)
    local ok, failure = pcall(at.wait, 'the text', function()
      return at.text() == text
    end)
    if not ok then
      error(('%s is\n%s\nand should be\n%s'):format(failure, at.text(), text), 2)
    end
  end

  function at.text_has(text)
    local ok, failure = pcall(at.wait, 'the text', function()
      return at.text():find(text, 1, true)
    end)
    if not ok then
      error(('%s is\n%s\nand should have\n%s'):format(failure, at.text(), text), 2)
    end
  end

  -- Line and column of the cursor, from 1.
  function at.cursor()
    return at.lua([[local at = vim.api.nvim_win_get_cursor(0); return { at[1], at[2] + 1 }]])
  end

  function at.cursor_comes_to(line, column)
    at.wait(('the cursor stands at %d:%d, it is at %s'):format(line, column, table.concat(at.cursor(), ':')), function()
      return vim.deep_equal(at.cursor(), { line, column })
    end)
  end

  -- Puts the cursor onto the first place of a text, by searching as people do.
  function at.go_to(text)
    at.type('<Esc>gg0')
    at.lua([[vim.fn.search('\\V' .. ..., 'cW')]], text)
  end

  -- The server has read the buffer's text: it answers, and said what it finds.
  function at.server_is_ready()
    at.wait('the language server is attached', function()
      return at.lua([[
        local get = vim.lsp.get_clients or vim.lsp.get_active_clients
        local client = get({ bufnr = 0, name = 'signal' })[1]
        return client ~= nil and client.initialized == true
      ]])
    end)
  end

  -- Messages of the findings of the buffer, as `line:column code`, sorted.
  function at.findings()
    return at.lua([[
      local found = vim.tbl_map(function(one)
        return ('%d:%d %s'):format(one.lnum + 1, one.col + 1, one.code)
      end, vim.diagnostic.get(0))
      table.sort(found)
      return found
    ]])
  end

  function at.findings_become(expected)
    local ok, failure = pcall(at.wait, 'the findings', function()
      return vim.deep_equal(at.findings(), expected)
    end)
    if not ok then
      error(('%s are %s and should be %s'):format(failure, vim.inspect(at.findings()), vim.inspect(expected)), 2)
    end
  end

  -- The texts of virtual text (hints, lenses) in the buffer, with their line: '3: ⟨199 bars⟩'.
  function at.virtual_texts(namespace)
    return at.lua(
      [[
      local texts = {}
      for name, id in pairs(vim.api.nvim_get_namespaces()) do
        if name:find(..., 1, true) then
          for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(0, id, 0, -1, { details = true })) do
            local text = ''
            for _, chunk in ipairs(mark[4].virt_text or {}) do text = text .. chunk[1] end
            for _, line in ipairs(mark[4].virt_lines or {}) do
              for _, chunk in ipairs(line) do text = text .. chunk[1] end
            end
            texts[#texts + 1] = ('%d: %s'):format(mark[2] + 1, text)
          end
        end
      end
      return texts
    ]],
      namespace
    )
  end

  -- What a failed test shows.
  function at.whole_story()
    local _, messages = pcall(at.lua, [[return vim.api.nvim_exec2('messages', { output = true }).output]])
    local log = vim.env.XDG_STATE_HOME .. '/nvim/lsp.log'
    local lines = vim.fn.filereadable(log) == 1 and vim.fn.readfile(log) or {}
    return ('--- screen\n%s\n--- messages\n%s\n--- lsp.log\n%s\n---'):format(
      (at.screen():gsub('%s+\n', '\n')),
      tostring(messages),
      table.concat(vim.list_slice(lines, math.max(1, #lines - 10)), '\n')
    )
  end

  function at.get_up()
    pcall(vim.rpcnotify, channel, 'nvim_command', 'qall!')
    if vim.fn.jobwait({ job }, 5000)[1] == -1 then
      vim.fn.jobstop(job)
    end
    vim.api.nvim_buf_delete(buffer, { force = true })
  end

  return at
end

return M
