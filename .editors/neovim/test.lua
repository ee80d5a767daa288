-- What a user of Neovim has: findings, completion, hover, a fix and a definition in the sample project, with the settings of README.

local function fail(what)
  io.stderr:write('failed: ' .. what .. '\n')
  vim.cmd('cquit 1')
end

local function wait(what, is_done)
  if not vim.wait(20000, is_done, 20) then fail(what) end
end

-- Lines and columns from 0.
local function place(word)
  for index, line in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, false)) do
    local column = line:find(word, 1, true)
    if column then return index - 1, column - 1 end
  end
  fail(word .. ' is not in the file')
end

local function ask(method, line, column)
  local client = vim.lsp.get_clients({ name = 'kratos_lint' })[1]
  local params = {
    textDocument = { uri = vim.uri_from_bufnr(0) },
    position = { line = line, character = column },
  }
  local answer = client:request_sync(method, params, 20000, vim.api.nvim_get_current_buf())
  if not answer or answer.err then fail(method .. ': ' .. vim.inspect(answer)) end
  return answer.result
end

local start = vim.uv.hrtime()
vim.cmd.edit('kratos.yml')
wait('no findings', function() return #vim.diagnostic.get(0) > 0 end)
print(('findings after %d ms'):format((vim.uv.hrtime() - start) / 1000000))
local codes = {}
for _, found in ipairs(vim.diagnostic.get(0)) do codes[found.code] = found end
if not (codes['shadowed-hook'] and codes['wrong-type']) then fail(vim.inspect(codes)) end

local line, column = place('enabled: yes')
-- On a line of its own: the value of a key that is there must fit the name that is offered for it.
vim.api.nvim_buf_set_lines(0, line, line, false, { (' '):rep(column) })
local labels = {}
for _, item in ipairs(ask('textDocument/completion', line, column).items) do labels[item.label] = item end
vim.api.nvim_buf_set_lines(0, line, line + 1, false, {})
if not labels['lifespan'] then fail('completion: ' .. vim.inspect(vim.tbl_keys(labels))) end
local hover = ask('textDocument/hover', line, column)
if not hover.contents.value:find('selfservice.flows.recovery.enabled', 1, true) then fail(vim.inspect(hover)) end

vim.api.nvim_win_set_cursor(0, { line + 1, column + 10 })
vim.lsp.buf.code_action({ apply = true, filter = function(action) return action.isPreferred end })
wait('the fix', function() return vim.api.nvim_buf_get_lines(0, line, line + 1, false)[1]:find('enabled: true', 1, true) end)
wait('the finding stays', function()
  for _, found in ipairs(vim.diagnostic.get(0)) do
    if found.code == 'wrong-type' then return false end
  end
  return true
end)

line, column = place('file://./hooks/signup.jsonnet')
vim.api.nvim_win_set_cursor(0, { line + 1, column + 8 })
vim.cmd.write()
vim.lsp.buf.definition()
wait('the definition', function() return vim.api.nvim_buf_get_name(0):find('signup.jsonnet', 1, true) end)
-- The body is one of the files of the server, too.
wait('no findings in the body', function() return #vim.diagnostic.get(0) > 0 end)
print('Neovim: findings, completion, hover, fix, definition')
vim.cmd('qall!')
