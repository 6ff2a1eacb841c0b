/** `parley init` without a platform: somebody in front of a real terminal decides everything, one thing after the other. */
import { readFile, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { invite } from '../../fakes/discord/permissions.ts'
import { startDiscord } from '../../fakes/discord/start.ts'
import { testDir } from '../../rig/dir.ts'
import { describeWith } from '../../rig/needs.ts'
import { parley } from './parley.ts'
import { openTerminal } from './tmux.ts'

async function model(): Promise<string> {
  const server = createServer((_request, response) => response.end('{}')).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
}

describeWith('tmux', 'init in a terminal', () => {
  test('from nothing to a config for two platforms that doctor finds well, in one go', async () => {
    const dir = await testDir('guided-')
    const discord = await startDiscord({ identifyMs: 0 })
    const { world } = discord
    world.joined = false
    world.permissions = 0n
    // Walls are tried where they are; this machine may have none.
    await writeFile(join(dir, 'config.yaml'), '# mine\nsandbox: none\n')
    const terminal = await openTerminal(['init'], dir, {
      DISCORD_API_URL: discord.apiUrl,
      ANTHROPIC_API_KEY: 'sk-ant-none',
      ANTHROPIC_BASE_URL: await model(),
    })
    // An address that goes over two lines is none.
    await terminal.resize(200, 50)
    await terminal.sees(/Where is the bot to be reached\?[^]*discord[^]*http[^]*lark[^]*slack/)
    await terminal.press('Space', 'Down', 'Space', 'Enter')
    await terminal.sees(/Message Content Intent[^]*the bot's token/)
    await terminal.type('no token')
    await terminal.press('Enter')
    await terminal.sees(/is no bot token/)
    await terminal.type(discord.token)
    await terminal.press('Enter')
    await terminal.sees(/Your own id, to own the bot/)
    await terminal.type(world.user('ann').id)
    await terminal.press('Enter')
    const screen = await terminal.sees(/Enter, when that is done/)
    expect(screen).not.toContain(discord.token)
    invite(world, /https:\/\/discord\.com\/oauth2\/authorize\S+/.exec(screen)?.[0] ?? 'none')
    await terminal.press('Enter')
    await terminal.sees(/http\n[^]*This is your key[^]*pk_[\w-]{43}/)
    await terminal.sees(/Who may talk to the bot[^]*Newcomers with a code/)
    await terminal.press('Down', 'Down', 'Enter')
    const end = await terminal.sees(/exit \d+$/)
    expect(end).toMatch(/Claude's login: api-key[^]*the model can be reached/)
    expect(end).toMatch(
      /What doctor finds now[^]*✓ discord: the token is that of @parley[^]*✓ http: keys: me/,
    )
    expect(end).toMatch(/✓ discord: it has every permission that it needs in 1 server/)
    // Somebody else on this machine may listen at the API's usual port.
    const amiss = end.split('\n').filter((line) => line.startsWith('✗') && !line.includes('EADDRINUSE'))
    expect(amiss).toEqual([])

    const config = await readFile(join(dir, 'config.yaml'), 'utf8')
    expect(config).toMatch(/^# mine\nsandbox: none\n/)
    expect(config).toMatch(/owners: \[ .*discord:\d+.*http:me/)
    expect(config).toMatch(/allow: \[ .*discord:\*.*http:\*/)
    expect(config).toMatch(/apiKeys:\n\s+me:\n\s+key: sha256:[0-9a-f]{64}\n\s+scope: admin/)
    expect((await stat(join(dir, 'config.yaml'))).mode & 0o777).toBe(0o600)
  })

  test('whoever has no login yet is asked again; whoever leaves keeps what was written', async () => {
    const dir = await testDir('guided-')
    await writeFile(join(dir, 'config.yaml'), 'sandbox: none\nadapters:\n  http: {}\n')
    const terminal = await openTerminal(['init'], dir, { ANTHROPIC_BASE_URL: await model() })
    await terminal.sees(/http \(stands in config\.yaml\)/)
    await terminal.press('Enter')
    await terminal.sees(/Claude is not logged in[^]*Claude cannot answer yet[^]*Look again/)
    await terminal.press('Enter')
    await terminal.sees(/not logged in[^]*Look again[^]*not logged in[^]*Go on without/)
    await terminal.press('Down', 'Enter')
    await terminal.sees(/Who may talk to the bot/)
    await terminal.press('C-c')
    expect(await terminal.sees(/exit \d+$/)).toMatch(/Left\. What stands in config\.yaml stays[^]*exit 130$/)
    expect(await readFile(join(dir, 'config.yaml'), 'utf8')).toBe('sandbox: none\nadapters:\n  http: {}\n')
  })
})

test('without a terminal: a platform has to be named, and which there are is said; http is set up by a pipe', async () => {
  const dir = await testDir('guided-')
  const { code, err } = await parley(['init'], { dir })
  expect(code).toBe(1)
  expect(err).toMatch(/no terminal here to ask in: name it, e\.g\. `parley init discord`.*http, lark, slack/)
  const http = await parley(['init', 'http'], { dir, env: { ANTHROPIC_API_KEY: 'k' } })
  expect(http.out).toMatch(/not shown again[^]*pk_[^]*✓ http: keys: me/)
  const config = await readFile(join(dir, 'config.yaml'), 'utf8')
  expect(config).toMatch(/owners: \[ .*http:me/)
  expect(config).not.toContain('pk_')
})
