/** The connection: kept, resumed, begun anew; nothing that comes by it does harm, and nothing is missed. */
import { expect, onTestFinished, test, vi } from 'vitest'
import { AdapterError, type HeardMark, type Inbound } from '../../../src/contract.ts'
import { RecordingBot } from '../conformance/rig.ts'
import { openDiscord, type Rig, user } from './rig.ts'

class TestBot extends RecordingBot {
  get texts(): string[] {
    return this.received.flatMap((inbound) => (inbound.kind === 'message' ? [inbound.text] : []))
  }
}

async function started(rig: Rig, bot = new TestBot()): Promise<TestBot> {
  await rig.adapter.start(bot, new AbortController().signal)
  onTestFinished(() => rig.adapter.stop())
  return bot
}

/** What the adapter's history says after these marks. */
async function missed({ adapter }: Rig, marks: readonly HeardMark[]): Promise<Inbound[]> {
  const all: Inbound[] = []
  for await (const inbound of adapter.history?.(marks, new AbortController().signal) ?? []) all.push(inbound)
  return all
}

/** Long enough for a session to be begun anew: five seconds after the one before. */
const anew = { timeout: 20_000, interval: 20 }

const breaks: readonly [string, (rig: Rig) => void][] = [
  ['the line is cut', ({ discord }) => discord.gateway.close()],
  ['the gateway asks to reconnect', ({ discord }) => discord.gateway.reconnect()],
  ['the gateway closes with an unknown error', ({ discord }) => discord.gateway.close(4000)],
  ['the session may be resumed', ({ discord }) => discord.gateway.invalidate(true)],
]

test.each(breaks)('when %s it resumes, and what was said meanwhile comes', async (_, break_) => {
  const rig = await openDiscord()
  const bot = await started(rig)
  const { people, gateway } = rig.discord
  people.say(user, 'before')
  await bot.arrived(1)
  expect(rig.adapter.connected?.()).toBe(true)
  const whenTold: unknown[] = []
  vi.spyOn(bot.log, 'info').mockImplementation((_, message) => {
    if (message.includes('it is resumed')) whenTold.push(rig.adapter.connected?.())
  })
  break_(rig)
  people.say(user, 'meanwhile')
  await vi.waitFor(() => expect(bot.texts).toEqual(['before', 'meanwhile']), anew)
  expect(gateway.seen.filter((what) => what === 'identify')).toHaveLength(1)
  expect(gateway.seen).toContain('resume')
  expect([whenTold, rig.adapter.connected?.()]).toEqual([[false], true])
})

const silences: readonly [string, (gateway: Rig['discord']['gateway'], on: boolean) => void][] = [
  ['are not acknowledged', (gateway, on) => (gateway.acks = !on)],
  ['are acknowledged too late', (gateway, on) => (gateway.ackMs = on ? 300 : 0)],
  ['go into a line that is dead', (gateway, on) => on && gateway.zombify()],
]

test.each(silences)('when heartbeats %s it resumes, and what was said comes once', async (_, silence) => {
  const rig = await openDiscord({ heartbeatMs: 200 })
  const bot = await started(rig)
  const { gateway, people } = rig.discord
  people.say(user, 'before')
  await bot.arrived(1)
  silence(gateway, true)
  people.say(user, 'meanwhile')
  await vi.waitFor(() => expect(gateway.seen).toContain('resume'), anew)
  silence(gateway, false)
  people.say(user, 'still there?')
  await vi.waitFor(() => expect(bot.texts).toContain('still there?'), anew)
  expect(bot.texts).toEqual(['before', 'meanwhile', 'still there?'])
  expect(gateway.identified).toHaveLength(1)
})

test('a gap that no session bridges is told of; the history has what was said in it, in order', async () => {
  const rig = await openDiscord()
  const bot = await started(rig)
  const { people, gateway } = rig.discord
  const { channel } = rig.address
  people.say(user, 'first', { channel, mention: true })
  await bot.arrived(1)
  const [last] = bot.received
  gateway.forget()
  const gap = Array.from({ length: 120 }, (_, n) => people.say(user, `gap ${n}`, { channel, mention: true }))
  people.say('bob', 'not for the bot', { channel })
  gateway.close()
  await vi.waitFor(() => expect(bot.gaps).toEqual([undefined]), anew)
  expect(gateway.seen).toContain('not resumed')
  const { address, id, at } = last ?? { address: rig.address, id: '', at: 0 }
  const found = await missed(rig, [{ address, id, at }])
  expect(found.map((inbound) => [inbound.id, inbound.kind === 'message' && inbound.text])).toEqual(
    gap.map((message, n) => [message.id, `gap ${n}`]),
  )
  expect(found[0]?.address).toEqual(address)
  // By the time alone it may begin earlier.
  expect(await missed(rig, [{ address, at }])).toHaveLength(121)
  const gone = { ...address, channel: '1234567890123456' }
  expect(await missed(rig, [{ address: gone, id, at }])).toEqual([])
})

test('marks of commands and of questions about a message count like those of messages; one guild that fails hides no other', async () => {
  const rig = await openDiscord()
  await started(rig)
  const { people, world, faults } = rig.discord
  const { address } = rig
  const further = world.addGuild()
  const other = people.town('other', further)
  const [before, at] = [world.id(), Date.now()]
  const asked = people.say(user, 'here', { channel: address.channel, mention: true })
  people.say(user, 'there', { channel: other, mention: true })
  const marks = [
    { address, id: `question:${before}`, at },
    { address: { ...address, tenant: further, channel: other }, id: `command:1:${before}`, at },
  ]
  expect((await missed(rig, marks)).map(({ address: { channel } }) => channel)).toEqual([
    address.channel,
    other,
  ])
  faults.plan('GET /guilds/:guild/threads/active', { kind: 'status', status: 500 })
  const found: string[] = []
  const told = async (): Promise<void> => {
    for await (const { id } of rig.adapter.history?.(marks, new AbortController().signal) ?? [])
      found.push(id)
  }
  await expect(told()).rejects.toMatchObject({ code: 'network' })
  expect(found).toHaveLength(2)
  expect(found[0]).toBe(asked.id)
})

test('a guild that Discord could not serve for a while has its gap told of', async () => {
  const rig = await openDiscord()
  const bot = await started(rig)
  const { gateway, world, people } = rig.discord
  const tell = (t: string, d: object): void => gateway.raw(JSON.stringify({ op: 0, t, s: 1, d }))
  const since = Date.now()
  tell('GUILD_DELETE', { id: world.guild, unavailable: true })
  tell('GUILD_CREATE', { id: world.guild, channels: [], threads: [] })
  tell('GUILD_CREATE', { id: world.guild, channels: [], threads: [] })
  people.say(user, 'then')
  await bot.arrived(1)
  expect(bot.gaps).toHaveLength(1)
  expect(bot.gaps[0]).toBeGreaterThanOrEqual(since)
})

test('where mentions open threads, questions that were missed are found in their channel', async () => {
  const rig = await openDiscord({ identifyMs: 0 }, { openThreads: true })
  const bot = await started(rig)
  const { people } = rig.discord
  const { channel } = rig.address
  people.say(user, 'first', { channel, mention: true })
  const [heard] = await bot.arrived(1)
  await rig.adapter.stop()
  const asked = people.say(user, 'second', { channel, mention: true })
  const next = { ...rig, adapter: rig.another() }
  await started(next)
  const { address, id, at } = heard ?? { address: rig.address, id: '', at: 0 }
  expect(address.thread).toBe(id)
  expect(await missed(next, [{ address, id, at }])).toMatchObject([
    { id: asked.id, text: 'second', address: { thread: asked.id } },
  ])
})

test('a message that could not be kept is tried again', async () => {
  const rig = await openDiscord()
  const bot = await started(rig)
  bot.answer = async () => {
    throw new Error('the disk is full')
  }
  rig.discord.people.say(user, 'lost')
  await bot.arrived(1)
  bot.answer = async () => 'accepted'
  await vi.waitFor(() => expect(bot.texts).toEqual(['lost', 'lost']), anew)
  expect(bot.received[1]?.id).toBe(bot.received[0]?.id)
})

test('a message that cannot be kept for an hour is left to the history, and holds up nothing further', async () => {
  const rig = await openDiscord()
  const bot = await started(rig)
  bot.answer = async ({ kind }) => {
    if (kind === 'message' && bot.texts.at(-1) === 'never') throw new Error('the disk is full')
    return 'accepted'
  }
  const since = Date.now()
  rig.discord.people.say(user, 'never')
  rig.discord.people.say(user, 'next')
  await bot.arrived(1)
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 2 * 3_600_000 })
  onTestFinished(() => void vi.useRealTimers())
  await vi.waitFor(() => expect(bot.texts.at(-1)).toBe('next'), anew)
  expect(bot.gaps).toHaveLength(1)
  expect(bot.gaps[0]).toBeGreaterThanOrEqual(since)
  expect(bot.gaps[0]).toBeLessThan(since + 3_600_000)
})

test('a message from a channel that Discord does not tell about at once is not lost', async () => {
  const rig = await openDiscord()
  const bot = await started(rig)
  const { faults, people } = rig.discord
  const look = 'GET /channels/:channel'
  faults.plan(look, { kind: 'throttled', seconds: 1 })
  faults.plan(look, { kind: 'status', status: 502 })
  people.say(user, 'one', { channel: rig.address.channel, mention: true })
  people.say(user, 'two', { channel: rig.address.channel, mention: true })
  await vi.waitFor(() => expect(bot.texts).toEqual(['one', 'two']), anew)
})

test('an event that comes twice keeps its id', async () => {
  const rig = await openDiscord()
  const bot = await started(rig)
  rig.discord.people.say(user, 'hello')
  rig.discord.gateway.again()
  const [first, second] = await bot.arrived(2)
  expect(second?.id).toBe(first?.id)
})

const malformed: readonly unknown[] = [
  null,
  [],
  { op: 'x' },
  { op: 99 },
  { op: 10, d: null },
  { op: 10, d: { heartbeat_interval: 'soon' } },
  { op: 0 },
  { op: 0, t: 'MESSAGE_CREATE', s: 1, d: null },
  { op: 0, t: 'MESSAGE_CREATE', s: 1, d: { id: 'x', author: null } },
  { op: 0, t: 'MESSAGE_UPDATE', s: 1, d: { id: '1', channel_id: '2' } },
  { op: 0, t: 'MESSAGE_DELETE', s: 1, d: 'x' },
  { op: 0, t: 'INTERACTION_CREATE', s: 1, d: { id: '1', type: 3, token: 't' } },
  { op: 0, t: 'GUILD_CREATE', s: 1, d: { channels: 7 } },
  { op: 0, t: 'THREAD_CREATE', s: 1, d: [] },
  { op: 0, t: '__proto__', s: 1, d: {} },
]

test('nothing malformed does harm', async () => {
  const rig = await openDiscord()
  const bot = await started(rig)
  const { gateway, people } = rig.discord
  gateway.raw('{ no json')
  for (const payload of malformed) gateway.raw(JSON.stringify(payload))
  people.say(user, 'hello')
  await bot.arrived(1)
  expect(bot.texts).toEqual(['hello'])
  expect(gateway.seen.filter((what) => what !== 'heartbeat')).toEqual(['identify'])
  // A session that ends by something malformed is begun anew.
  gateway.raw(JSON.stringify({ op: 9 }))
  await vi.waitFor(() => expect(gateway.seen.filter((what) => what === 'identify')).toHaveLength(2), anew)
})

test('a token that Discord refuses is told as such at the start', async () => {
  const rig = await openDiscord()
  rig.discord.token = 'another.token'
  const failure = await rig.adapter
    .start(new RecordingBot(), new AbortController().signal)
    .catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(AdapterError)
  expect(failure).toMatchObject({ code: 'auth', message: expect.stringContaining('renew the token') })
  await rig.adapter.stop()
})

test('an intent that is taken away while it runs is told with where to give it back', async () => {
  const rig = await openDiscord()
  const bot = new TestBot()
  const error = vi.spyOn(bot.log, 'error')
  await started(rig, bot)
  rig.discord.gateway.close(4014)
  await vi.waitFor(() => expect(error).toHaveBeenCalled(), anew)
  expect(error.mock.calls[0]?.[0]).toMatchObject({
    err: { code: 'auth', message: expect.stringContaining('Privileged Gateway Intents') },
  })
})

test('when no session may be begun today, the start says so', async () => {
  const rig = await openDiscord()
  rig.discord.sessionStarts.remaining = 0
  await expect(rig.adapter.start(new RecordingBot(), new AbortController().signal)).rejects.toMatchObject({
    code: 'throttled',
    retryAfter: 3_600_000,
  })
  await rig.adapter.stop()
})

test('of the sessions of a day some are left to starts: one that is lost waits for more, and the log says so', async () => {
  const rig = await openDiscord()
  const { gateway, sessionStarts } = rig.discord
  sessionStarts.remaining = 51
  const bot = new TestBot()
  const warned = vi.spyOn(bot.log, 'warn')
  await started(rig, bot)
  gateway.forget()
  gateway.close()
  await vi.waitFor(
    () =>
      expect(warned.mock.calls.map(([fields]) => fields)).toContainEqual({
        err: expect.objectContaining({
          code: 'throttled',
          message: expect.stringMatching(/50 are left, which are kept for starts.*in 60 minutes/),
        }),
      }),
    anew,
  )
  expect(gateway.identified).toHaveLength(1)
  // A start may have one of them.
  await rig.adapter.stop()
  await started({ ...rig, adapter: rig.another() })
  expect(sessionStarts.remaining).toBe(49)
})

test.each([
  [true, /lets the bot read every message/],
  [false, /only direct messages and those that name it/],
])('it says at start what it may read (message content intent: %s)', async (content, said) => {
  const rig = await openDiscord({ content })
  const bot = new TestBot()
  const info = vi.spyOn(bot.log, 'info')
  await started(rig, bot)
  expect(info.mock.calls.map(([, message]) => message).join('\n')).toMatch(said)
})
