/** From nothing to a bot that answers in Discord, by the verbs alone. */
import { once } from 'node:events'
import { stat, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { DiscordOptions } from '../fakes/discord/discord.ts'
import { invite } from '../fakes/discord/permissions.ts'
import { startDiscord } from '../fakes/discord/start.ts'
import { testDir } from '../rig/dir.ts'
import { ended, parley, start } from '../src/cli/parley.ts'
import { describeWith } from '../rig/needs.ts'

/** Nobody listens there: `doctor` looks, and is not to look beyond this machine. */
const noModel = 'http://127.0.0.1:9'

async function newcomer(options: DiscordOptions = {}) {
  const dir = await testDir('newcomer-')
  const discord = await startDiscord({ identifyMs: 0, ...options })
  discord.world.joined = false
  discord.world.permissions = 0n
  return { dir, discord, env: { DISCORD_API_URL: discord.apiUrl } }
}

describeWith('bwrap', 'from init to an answer', () => {
  test('a newcomer: init asks, leads to the invitation and tries the config; the bot then answers with what that allows', async () => {
    const { dir, discord, env } = await newcomer()
    const { people, world } = discord
    const ann = world.user('ann').id
    const child = start(['init', 'discord'], { dir, env }, 'pipe')
    let out = ''
    child.stdout?.on('data', (chunk: Buffer) => (out += chunk.toString()))
    const shown = async (text: RegExp): Promise<string> => {
      const { stdout } = child
      if (stdout === null) throw new Error('no output')
      while (!text.test(out)) await once(stdout, 'data')
      return text.exec(out)?.[0] ?? ''
    }
    child.stdin?.write(`no token\n${discord.token}\n${ann}\n`)
    const page = await shown(/https:\/\/discord\.com\/oauth2\/authorize\S+/)
    await shown(/Enter, when that is done/)
    invite(world, page)
    const { code } = await ended(child, '\n')
    expect(out).toMatch(/Message Content Intent[^]*is no bot token[^]*config\.yaml is written/)
    expect(out).toMatch(/✓ discord: the token is that of @parley/)
    expect(out).toMatch(/✓ discord: it has every permission that it needs in 1 server/)
    expect(code).toBe(0)
    expect((await stat(join(dir, 'config.yaml'))).mode & 0o777).toBe(0o600)

    const bot = start(['start', '--demo', '--config', 'config.yaml'], { dir, env })
    onTestFinished(() => void bot.kill('SIGKILL'))
    await discord.until(() => (discord.gateway.connected ? true : undefined))
    const town = people.town('town')
    people.say('ann', 'Hello, my name is Ada.', { channel: town, mention: true })
    await discord.see(town, /Nice to meet you, Ada/)
    const thread = people.thread('talk', town, 'ann')
    people.say('ann', 'please\n!long 20', { channel: thread, mention: true })
    await discord.see(thread, /\[file answer\.md\]/)
    bot.kill('SIGTERM')
    await once(bot, 'exit')
    expect(bot.exitCode).toBe(0)
    // Nothing that it tried was more than it may.
    expect(discord.calls.filter(({ status }) => status === 401 || status === 403)).toEqual([])
  })
})

test('a token of the environment is neither asked for nor written down; whoever has none is told what to do', async () => {
  const { dir, discord, env } = await newcomer()
  const first = await parley(['init', 'discord'], { dir })
  expect(first.out).toMatch(
    /1\. Open https:\/\/discord\.com\/developers[^]*Nothing is written to config\.yaml/,
  )
  await expect(stat(join(dir, 'config.yaml'))).rejects.toThrow('ENOENT')
  const { code, out } = await parley(['init', 'discord'], {
    dir,
    env: { ...env, DISCORD_TOKEN: discord.token },
    input: '\n\n',
  })
  // The invitation was not opened.
  expect(code).toBe(1)
  expect(out).toMatch(/✗ discord: the bot is in no server\n {2}→ open https:\/\/discord\.com\/oauth2/)
  const config = await readFile(join(dir, 'config.yaml'), 'utf8')
  expect(config).toContain('token: ${DISCORD_TOKEN}')
  expect(config).toContain('pairing: code')
  expect(config).not.toContain(discord.token)
})

test('doctor names intents, missing permissions and a token that does not work, and where to click', async () => {
  const { dir, discord } = await newcomer({ content: false })
  const { world } = discord
  const block = { token: discord.token, apiUrl: discord.apiUrl, openThreads: true }
  await writeFile(join(dir, 'config.yaml'), JSON.stringify({ adapters: { discord: block } }))
  // Before it opened threads.
  invite(
    world,
    `https://discord.com/oauth2/authorize?client_id=${world.app}&scope=bot&permissions=274877975552`,
  )
  discord.sessionStarts.remaining = 0
  const env = { ANTHROPIC_API_KEY: 'sk-ant-none', ANTHROPIC_BASE_URL: noModel }
  const { code, out } = await parley(['doctor'], { dir, env })
  expect(code).toBe(1)
  expect(out).toMatch(
    /✓ discord: it hears what is written to it directly[^]*→ .*\/bot, Message Content Intent/,
  )
  expect(out).toMatch(/✗ discord: Discord allows no further connection for 60 minutes/)
  expect(out).toMatch(
    /✗ discord: it lacks in “A guild”: Embed Links, Attach Files, Create Public Threads\n {2}→ open .*permissions=309237763072 once more/,
  )
  discord.token = 'another.1'
  const again = await parley(['init', 'discord'], { dir })
  expect(again.out).toMatch(
    /has a block for discord already[^]*✗ discord: the token does not work.*refuses the token/,
  )
  expect(again.code).toBe(1)
})
