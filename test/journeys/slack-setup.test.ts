/** From nothing to a bot that answers in Slack, by the verbs alone. */
import { once } from 'node:events'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { z } from 'zod'
import { startSlack } from '../fakes/slack/start.ts'
import { HttpEvents } from '../fakes/slack/http-events.ts'
import { Team } from '../fakes/slack/team.ts'
import { testDir } from '../rig/dir.ts'
import { freePort } from '../rig/port.ts'
import { parley, start } from '../src/cli/parley.ts'
import { describeWith } from '../rig/needs.ts'

/** Nobody listens there: `doctor` looks, and is not to look beyond this machine. */
const noModel = 'http://127.0.0.1:9'

const Manifest = z.object({
  oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }),
  settings: z.object({
    event_subscriptions: z.object({ request_url: z.string().optional(), bot_events: z.array(z.string()) }),
    socket_mode_enabled: z.boolean(),
    org_deploy_enabled: z.boolean(),
  }),
})

async function newcomer() {
  const dir = await testDir('newcomer-')
  const slack = await startSlack()
  return { dir, slack, env: { SLACK_API_URL: `${slack.url}/api/` } }
}

async function manifestIn(dir: string): Promise<z.infer<typeof Manifest>> {
  return Manifest.parse(JSON.parse(await readFile(join(dir, 'slack-manifest.json'), 'utf8')))
}

describeWith('bwrap', 'from init to an answer', () => {
  test('a newcomer: init asks, writes and tries the config; the bot started with it answers', async () => {
    const { dir, slack, env } = await newcomer()
    const typed = ['xapp-swapped', 'xoxe.xoxb-rotated', slack.botToken, slack.appToken, 'UANN', ''].join('\n')
    const { code, out } = await parley(['init', 'slack'], { dir, env, input: typed })
    expect(out).toMatch(
      /manifest_json=%7B[^]*begins with xoxb-[^]*expires after 12 hours[^]*config\.yaml is written/,
    )
    expect(out).toMatch(/✓ slack: the bot token is that of @parley in A team/)
    expect(out).toMatch(/✓ slack: the app token opens connections/)
    expect(code).toBe(0)
    expect((await stat(join(dir, 'config.yaml'))).mode & 0o777).toBe(0o600)
    const { oauth_config: granted, settings } = await manifestIn(dir)
    expect(granted.scopes.bot).toContain('chat:write')
    expect(settings.socket_mode_enabled).toBe(true)
    expect(settings.event_subscriptions.bot_events).toContain('agent_session_stopped')

    const bot = start(['start', '--demo', '--config', 'config.yaml'], { dir, env })
    onTestFinished(() => void bot.kill('SIGKILL'))
    await slack.socket.reconnected()
    slack.people.say('UANN', 'Hello, my name is Ada.')
    await slack.see(slack.people.direct('UANN'), /Nice to meet you, Ada/)
    bot.kill('SIGTERM')
    await once(bot, 'exit')
    expect(bot.exitCode).toBe(0)
  })
})

test('tokens of the environment are neither asked for nor written down; an own config keeps its words', async () => {
  const { dir, slack, env } = await newcomer()
  const before = '# ours\nlanguage: zh # most of us\nadapters:\n  #terminal: {}\n'
  await writeFile(join(dir, 'config.yaml'), before, { mode: 0o644 })
  const tokens = { SLACK_BOT_TOKEN: slack.botToken, SLACK_APP_TOKEN: slack.appToken }
  const { code } = await parley(['init', 'slack'], { dir, env: { ...env, ...tokens }, input: '\n' })
  expect(code).toBe(0)
  const config = await readFile(join(dir, 'config.yaml'), 'utf8')
  expect((await stat(join(dir, 'config.yaml'))).mode & 0o777).toBe(0o600)
  expect(config).toContain('# ours\nlanguage: zh # most of us\n')
  expect(config).toContain('#terminal: {}')
  expect(config).toContain('pairing: code')
  expect(config).toContain('botToken: ${SLACK_BOT_TOKEN}')
  expect(config).not.toContain(slack.botToken)
})

test('over HTTP: the manifest leads Slack to the given address, and the signing secret is asked for', async () => {
  const { dir, slack, env } = await newcomer()
  const typed = [slack.botToken, 'a signing secret', ''].join('\n')
  const url = 'https://bot.example.com'
  const { code, out } = await parley(['init', 'slack', '--url', url], { dir, env, input: typed })
  expect(code).toBe(0)
  expect(out).not.toContain('xapp-')
  const { settings } = await manifestIn(dir)
  expect(settings).toMatchObject({ socket_mode_enabled: false })
  expect(settings.event_subscriptions.request_url).toBe('https://bot.example.com/slack/events')
  expect(await readFile(join(dir, 'config.yaml'), 'utf8')).toMatch(/mode: http/)
})

describeWith('bwrap', 'from init to an answer', () => {
  test('several workspaces: init asks for what they install the app with, doctor tries it, and one installs it', async () => {
    const { dir, slack, env } = await newcomer()
    const { clientId, clientSecret } = slack.oauth
    const typed = [clientId, 'mistyped', 'a signing secret', 'TNORTH/UANN', ''].join('\n')
    const port = await freePort()
    const several = ['init', 'slack', '--several']
    expect((await parley(several, { dir, env })).err).toMatch(/--several needs --url/)
    // A token of one workspace is of no use here.
    const tokens = { SLACK_BOT_TOKEN: slack.botToken, SLACK_APP_TOKEN: slack.appToken }
    const url = 'https://bot.example.com'
    const { code, out } = await parley([...several, '--url', url], {
      dir,
      env: { ...env, ...tokens },
      input: typed,
    })
    expect(code).toBe(1)
    expect(out).toMatch(/Activate Public Distribution[^]*https:\/\/bot\.example\.com\/slack\/install/)
    expect(out).toMatch(/✗ slack: the client secret does not work.*bad_client_secret.*App Credentials/)
    const file = join(dir, 'config.yaml')
    const config = await readFile(file, 'utf8')
    expect(config).not.toContain('TOKEN')
    expect((await manifestIn(dir)).settings).toMatchObject({ org_deploy_enabled: true })

    await writeFile(
      file,
      `${config.replace('mistyped', clientSecret)}    host: 127.0.0.1\n    port: ${port}\n`,
    )
    const again = await parley(['doctor'], {
      dir,
      env: { ...env, ANTHROPIC_API_KEY: 'sk-ant-none', ANTHROPIC_BASE_URL: noModel },
    })
    expect(again.out).toMatch(/✓ slack: Slack knows the client ID and its secret/)
    expect(again.out).toMatch(
      /✓ slack: workspaces install the app at https:\/\/bot\.example\.com\/slack\/install/,
    )

    const bot = start(['start', '--demo', '--config', 'config.yaml'], { dir, env })
    onTestFinished(() => void bot.kill('SIGKILL'))
    const here = `http://127.0.0.1:${port}`
    const begun = await vi.waitFor(() => fetch(`${here}/slack/install`, { redirect: 'manual' }), 20_000)
    const north = new Team('TNORTH')
    const back = new URL(slack.oauth.agree(begun.headers.get('location') ?? '', north))
    const cookie = begun.headers.get('set-cookie')?.split(';')[0] ?? ''
    const installed = await fetch(`${here}${back.pathname}${back.search}`, { headers: { cookie } })
    expect(await installed.text()).toContain('installed in Team TNORTH')
    const events = new HttpEvents({ url: `${here}/slack/events`, signingSecret: 'a signing secret' })
    onTestFinished(() => events.close())
    slack.courier = events
    slack.people.say('UANN', 'Hello, my name is Ada.', {}, north)
    await slack.see(slack.people.direct('UANN', north), /Nice to meet you, Ada/, north)
    bot.kill('SIGTERM')
    await once(bot, 'exit')
  })
})

test('whoever has no tokens yet is told what to do, and nothing is written but the manifest', async () => {
  const { dir } = await newcomer()
  const { code, out } = await parley(['init', 'slack'], { dir })
  expect(code).toBe(0)
  expect(out).toMatch(/1\. Open https:\/\/api\.slack\.com\/apps[^]*Nothing is written to config\.yaml/)
  await expect(stat(join(dir, 'config.yaml'))).rejects.toThrow('ENOENT')
})

test('doctor names what is missing and where to click; a second init changes nothing and looks again', async () => {
  const { dir, slack } = await newcomer()
  const block = { botToken: slack.botToken, appToken: slack.appToken, apiUrl: `${slack.url}/api/` }
  await writeFile(join(dir, 'config.yaml'), JSON.stringify({ adapters: { slack: block } }))
  slack.tokens.get(slack.botToken)?.lacks.add('files:read').add('users:read')
  const app = slack.tokens.get(slack.appToken)
  if (app !== undefined) app.refused = 'invalid_auth'
  const { code, out } = await parley(['doctor'], {
    dir,
    env: { ANTHROPIC_API_KEY: 'sk-ant-none', ANTHROPIC_BASE_URL: noModel },
  })
  expect(code).toBe(1)
  expect(out).toMatch(/✓ Claude CLI [\d.]+/)
  expect(out).toMatch(/✗ the config lets nobody talk[^]*access\.owners/)
  expect(out).toMatch(/✗ slack: the app lacks the scopes files:read, users:read\n {2}→ .*Reinstall/)
  expect(out).toMatch(/✗ slack: the app token does not work.*invalid_auth/)
  const again = await parley(['init', 'slack'], { dir })
  expect(again.out).toMatch(/has a block for slack already[^]*✗ slack: the app lacks/)
  expect(again.code).toBe(1)
})

test('what is no platform, or no address, is said', async () => {
  const { dir } = await newcomer()
  expect((await parley(['init', 'slak'], { dir })).err).toMatch(/no set-up for slak.*slack/)
  expect((await parley(['init', 'slack', '--url', 'http://x'], { dir })).err).toMatch(/begins with https/)
})
