/** What events tell by half: edits, replies, what was forwarded. */
import { expect, onTestFinished, test, vi } from 'vitest'
import create from '../../../adapters/lark/index.ts'
import { Delivery } from '../../fakes/lark/courier.ts'
import { envelope, received } from '../../fakes/lark/events.ts'
import { startLark } from '../../fakes/lark/start.ts'
import { RecordingBot, textReply } from '../conformance/rig.ts'
import { larkSettings, user } from './rig.ts'

async function openArrivals(more: object = {}) {
  const lark = await startLark({ ackWithin: 200 })
  const adapter = create(larkSettings(lark, more))
  onTestFinished(() => adapter.stop())
  const bot = new RecordingBot()
  await adapter.start(bot, new AbortController().signal)
  const group = lark.tenant.group().id
  return { lark, adapter, bot, group, people: lark.people }
}

test('an edit brings the whole new text, of a chat of two and of a group, each edit once', async () => {
  const { bot, group, people } = await openArrivals()
  const { message, delivery } = people.say(user, 'one')
  await delivery.answer
  const first = people.edit(message, 'two')
  await first.delivery.answer
  expect(bot.received.at(-1)).toMatchObject({
    kind: 'edit',
    of: message.id,
    text: 'two',
    direct: true,
    address: { channel: user },
    from: { id: user },
  })
  const before = bot.received.at(-1)?.id
  await people.tell('im.message.updated_v1', { message_id: message.id }).answer
  expect(bot.received.at(-1)?.id).toBe(before)
  await people.edit(message, 'three').delivery.answer
  expect(bot.received.at(-1)?.id).not.toBe(before)
  const shared = people.say(user, 'in a group', { chat: group, mention: true }).message
  await people.edit(shared, 'changed').delivery.answer
  expect(bot.received.at(-1)).toMatchObject({ kind: 'edit', direct: false, address: { channel: group } })
})

test('what Feishu calls a change and is none, or one of a bot, is no edit; the id stands in either of two places', async () => {
  const { lark, adapter, bot, people } = await openArrivals()
  const { message, delivery } = people.say(user, 'one')
  await delivery.answer
  await people.tell('im.message.updated_v1', { message: { message_id: message.id } }).answer
  await people.tell('im.message.updated_v1', { message_id: 'om_nobody' }).answer
  await people.tell('im.message.updated_v1', {}).answer
  const sent = await adapter.send({ adapter: 'lark', tenant: 'tenant1', channel: user }, textReply('hello'))
  await people.tell('im.message.updated_v1', { message_id: sent.id.split('/')[0] }).answer
  expect(bot.received).toHaveLength(1)
  message.updatedAt += 1
  await people.tell('im.message.updated_v1', { message: { message_id: message.id } }).answer
  expect(bot.received.at(-1)).toMatchObject({ kind: 'edit' })
  expect(lark.calls.filter(({ code }) => code !== 0)).toHaveLength(1)
})

test('a reply to the bot is heard without a mention where that is switched on, a reply to others never', async () => {
  for (const replies of [true, false]) {
    const { adapter, bot, group, people } = await openArrivals({ replies })
    const own = await adapter.send({ adapter: 'lark', tenant: 'tenant1', channel: group }, textReply('hello'))
    const other = people.write(user, 'text', { text: 'among us' }, { chat: group })
    await people.say(user, 'to others', { chat: group, parent: other.id }).delivery.answer
    await people.say(user, 'to the bot', { chat: group, parent: own.id.split('/')[0] ?? '' }).delivery.answer
    expect(bot.received.map((each) => each.kind === 'message' && each.text)).toEqual(
      replies ? ['to the bot'] : [],
    )
  }
})

test('what was forwarded is read, and keeps its place before what was written after it', async () => {
  const { bot, group, people, lark } = await openArrivals()
  const named = [{ key: '@_user_1', openId: 'ou_bob', name: 'Bob' }]
  const messages = [
    people.write('ou_bob', 'text', { text: 'first' }, { chat: group }),
    people.write('ou_cem', 'text', { text: 'ask @_user_1' }, { chat: group }, named),
    people.write('ou_bob', 'image', { image_key: 'img_1' }, { chat: group }),
  ]
  const { delivery } = people.forward(user, messages)
  await people.say(user, 'what do you make of it?').delivery.answer
  await delivery.answer
  expect(bot.received.map((each) => each.kind === 'message' && each.text)).toEqual([
    '[forwarded messages]\nperson 1: first\nperson 2: ask @Bob\nperson 1: [file image.png]',
    'what do you make of it?',
  ])
  lark.faults.plan(/^GET \/im\/v1\/messages/, { kind: 'refused', code: 230050 })
  await people.forward(user, messages).delivery.answer
  expect(bot.received.at(-1)).toMatchObject({ text: '[forwarded messages]' })
})

test('a recall that overtakes its message holds: what comes after it is not taken', async () => {
  const { lark, bot, people } = await openArrivals()
  const message = people.write(user, 'text', { text: 'a secret' })
  const late = new Delivery(envelope(lark, 'im.message.receive_v1', received(lark, message)))
  await people.recall(message).delivery.answer
  lark.courier.deliver(late)
  await late.answer
  await people.say(user, 'next').delivery.answer
  expect(bot.received.filter(({ kind }) => kind === 'message')).toMatchObject([{ text: 'next' }])
})

test('what was refused as it came is not fetched again', async () => {
  const { adapter, bot, people } = await openArrivals()
  bot.answer = async () => 'refused'
  const { message, delivery } = people.say(user, 'refused')
  await delivery.answer
  const address = { adapter: 'lark', tenant: 'tenant1', channel: user }
  const marks = [{ address, id: message.id, at: message.createdAt }]
  people.write(user, 'text', { text: 'missed' })
  const found: unknown[] = []
  for await (const each of adapter.history?.(marks, new AbortController().signal) ?? []) found.push(each)
  expect(found).toMatchObject([{ text: 'missed' }])
})

test('what was recalled or refused is known to the next process, and to another one, for eight hours', async () => {
  const { lark, adapter, bot, people } = await openArrivals()
  const [secret, other] = ['a secret', 'another'].map((text) => people.write(user, 'text', { text }))
  if (secret === undefined || other === undefined) throw new Error('two were written')
  await people.recall(secret).delivery.answer
  bot.answer = async () => 'refused'
  const { message: refused, delivery } = people.say(user, 'refused')
  await delivery.answer
  bot.kept.set('struck/om_old', String(Date.now() - 1))
  await adapter.stop()
  const next = create(larkSettings(lark))
  onTestFinished(() => next.stop())
  bot.answer = async () => 'accepted'
  bot.received.length = 0
  await next.start(bot, new AbortController().signal)
  // What it was told of by another process of the bot, after it began.
  bot.kept.set(`struck/${other.id}`, String(Date.now() + 60_000))
  for (const message of [secret, other, refused]) {
    const late = new Delivery(envelope(lark, 'im.message.receive_v1', received(lark, message)))
    lark.courier.deliver(late)
    await late.answer
  }
  expect(bot.received).toEqual([])
  expect(bot.kept.has('struck/om_old')).toBe(false)
  const late = Number(bot.kept.get(`struck/${secret.id}`)) - Date.now()
  expect(late).toBeGreaterThan(7.9 * 3600_000)
  expect(late).toBeLessThan(8.1 * 3600_000)
})

test('a recall that cannot be written down comes again', async () => {
  const { bot, people } = await openArrivals()
  const set = vi.spyOn(bot.keep, 'set').mockRejectedValueOnce(new Error('the disk is full'))
  const message = people.write(user, 'text', { text: 'a secret' })
  const { delivery } = people.recall(message)
  await delivery.answer
  expect(delivery.attempts).toBe(2)
  expect(set.mock.calls.some(([key]) => key === `struck/${message.id}`)).toBe(true)
})

test('a mention without an id hinders nothing; what cannot be read is told to the operator by its type and id', async () => {
  const { lark, bot, people } = await openArrivals()
  const warned = vi.spyOn(bot.log, 'warn')
  const event = received(lark, people.write(user, 'text', { text: '@_all look' }))
  const mentions = [{ key: '@_all', name: 'all', id: null }, { id: { open_id: user } }]
  const whole = { ...event, message: { ...Object(event.message), mentions } }
  await people.tell('im.message.receive_v1', whole).answer
  expect(bot.received).toMatchObject([{ text: '@all look' }])
  expect(warned).not.toHaveBeenCalled()
  await people.tell('im.message.receive_v1', { ...event, message: {} }).answer
  expect(warned).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ type: 'im.message.receive_v1', event: expect.stringMatching(/^ev_/) }),
    expect.any(String),
  )
})
