-- Signal DSL: user commands, and the language server for scripts and signal.toml.
if vim.g.loaded_signal or vim.fn.has('nvim-0.8') == 0 then
  return
end
vim.g.loaded_signal = true

local command = vim.api.nvim_create_user_command

command('SignalRun', function(given)
  local options = { arguments = given.fargs }
  if given.bang then
    options.sandbox = false
  end
  require('signal.commands').run(options)
end, { bang = true, nargs = '*', desc = 'Backtest this script (with !: at the service, whatever the target)' })

command('SignalWarmup', function(given)
  require('signal.commands').warmup({ arguments = given.fargs })
end, { nargs = '*', desc = 'How many bars this script needs' })

command('SignalExplain', function(given)
  require('signal.commands').explain(given.fargs[1])
end, {
  nargs = '?',
  desc = 'Explain a rule, or that of the finding under the cursor',
  complete = function(begun)
    return require('signal.commands').rules(begun)
  end,
})

command('SignalCatalog', function(given)
  require('signal.commands').catalog(given.fargs)
end, {
  nargs = '*',
  desc = 'Which catalog counts; with arguments, dsl catalog ...',
  complete = function(begun)
    return vim.tbl_filter(function(word)
      return vim.startswith(word, begun)
    end, { 'pull', 'pull --lock', 'show', 'search', 'diff' })
  end,
})

command('SignalReport', function(given)
  require('signal.commands').report(given.fargs[1])
end, { nargs = '?', desc = 'The page of the last run of this script in the browser' })

command('SignalParser', function(given)
  local file, reason = require('signal.parser').build(given.fargs[1])
  vim.notify(file and ('signal: built ' .. file) or ('signal: ' .. reason), file and vim.log.levels.INFO or vim.log.levels.ERROR)
end, { nargs = '?', complete = 'dir', desc = 'Build the tree-sitter parser of scripts' })

if vim.g.signal_lsp == false then
  return
end
require('signal.actions').register()

local group = vim.api.nvim_create_augroup('signal', {})

-- A buffer's own word counts before the global one.
local function wanted(buffer, name)
  local here = vim.b[buffer][name]
  if here ~= nil then
    return here
  end
  return vim.g[name] ~= false
end

vim.api.nvim_create_autocmd('LspAttach', {
  group = group,
  desc = 'Signal DSL: inlay hints and code lenses',
  callback = function(event)
    local client = vim.lsp.get_client_by_id(event.data.client_id)
    if not client or client.name ~= 'signal' or vim.bo[event.buf].filetype ~= 'signal' then
      return
    end
    local has = client.server_capabilities
    if has.inlayHintProvider and vim.lsp.inlay_hint and wanted(event.buf, 'signal_inlay_hints') then
      if vim.fn.has('nvim-0.10.1') == 1 then
        vim.lsp.inlay_hint.enable(true, { bufnr = event.buf })
      end
    end
    if has.codeLensProvider and wanted(event.buf, 'signal_code_lens') then
      if vim.lsp.codelens.enable then
        vim.lsp.codelens.enable(true, { bufnr = event.buf })
      else
        -- Before 0.12 somebody has to ask for them.
        local refresh = function()
          vim.lsp.codelens.refresh(vim.fn.has('nvim-0.10') == 1 and { bufnr = event.buf } or nil)
        end
        vim.api.nvim_create_autocmd({ 'BufEnter', 'InsertLeave', 'TextChanged' }, {
          group = group,
          buffer = event.buf,
          callback = refresh,
        })
        refresh()
      end
    end
    require('signal.status').refresh()
  end,
})

if vim.lsp.enable then
  vim.lsp.enable('signal')
else
  vim.api.nvim_create_autocmd('FileType', {
    group = group,
    pattern = { 'signal', 'toml' },
    callback = function(event)
      require('signal.server').start_by_hand(event.buf)
    end,
  })
end
