/** From nothing to a bot that answers in Feishu, by the verbs alone. */
import { once } from 'node:events'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startLark } from '../fakes/lark/start.ts'
import { testDir } from '../rig/dir.ts'
import { ended, parley, start } from '../src/cli/parley.ts'
import { describeWith } from '../rig/needs.ts'

/** Nobody listens there: `doctor` looks, and is not to look beyond this machine. */
const noModel = 'http://127.0.0.1:9'

const ann = 'ou_ann'

async function newcomer() {
  const dir = await testDir('newcomer-')
  const lark = await startLark()
  lark.app.bare()
  return { dir, lark, env: { LARK_DOMAIN: lark.url } }
}

describeWith('bwrap', 'from init to an answer', () => {
  test('a newcomer: init asks, leads through the console and tries the config; the bot then answers with what that allows', async () => {
    const { dir, lark, env } = await newcomer()
    const { app, appId, appSecret } = lark
    const child = start(['init', 'lark'], { dir, env }, 'pipe')
    let out = ''
    child.stdout?.on('data', (chunk: Buffer) => (out += chunk.toString()))
    const shown = async (text: RegExp): Promise<string> => {
      const { stdout } = child
      if (stdout === null) throw new Error('no output')
      while (!text.test(out)) await once(stdout, 'data')
      return text.exec(out)?.[1] ?? ''
    }
    child.stdin?.write(`cli_demo\n${appId}\n${appSecret}\n${ann}\n`)
    const events = await shown(/Event Configuration:.*Add events: (.*)\./)
    const callbacks = await shown(/Add callbacks: (.*)\./)
    await shown(/Enter, when that is done/)
    app.bot = true
    app.paste(await readFile(join(dir, 'lark-permissions.json'), 'utf8'))
    for (const type of events.split(', ')) app.events.add(type)
    for (const type of callbacks.split(', ')) app.callbacks.add(type)
    app.status = 2
    const { code } = await ended(child, '\n')
    expect(out).toMatch(/is no app id[^]*config\.yaml is written/)
    expect(out).toMatch(/✓ lark: the app is Parley, and its bot is on/)
    expect(out).toMatch(
      /✓ lark: the app has every permission[^]*✓ lark: .*every event[^]*✓ lark: it can connect/,
    )
    expect(code).toBe(0)
    expect((await stat(join(dir, 'config.yaml'))).mode & 0o777).toBe(0o600)

    const bot = start(['start', '--demo', '--config', 'config.yaml'], { dir, env })
    onTestFinished(() => void bot.kill('SIGKILL'))
    await lark.until(() => (lark.socket.connected === 1 ? true : undefined))
    lark.people.say(ann, 'Hello, my name is Ada.')
    await lark.see(lark.tenant.direct(ann).id, /Nice to meet you, Ada/)
    const chat = lark.tenant.group().id
    lark.people.say(ann, 'please\n!bash touch here', { chat, mention: true })
    await lark.see(chat, /\[Allow once\]/)
    lark.people.press(ann, chat, 'Allow once')
    await lark.see(chat, /\$\d/)
    bot.kill('SIGTERM')
    await once(bot, 'exit')
    expect(bot.exitCode).toBe(0)
    // Nothing that it tried was more than it may, but for the names of people: that is optional, and asked for once.
    const over = lark.calls.filter(({ code: refused }) => refused !== 0).map(({ call }) => call)
    expect(over).toEqual(['GET /contact/v3/users/batch'])
  })
})

test('over HTTP: the key and the token are asked for, and the console is led to the address', async () => {
  const { dir, lark, env } = await newcomer()
  const given = { ...env, LARK_APP_ID: lark.appId, LARK_APP_SECRET: lark.appSecret }
  const typed = ['a key', 'a token', '', ''].join('\n')
  const url = 'https://bot.example.com'
  const { code, out } = await parley(['init', 'lark', '--url', url], { dir, env: given, input: typed })
  expect(out).toMatch(/Encryption Strategy.*bot\.example\.com[^]*\/lark\/events/)
  expect(out).toMatch(/✗ lark: the app has no bot\n {2}→ .*Add Features, Bot/)
  expect(out).toMatch(/✗ lark: the app is not released in this company/)
  expect(code).toBe(1)
  const config = await readFile(join(dir, 'config.yaml'), 'utf8')
  expect(config).toMatch(/mode: webhook/)
  expect(config).toContain('appSecret: ${LARK_APP_SECRET}')
  expect(config).not.toContain(lark.appSecret)
})

test('doctor names what is missing and where to click, of the cloud that the app is in', async () => {
  const { dir, lark } = await newcomer()
  const { app, appId, appSecret, url } = lark
  Object.assign(app, { bot: true, status: 4, way: 'webhook' })
  for (const scope of ['im:message', 'im:resource', 'application:application:self_manage'])
    app.scopes.add(scope)
  lark.lacks.add('im:resource')
  app.events.add('im.message.receive_v1')
  const block = { appId, appSecret, domain: url, departments: true }
  await writeFile(join(dir, 'config.yaml'), JSON.stringify({ adapters: { lark: block } }))
  const { code, out } = await parley(['doctor'], {
    dir,
    env: { ANTHROPIC_API_KEY: 'sk-ant-none', ANTHROPIC_BASE_URL: noModel },
  })
  expect(code).toBe(1)
  expect(out).toMatch(/✗ lark: the app has a new version that waits for an administrator/)
  expect(out).not.toContain('lacks im:message:')
  expect(out).toMatch(/✗ lark: the app lacks im:resource: files[^\n]*\n {2}→ .*\/auth: add what is missing/)
  expect(out).toMatch(/✗ lark: the app lacks contact:contact\.base:readonly: departments/)
  expect(out).toMatch(/✗ lark: events and presses are not set to come by persistent connection/)
  expect(out).toMatch(/✗ lark: the app is not told of im\.message\.recalled_v1/)
  expect(out).toMatch(/✓ lark: the app is not told of application\.bot\.menu_v6/)
  expect(out).toMatch(/✗ lark: the app is not told of presses/)
})

test('whoever has no app yet is told what to do, and nothing is written but the permissions', async () => {
  const { dir } = await newcomer()
  const { code, out } = await parley(['init', 'lark'], { dir })
  expect(code).toBe(0)
  expect(out).toMatch(/1\. Open https:\/\/open\.feishu\.cn\/app \(Lark: https:\/\/open\.larksuite\.com/)
  expect(out).toMatch(/the cloud of your company[^]*Nothing is written to config\.yaml/)
  await expect(stat(join(dir, 'config.yaml'))).rejects.toThrow('ENOENT')
})
