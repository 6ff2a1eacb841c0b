/** The long connection, and the traps of the SDK's client that the adapter must not fall into. */
import { expect, onTestFinished, test, vi } from 'vitest'
import create from '../../../adapters/lark/index.ts'
import { settings } from '../../../adapters/lark/settings.ts'
import type { Log } from '../../../src/contract.ts'
import { startLark } from '../../fakes/lark/start.ts'
import { promptReply, RecordingBot, textReply } from '../conformance/rig.ts'
import { larkSettings, openLark, user } from './rig.ts'

const signal = (): AbortSignal => new AbortController().signal

test('trap: an app id that the SDK silently does nothing for is refused at once', () => {
  const given = { appId: 'cli_demo', appSecret: 's' }
  expect(() => settings.schema.parse(given)).toThrow(/16 hex digits/)
})

test('trap: it is started only once events can come', async () => {
  const { lark, adapter } = await openLark()
  await adapter.start(new RecordingBot(), signal())
  expect(lark.socket.connected).toBe(1)
})

test('trap: tokens are not shared with other clients of the same app in this process', async () => {
  const first = await openLark()
  await first.adapter.start(new RecordingBot(), signal())
  await first.adapter.stop()
  const second = await openLark()
  await second.adapter.start(new RecordingBot(), signal())
  await second.adapter.send(second.address, textReply('hello'))
  expect(second.lark.calls.map(({ call, code }) => `${call} ${code}`)).toContain(
    'POST /auth/v3/tenant_access_token/internal 0',
  )
})

test('a wrong secret is said so, with advice, and is not told to the log', async () => {
  const lark = await startLark()
  const adapter = create(larkSettings(lark, { appSecret: 'not-the-secret' }))
  onTestFinished(() => adapter.stop())
  const lines: string[] = []
  const note = (fields: object, message: string): void => void lines.push(JSON.stringify(fields) + message)
  const log: Log = { debug: note, info: note, warn: note, error: note }
  const bot = Object.assign(new RecordingBot(), { log })
  const failure = await adapter.start(bot, signal()).catch((error: unknown) => error)
  expect(failure).toMatchObject({ code: 'auth', message: expect.stringContaining('appSecret') })
  expect(JSON.stringify(failure) + lines.join()).not.toContain('not-the-secret')
})

test('the log holds no message, no token and no ticket', async () => {
  const { lark, adapter, address } = await openLark()
  const lines: string[] = []
  const note = (fields: object, message: string): void => void lines.push(JSON.stringify(fields) + message)
  const bot = Object.assign(new RecordingBot(), { log: { debug: note, info: note, warn: note, error: note } })
  await adapter.start(bot, signal())
  await lark.people.say(user, 'my secret words').delivery.answer
  lark.faults.plan(/messages/, { kind: 'refused', code: 230013 })
  await adapter.send(address, textReply('other secret words')).catch(() => undefined)
  expect(lines.join('\n')).not.toMatch(/secret|t-fake/)
})

test('a press that the core takes long to keep is answered in time, and kept before the adapter has stopped', async () => {
  const rig = await openLark()
  const { lark, adapter, address } = rig
  const bot = new RecordingBot()
  await adapter.start(bot, signal())
  const prompt = promptReply()
  await adapter.send(address, prompt)
  const keeping = Promise.withResolvers<'accepted'>()
  bot.answer = () => keeping.promise
  const { delivery } = lark.people.press(user, rig.chat, 'Allow once')
  expect(await delivery.answer).toEqual({ toast: { type: 'info', content: 'This takes a moment …' } })
  expect(delivery.attempts).toBe(1)
  let stopped = false
  const stopping = adapter.stop().then(() => (stopped = true))
  await new Promise((resolve) => setImmediate(resolve))
  expect(stopped).toBe(false)
  keeping.resolve('accepted')
  await stopping
})

test('an event in several frames is one message', async () => {
  const { lark, adapter } = await openLark({ frameBytes: 100 })
  const bot = new RecordingBot()
  await adapter.start(bot, signal())
  const text = '日本 👍 '.repeat(200).trim()
  await lark.people.say(user, text).delivery.answer
  expect(bot.received).toMatchObject([{ text }])
})

test('what is not acknowledged in time comes again, under the same id', async () => {
  const { lark, adapter } = await openLark({ ackWithin: 100 })
  const bot = new RecordingBot()
  let tries = 0
  bot.answer = async () => {
    tries += 1
    if (tries === 1) throw new Error('the disk is full')
    return 'accepted'
  }
  await adapter.start(bot, signal())
  const { delivery } = lark.people.say(user, 'hello')
  await delivery.answer
  expect(delivery.attempts).toBe(2)
  expect(new Set(bot.received.map(({ id }) => id)).size).toBe(1)
})

test('what is none of ours is acknowledged, and nothing else comes of it', async () => {
  const { lark, adapter } = await openLark()
  const bot = new RecordingBot()
  await adapter.start(bot, signal())
  for (const [type, event] of [
    ['im.message.message_read_v1', { reader: {} }],
    ['im.message.receive_v1', { message: 'no message' }],
    ['card.action.trigger', { operator: { open_id: 'ou_eve' }, action: { value: 'x' }, context: {} }],
    ['toString', {}],
  ] as const) {
    expect(await lark.people.tell(type, event).answer).toBeUndefined()
  }
  expect(bot.received).toEqual([])
})

test('the connection is cut: it comes back, and the core is asked to look for what was missed', async () => {
  const { lark, adapter } = await openLark()
  const bot = new RecordingBot()
  const missed = vi.spyOn(bot, 'missed')
  await adapter.start(bot, signal())
  expect(adapter.connected?.()).toBe(true)
  const whenTold: unknown[] = []
  vi.spyOn(bot.log, 'info').mockImplementation((_, message) => {
    if (message.includes('is lost')) whenTold.push([message, adapter.connected?.()])
  })
  lark.socket.drop()
  await vi.waitFor(() => expect(missed).toHaveBeenCalled(), { timeout: 10_000 })
  expect(whenTold).toEqual([['the connection to Feishu is lost: it is opened again', false]])
  expect(adapter.connected?.()).toBe(true)
  await lark.people.say(user, 'hello again').delivery.answer
  expect(bot.received).toMatchObject([{ text: 'hello again' }])
})

test('a token that is revoked before its time is fetched anew', async () => {
  const { lark, adapter, address, chat } = await openLark()
  await adapter.start(new RecordingBot(), signal())
  lark.expireTokens()
  await adapter.send(address, textReply('hello'))
  expect(lark.said(chat)).toEqual(['hello'])
})

test.each([
  [230002, 'forbidden'],
  [230013, 'forbidden'],
  [99991672, 'forbidden'],
  [230011, 'gone'],
  [230031, 'gone'],
  [230099, 'rejected'],
  [230020, 'throttled'],
  [230054, 'unsupported'],
  [230049, 'network'],
  [99991662, 'auth'],
  [123, 'unknown'],
] as const)('%i is %s', async (code, fault) => {
  const { lark, adapter, address } = await openLark()
  await adapter.start(new RecordingBot(), signal())
  // In each of the forms that it is tried in.
  for (let times = 0; times < 3; times += 1)
    lark.faults.plan(/^POST \/im\/v1\/messages$/, { kind: 'refused', code })
  await expect(adapter.send(address, textReply('hello'))).rejects.toMatchObject({ code: fault })
})

test('an edit past the 14 days of a card is gone; a rate says how long to wait', async () => {
  const { lark, adapter, address } = await openLark()
  await adapter.start(new RecordingBot(), signal())
  const sent = await adapter.send(address, textReply('hello'))
  lark.faults.plan(/^PATCH/, { kind: 'throttled', seconds: 7 })
  await expect(adapter.edit?.(sent, textReply('x'))).rejects.toMatchObject({
    code: 'throttled',
    retryAfter: 7000,
  })
  lark.advance(15 * 24 * 60 * 60_000)
  await expect(adapter.edit?.(sent, textReply('x'))).rejects.toMatchObject({ code: 'gone' })
})

test('the same reply sent twice stands once', async () => {
  const { lark, adapter, address, chat } = await openLark()
  await adapter.start(new RecordingBot(), signal())
  const reply = textReply('hello')
  lark.faults.plan(/^POST \/im\/v1\/messages$/, { kind: 'cut' }, true)
  await expect(adapter.send(address, reply)).rejects.toMatchObject({ code: 'network', uncertain: true })
  await adapter.send(address, reply)
  expect(lark.said(chat)).toEqual(['hello'])
})

test('a file comes by the message that it was sent with, and by no other', async () => {
  const { lark, adapter, address } = await openLark()
  const bot = new RecordingBot()
  await adapter.start(bot, signal())
  await lark.people.send(user, 'notes.txt', 'the words').delivery.answer
  const [message] = bot.received
  const file = message?.kind === 'message' ? message.attachments?.[0] : undefined
  expect(file).toMatchObject({ name: 'notes.txt' })
  const download = (id: string) => adapter.download?.({ id, name: 'x' }, address, signal())
  const content = await download(file?.id ?? '')
  expect(await new Response(content).text()).toBe('the words')
  await expect(download('file:om_other:file_x')).rejects.toMatchObject({ name: 'AdapterError' })
  await expect(download('../../etc/passwd')).rejects.toMatchObject({ code: 'gone' })
})

test('history: what people wrote after the marks, in chats of two, groups and topics', async () => {
  const { lark, adapter, address } = await openLark()
  const { people, tenant } = lark
  await adapter.start(new RecordingBot(), signal())
  const before = people.write(user, 'text', { text: 'before' })
  const group = tenant.group().id
  const bot = { key: '@_user_1', openId: lark.botId, name: 'Parley' }
  lark.advance(10_000)
  const at = lark.now()
  people.write(user, 'text', { text: 'after' })
  // Lists name the bot's own by the app, not by the bot.
  tenant.add({ chat: tenant.direct(user).id, type: 'text', content: '{"text":"the bot says"}' })
  people.write(user, 'text', { text: 'not for a bot' }, { chat: group })
  people.write(user, 'text', { text: '@_user_1 for the bot' }, { chat: group }, [bot])
  const topic = { chat: group, thread: 'omt_1' }
  people.write(user, 'text', { text: '@_user_1 in the topic' }, { ...topic, parent: before.id }, [bot])
  const marks = [
    { address, id: before.id, at },
    { address: { ...address, channel: 'oc_gone' }, at },
    { address: { ...address, channel: group }, at },
    { address: { ...address, channel: group, thread: 'omt_1' }, at },
    { address: { ...address, channel: 'ou_nobody' }, at },
  ]
  const texts: string[] = []
  for await (const inbound of adapter.history?.(marks, signal()) ?? []) {
    if (inbound.kind === 'message') texts.push(inbound.text)
    expect(inbound.from.id).toBe(user)
  }
  expect(texts).toEqual(['after', 'for the bot', 'in the topic'])
})

test('history: the end of a long topic is there; where too much was missed it is the oldest that is left out, and told', async () => {
  const { lark, adapter, address } = await openLark()
  const { people, tenant } = lark
  const bot = new RecordingBot()
  const warned = vi.spyOn(bot.log, 'warn')
  await adapter.start(bot, signal())
  const group = tenant.group().id
  const named = [{ key: '@_user_1', openId: lark.botId, name: 'Parley' }]
  const write = (words: string) =>
    people.write(user, 'text', { text: `@_user_1 ${words}` }, { chat: group, thread: 'omt_1' }, named)
  const begun = write('0').createdAt
  for (let n = 1; n <= 1100; n += 1) write(String(n))
  lark.advance(10_000)
  const at = lark.now()
  for (const words of ['late', 'last']) write(words)
  const fetched = async (since: number): Promise<string[]> => {
    const texts: string[] = []
    const marks = [{ address: { ...address, channel: group, thread: 'omt_1' }, at: since }]
    for await (const inbound of adapter.history?.(marks, signal()) ?? [])
      if (inbound.kind === 'message') texts.push(inbound.text)
    return texts
  }
  expect(await fetched(at)).toEqual(['late', 'last'])
  expect(warned).not.toHaveBeenCalled()
  const all = await fetched(begun)
  expect([all.length, all[0], ...all.slice(-2)]).toEqual([1000, '103', 'late', 'last'])
  expect(warned).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ thread: 'omt_1' }),
    expect.any(String),
  )
})
