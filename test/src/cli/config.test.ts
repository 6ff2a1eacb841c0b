/** What the verbs make of a config file, the real CLI behind them. */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { expect, onTestFinished, test, vi } from 'vitest'
import { testDir } from '../../rig/dir.ts'
import { ended, parley, start } from './parley.ts'

/** A server that nobody should call, and who did. */
async function elsewhere(): Promise<{ url: string; calls: string[] }> {
  const calls: string[] = []
  const server = createServer((request, response) => {
    calls.push(`${request.method} ${request.url}`)
    response.writeHead(500).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server does not listen on TCP')
  return { url: `http://127.0.0.1:${address.port}`, calls }
}

/** Chats until the first answer is there, which is left unread. */
async function firstAnswer({ stdin, stdout }: ChildProcess): Promise<void> {
  if (stdin === null || stdout === null) throw new Error('the child was started without pipes')
  stdin.write('hello\n')
  await once(stdout, 'readable')
}

function logged(dir: string, line: string): Promise<void> {
  const log = join(dir, 'data', 'parley.log')
  return vi.waitFor(async () => expect(await readFile(log, 'utf8')).toContain(line), { timeout: 20_000 })
}

test('the demo goes nowhere else, whatever the file says', async () => {
  const dir = await testDir()
  const { url, calls } = await elsewhere()
  const away = {
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_AUTH_TOKEN: '${ANTHROPIC_AUTH_TOKEN}',
    ANTHROPIC_CUSTOM_HEADERS: 'x-mine: secret',
    CLAUDE_CODE_USE_BEDROCK: '1',
    ANTHROPIC_BEDROCK_BASE_URL: url,
  }
  const claude = {
    env: { ...away, MINE: 'kept' },
    settings: { env: { ANTHROPIC_BASE_URL: url }, permissions: { allow: ['Bash(env:*)'] } },
    mcpServers: { elsewhere: { type: 'http', url: `${url}/mcp` } },
  }
  await writeFile(join(dir, 'mine.yaml'), stringify({ claude }))
  const args = ['ask', '--demo', '--config', 'mine.yaml', '!bash env']
  const { code, out } = await parley(args, { dir, env: { ANTHROPIC_AUTH_TOKEN: 'someone-elses' } })
  expect(code).toBe(0)
  expect(out).toContain('MINE=kept')
  expect(out).not.toMatch(/someone-elses|x-mine|BEDROCK/)
  expect(calls).toEqual([])
})

test('a chat follows its file, and stays on the stand-in', async () => {
  const dir = await testDir()
  const file = join(dir, 'config.yaml')
  await writeFile(file, 'claude: { model: sonnet }\n')
  const child = start(['chat', '--demo', '--config', file], { dir }, 'pipe')
  await firstAnswer(child)
  await writeFile(file, 'claude: { model: opus, env: { ANTHROPIC_BASE_URL: "http://127.0.0.1:9" } }\n')
  await logged(dir, 'claude.model is now opus')
  const { out } = await ended(child, '/status\nmy name is Ada\n')
  expect(out).toMatch(/Model: opus[^]*Nice to meet you, Ada/)
})

test('the model of the command line outlasts a change of the file', async () => {
  const dir = await testDir()
  const file = join(dir, 'config.yaml')
  await writeFile(file, 'claude: { model: sonnet }\n')
  const child = start(['chat', '--demo', '--model', 'haiku', '--config', file], { dir }, 'pipe')
  await firstAnswer(child)
  await writeFile(file, 'claude: { model: opus, maxTurns: 7 }\n')
  await logged(dir, 'claude.maxTurns is now 7')
  const { out } = await ended(child, '/status\n')
  expect(out).toContain('Model: haiku')
})
