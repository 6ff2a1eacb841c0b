/** Events over HTTP: the holes that the SDK's own endpoint has, and that ours must not have. */
import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import create from '../../../adapters/lark/index.ts'
import { settings } from '../../../adapters/lark/settings.ts'
import { isSame } from '../../../adapters/lark/signature.ts'
import { envelope, received } from '../../fakes/lark/events.ts'
import type { FakeLark } from '../../fakes/lark/lark.ts'
import { startLark } from '../../fakes/lark/start.ts'
import { signed, Webhooks } from '../../fakes/lark/webhooks.ts'
import { freePort } from '../../rig/port.ts'
import { RecordingBot } from '../conformance/rig.ts'
import { larkSettings, user } from './rig.ts'

const encryptKey = 'fake-encrypt-key'

async function openWebhooks() {
  const lark = await startLark()
  const port = await freePort()
  const { verificationToken } = lark
  const more = { mode: 'webhook', host: '127.0.0.1', port, encryptKey, verificationToken }
  const adapter = create(larkSettings(lark, more))
  onTestFinished(() => adapter.stop())
  const bot = new RecordingBot()
  await adapter.start(bot, new AbortController().signal)
  const hooks = new Webhooks({ url: `http://127.0.0.1:${port}/lark/events`, encryptKey })
  onTestFinished(() => hooks.close())
  lark.courier = hooks
  return { lark, hooks, bot, adapter, port }
}

/** An event as it would come, not sent yet. */
function event(lark: FakeLark, more: object = {}): object {
  const message = lark.people.write(user, 'text', { text: 'hello' })
  return { ...envelope(lark, 'im.message.receive_v1', received(lark, message)), ...more }
}

test('a signed and encrypted event arrives and is answered with 200 once it is kept', async () => {
  const { lark, bot } = await openWebhooks()
  const { delivery } = lark.people.say(user, 'hello <b> 日本')
  await delivery.answer
  expect(bot.received).toMatchObject([{ kind: 'message', text: 'hello <b> 日本' }])
  expect(delivery.attempts).toBe(1)
})

test('an event that could not be kept is answered with 500, and comes again under the same id', async () => {
  const { lark, bot } = await openWebhooks()
  let full = true
  bot.answer = async () => {
    if (!full) return 'accepted'
    full = false
    throw new Error('the disk is full')
  }
  const { delivery } = lark.people.say(user, 'hello')
  await delivery.answer
  expect(delivery.attempts).toBe(2)
  expect(new Set(bot.received.map(({ id }) => id)).size).toBe(1)
})

test('the challenge is answered, for whoever has the key and the token', async () => {
  const { lark, hooks } = await openWebhooks()
  const challenge = { type: 'url_verification', challenge: 'c-123', token: lark.verificationToken }
  expect(await hooks.request(challenge)).toEqual({ status: 200, text: '{"challenge":"c-123"}' })
  const forged = await hooks.request({ ...challenge, token: 'guessed' }, { key: 'guessed' })
  expect(forged).toEqual({ status: 401, text: '' })
  const clear = await hooks.raw(JSON.stringify(challenge))
  expect(clear).toEqual({ status: 401, text: '' })
})

test('hole: a wrong verification token is refused, though it is signed and encrypted rightly', async () => {
  const { lark, hooks, bot } = await openWebhooks()
  const forged = event(lark)
  Object.assign(forged, { header: { ...Object(forged).header, token: 'guessed' } })
  expect((await hooks.request(forged)).status).toBe(401)
  expect(bot.received).toEqual([])
})

test('hole: a request of more than five minutes ago, or hence, is refused', async () => {
  const { lark, hooks, bot } = await openWebhooks()
  const now = Math.floor(Date.now() / 1000)
  for (const seconds of [now - 400, now + 400, 0]) {
    expect((await hooks.request(event(lark), { seconds })).status).toBe(401)
  }
  expect(bot.received).toEqual([])
  expect((await hooks.request(event(lark), { seconds: now - 200 })).status).toBe(200)
})

test('hole: the signature is of the bytes as they came, not of what they mean', async () => {
  const { lark, hooks, bot } = await openWebhooks()
  const seconds = Math.floor(Date.now() / 1000)
  const sent: string[] = []
  const capture = new Webhooks({ url: 'http://127.0.0.1:1', encryptKey })
  onTestFinished(() => capture.close())
  capture.raw = async (body) => {
    sent.push(body)
    return { status: 200, text: '' }
  }
  await capture.request(event(lark))
  const [compact = ''] = sent
  // The same JSON, written with other white space.
  const spaced = JSON.stringify(JSON.parse(compact), null, 1)
  expect((await hooks.raw(spaced, signed(compact, encryptKey, seconds))).status).toBe(401)
  expect(bot.received).toEqual([])
  expect((await hooks.raw(spaced, signed(spaced, encryptKey, seconds))).status).toBe(200)
  expect(bot.received).toHaveLength(1)
})

test('hole: a wrong signature, or none, or one for another time is answered with 401', async () => {
  const { lark, hooks, bot } = await openWebhooks()
  expect((await hooks.request(event(lark), { key: 'another key' })).status).toBe(401)
  const shifted = { 'x-lark-request-timestamp': String(Math.floor(Date.now() / 1000) - 1) }
  expect((await hooks.request(event(lark), { headers: shifted })).status).toBe(401)
  const unsigned = { 'x-lark-signature': '' }
  expect((await hooks.request(event(lark), { headers: unsigned })).status).toBe(401)
  expect(bot.received).toEqual([])
})

test('hole: what comes in the clear is refused, though it has the token and a signature', async () => {
  const { lark, hooks, bot } = await openWebhooks()
  const raw = JSON.stringify(event(lark))
  const headers = signed(raw, encryptKey, Math.floor(Date.now() / 1000))
  expect((await hooks.raw(raw, headers)).status).toBe(401)
  expect((await hooks.raw('not even JSON', signed('not even JSON', encryptKey, 1))).status).toBe(401)
  expect(bot.received).toEqual([])
})

test('hole: what is encrypted with another key, or is no ciphertext, is refused like everything else', async () => {
  const { lark, hooks, bot } = await openWebhooks()
  const now = Math.floor(Date.now() / 1000)
  const other = new Webhooks({ url: hooks.url, encryptKey: 'another key' })
  onTestFinished(() => other.close())
  expect(await other.request(event(lark), { key: encryptKey })).toEqual({ status: 401, text: '' })
  const challenge = { type: 'url_verification', challenge: 'c', token: lark.verificationToken }
  expect(await other.request(challenge, { key: encryptKey })).toEqual({ status: 401, text: '' })
  for (const encrypt of ['', '!!!', 'AAAA', 'A'.repeat(64), 7, null]) {
    const raw = JSON.stringify({ encrypt })
    expect((await hooks.raw(raw, signed(raw, encryptKey, now))).status).toBe(401)
  }
  expect(bot.received).toEqual([])
})

test('hole: the challenge is answered within a second, whatever else is under way', async () => {
  const { lark, hooks, bot } = await openWebhooks()
  const disk = Promise.withResolvers<'accepted'>()
  const begun = Promise.withResolvers<void>()
  bot.answer = () => {
    begun.resolve()
    return disk.promise
  }
  const { delivery } = lark.people.say(user, 'hello')
  await begun.promise
  const challenge = { type: 'url_verification', challenge: 'c-123', token: lark.verificationToken }
  const asked = Date.now()
  expect((await hooks.request(challenge)).status).toBe(200)
  expect(Date.now() - asked).toBeLessThan(1000)
  // Not acknowledged before it is on disk.
  expect(delivery.acked).toBe(false)
  disk.resolve('accepted')
  await delivery.answer
})

test('hole: a replay within the five minutes has the same id, by which the core knows it', async () => {
  const { lark, hooks, bot } = await openWebhooks()
  const sent: Parameters<Webhooks['raw']>[] = []
  const capture = new Webhooks({ url: hooks.url, encryptKey })
  onTestFinished(() => capture.close())
  capture.raw = async (body, headers) => {
    sent.push([body, headers])
    return { status: 200, text: '' }
  }
  await capture.request(event(lark))
  const [[body, headers] = ['']] = sent
  for (const _ of [1, 2]) expect((await hooks.raw(body, headers)).status).toBe(200)
  expect(bot.received).toHaveLength(2)
  expect(new Set(bot.received.map(({ id }) => id)).size).toBe(1)
})

test('hole: secrets are compared in constant time, also those of another length', () => {
  expect(isSame('token', 'token')).toBe(true)
  for (const guess of ['', 'toke', 'tokem', 'token ', 'tokentoken'])
    expect(isSame(guess, 'token')).toBe(false)
})

test('hole: a wrong path and a wrong method are answered at once', async () => {
  const { lark, hooks } = await openWebhooks()
  expect((await hooks.request(event(lark), { path: '/elsewhere' })).status).toBe(404)
  expect((await fetch(hooks.url)).status).toBe(405)
  expect((await hooks.raw('x'.repeat(5 * 1024 * 1024))).status).toBe(413)
})

test('hole: strangers cannot have much read or told: only what says that it is signed now may be large, and only so far', async () => {
  const { lark, hooks, bot } = await openWebhooks()
  const stale = signed('', encryptKey, Math.floor(Date.now() / 1000) - 400)
  const fresh = signed('', encryptKey, Math.floor(Date.now() / 1000))
  expect((await hooks.raw('x'.repeat(20 * 1024))).status).toBe(413)
  expect((await hooks.raw('x'.repeat(20 * 1024), stale)).status).toBe(413)
  expect((await hooks.raw('x'.repeat(20 * 1024), fresh)).status).toBe(401)
  expect((await hooks.raw('x'.repeat(1100 * 1024), fresh)).status).toBe(413)
  await lark.people.say(user, '日'.repeat(50_000)).delivery.answer
  expect(bot.received).toHaveLength(1)
})

test('without a key or a token events are not taken over HTTP at all', () => {
  const given = { appId: 'cli_0123456789abcdef', appSecret: 's', mode: 'webhook' }
  expect(() => settings.schema.parse(given)).toThrow(/encryptKey[^]*verificationToken/)
})

test('whoever begins a request and does not end it holds up nothing', async () => {
  const { adapter, port } = await openWebhooks()
  const slow = connect(port, '127.0.0.1')
  slow.on('error', () => undefined)
  slow.write(
    'POST /lark/events HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 100\r\n\r\nabc',
  )
  // Its head has arrived.
  await once(slow, 'data')
  const began = performance.now()
  await adapter.stop()
  expect(performance.now() - began).toBeLessThan(1000)
})
