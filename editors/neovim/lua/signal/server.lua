-- How the language server is started, and what this client tells it that it can do.
local M = {}

-- Only `*.signal` and `signal.toml` are ours; every other TOML file is left to others.
local function is_ours(file)
  return file:match('%.signal$') ~= nil or vim.fs.basename(file) == 'signal.toml'
end

-- The folder of the nearest signal.toml, else the repository, else the file's own.
function M.root(file)
  for _, marker in ipairs({ 'signal.toml', '.git' }) do
    local found = vim.fs.find(marker, { path = vim.fs.dirname(file), upward = true })[1]
    if found then
      return vim.fs.dirname(found)
    end
  end
  return vim.fs.dirname(file)
end

-- Complains once: an editor that opens ten scripts should not say ten times that `dsl` is missing.
local told = false

local function found_dsl()
  local dsl = require('signal.dsl')
  if dsl.is_there() then
    return true
  end
  if not told then
    told = true
    vim.notify(dsl.missing(), vim.log.levels.WARN)
  end
  return false
end

local function command()
  return { require('signal.dsl').command(), 'lsp' }
end

function M.config()
  return {
    name = 'signal',
    -- Not a list: Neovim would keep quiet about one that can't be started, and we have a word of help to say.
    cmd = function(dispatchers)
      return vim.lsp.rpc.start(command(), dispatchers)
    end,
    filetypes = { 'signal', 'toml' },
    root_dir = function(buffer, start)
      local file = vim.api.nvim_buf_get_name(buffer)
      if vim.bo[buffer].filetype == 'signal' and file == '' then
        -- A new script without a name belongs to where the editor is.
        if found_dsl() then
          start(vim.fn.getcwd())
        end
      elseif is_ours(file) and found_dsl() then
        start(M.root(vim.fs.normalize(file)))
      end
    end,
    settings = { signal = vim.g.signal_settings or vim.empty_dict() },
    before_init = function(params, config)
      params.initializationOptions = config.settings.signal
    end,
    capabilities = { experimental = { commands = { commands = require('signal.actions').names() } } },
    handlers = {
      ['signal/statusChanged'] = function(_, _, context)
        require('signal.status').refresh(context.client_id)
      end,
    },
  }
end

-- Neovim 0.8 to 0.10 know neither lsp/ nor vim.lsp.enable.
function M.start_by_hand(buffer)
  local config = M.config()
  config.cmd = command()
  local start = function(root)
    config.root_dir = root
    config.capabilities =
      vim.tbl_deep_extend('force', vim.lsp.protocol.make_client_capabilities(), config.capabilities)
    vim.lsp.start(config, { bufnr = buffer })
  end
  config.root_dir(buffer, start)
end

-- The client of a buffer, or any if the buffer has none.
function M.client(buffer)
  local get = vim.lsp.get_clients or vim.lsp.get_active_clients
  return get({ name = 'signal', bufnr = buffer or 0 })[1] or get({ name = 'signal' })[1]
end

return M
