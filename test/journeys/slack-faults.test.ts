/** What goes wrong with Slack, and what people see of it: each message answered once. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { quickClaude } from '../rig/quick-cli.ts'
import { startSlackProgram, startSlackRig } from '../rig/slack.ts'

test('an event that comes again, at once or after a restart, starts nothing', async () => {
  const rig = await startSlackRig()
  const { slack, model } = rig
  const direct = slack.people.direct('UANN')
  const { deliveries, acked } = slack.people.say('UANN', '!say once')
  await acked
  await slack.see(direct, /^once$/)
  for (const delivery of deliveries) slack.courier.repeat(delivery)
  await rig.restart()
  for (const delivery of deliveries) slack.courier.repeat(delivery)
  slack.people.say('UANN', '!say twice')
  await slack.see(direct, /^twice$/)
  expect(slack.said(direct)).toEqual(['once', 'twice'])
  expect(model.requests.filter(({ lastUserText }) => lastUserText === '!say once')).toHaveLength(1)
})

test('an edit that comes before its message, and late events, do no harm', async () => {
  const { slack, bot } = await startSlackRig()
  const direct = slack.people.direct('UANN')
  slack.socket.hold()
  const { ts } = slack.people.say('UANN', '!say first')
  slack.people.edit(ts, '!say edited')
  slack.socket.release('newest first')
  await slack.see(direct, /^(first|edited)$/)
  await bot.idle()
  expect(slack.said(direct)).toHaveLength(1)
})

test('a connection that drops, moves, or is refused for a while: it comes back, and nothing is lost', async () => {
  const { slack, dir } = await startSlackRig()
  const direct = slack.people.direct('UANN')
  const again = slack.socket.reconnected()
  const dropped = performance.now()
  slack.socket.drop()
  slack.people.say('UANN', '!say still here')
  await again
  expect(performance.now() - dropped).toBeLessThan(1000)
  await slack.see(direct, /^still here$/)

  // Slack asks for another connection before it closes this one.
  const moved = slack.socket.reconnected()
  slack.socket.refresh()
  slack.people.say('UANN', '!say moved')
  await moved
  await slack.see(direct, /^moved$/)

  const token = slack.tokens.get(slack.appToken)
  if (token === undefined) throw new Error('there is an app token')
  token.refused = 'invalid_auth'
  slack.socket.drop()
  await vi.waitFor(
    async () => {
      const log = await readFile(join(dir, 'parley.log'), 'utf8')
      expect(log).toMatch(/invalid_auth.*renew the token/)
    },
    { timeout: 20_000 },
  )
  delete token.refused
  slack.people.say('UANN', '!say mended')
  await slack.see(direct, /^mended$/)
  expect(slack.said(direct)).toEqual(['still here', 'moved', 'mended'])
})

const misfortunes = [
  ['throttled', { kind: 'throttled', seconds: 1 }, false],
  ['an outage', { kind: 'status', status: 503 }, false],
  ['an outage after the message was taken', { kind: 'status', status: 503 }, true],
  ['a connection cut after the message was taken', { kind: 'cut' }, true],
  ['an internal error after the message was taken', { kind: 'error', error: 'internal_error' }, true],
] as const

test('whatever befalls an answer on its way: it stands once', async () => {
  const { slack, bot } = await startSlackRig()
  const direct = slack.people.direct('UANN')
  for (const [name, misfortune, after] of misfortunes) {
    slack.faults.plan('chat.postMessage', misfortune, after)
    slack.people.say('UANN', `!say ${name}`)
    await slack.see(direct, new RegExp(`^${name}$`))
    await bot.idle()
  }
  expect(slack.said(direct)).toEqual(misfortunes.map(([name]) => name))
})

test('kill -9 with 20 turns under way: every message is answered once, as Slack shows it', async () => {
  const { slack, run } = await startSlackProgram({
    claude: quickClaude,
    sessions: { maxRunning: 20, maxWarm: 20 },
  })
  const users = Array.from({ length: 20 }, (_, index) => `U${index}X`)
  const first = run()
  const said = users.map((user) => slack.people.say(user, `!slow 4 10\n!say for ${user}`))
  await Promise.all(said.map(({ acked }) => acked))
  const begun = (): number => slack.team.messages.filter(({ botId }) => botId !== undefined).length
  await slack.until(() => (begun() >= 10 ? true : undefined))
  await first.kill()
  const second = run()
  for (const user of users) await slack.see(slack.people.direct(user), new RegExp(`for ${user}$`))
  expect(await second.end()).toBe(0)
  for (const user of users) expect(slack.said(slack.people.direct(user))).toHaveLength(1)
}, 300_000)

test('kill -9 while answers grow in threads: the next process takes them up, and nothing stale stays', async () => {
  const { slack, run } = await startSlackProgram({ claude: quickClaude, sessions: { scope: 'thread' } })
  const town = slack.channel('CTOWN')
  const first = run()
  const asked = ['ann', 'bob', 'cem'].map((name) => {
    const text = `please\n!slow 2 20\n!say for ${name}`
    return { name, ...slack.people.say(`U${name.toUpperCase()}`, text, { channel: town, mention: true }) }
  })
  await Promise.all(asked.map(({ acked }) => acked))
  await slack.until(() =>
    slack.in(town).find(({ streaming, text }) => streaming === true && text.includes('word3')),
  )
  await first.kill()
  const second = run()
  for (const { name } of asked) await slack.see(town, new RegExp(`word20\\s+for ${name}$`))
  expect(await second.end()).toBe(0)
  for (const { ts } of asked) {
    const thread = slack.in(town).filter(({ threadTs, botId }) => threadTs === ts && botId !== undefined)
    expect(thread).toHaveLength(1)
    expect(thread[0]?.streaming).not.toBe(true)
  }
})

test('what was written while the bot was away is fetched and answered, where it is for the bot', async () => {
  const rig = await startSlackRig()
  const { slack, model } = rig
  const { people } = slack
  const town = slack.channel('CTOWN')
  const direct = people.direct('UANN')
  people.say('UANN', '!say before')
  await slack.see(direct, /^before$/)
  const { ts: thread } = people.say('UBOB', 'please\n!say in town', { channel: town, mention: true })
  await slack.see(town, /^in town$/)
  await rig.bot.stop()
  people.say('UANN', '!say missed directly')
  people.say('UBOB', 'please\n!say missed in the thread', { channel: town, thread })
  people.say('UCEM', 'idle talk', { channel: town })
  const { ts: other } = people.say('UCEM', 'please\n!say missed by name', { channel: town, mention: true })
  people.say('UCEM', 'please\n!say missed below', { channel: town, thread: other })
  slack.socket.forget()
  await rig.restart()
  await slack.see(direct, /^missed directly$/)
  const answers = ['in the thread', 'by name', 'below'].map((what) =>
    slack.see(town, new RegExp(`^missed ${what}$`)),
  )
  expect((await Promise.all(answers)).map(({ threadTs }) => threadTs)).toEqual([thread, other, other])
  await rig.bot.idle()
  expect(slack.said(direct)).toHaveLength(2)
  expect(slack.said(town).filter((text) => text.startsWith('missed'))).toHaveLength(3)
  expect(model.requests.filter(({ lastUserText }) => lastUserText.includes('idle talk'))).toEqual([])
})

test('a connection that is lost for a while: what Slack gave up delivering is fetched', async () => {
  const { slack } = await startSlackRig()
  const direct = slack.people.direct('UANN')
  slack.people.say('UANN', '!say before')
  await slack.see(direct, /^before$/)
  const token = slack.tokens.get(slack.appToken)
  if (token === undefined) throw new Error('there is an app token')
  token.refused = 'internal_error'
  slack.socket.drop()
  slack.people.say('UANN', '!say meanwhile')
  slack.socket.forget()
  await vi.waitFor(
    () =>
      expect(slack.calls.filter(({ method }) => method === 'apps.connections.open').length).toBeGreaterThan(
        5,
      ),
    {
      timeout: 30_000,
    },
  )
  delete token.refused
  await slack.see(direct, /^meanwhile$/)
})
