/** What may have been sent before a crash stands in the chat or not: asked for when Feishu no longer knows a send again. */
import { expect, onTestFinished, test } from 'vitest'
import create from '../../../adapters/lark/index.ts'
import type { Reply } from '../../../src/contract.ts'
import { isStreaming } from '../../fakes/lark/cards.ts'
import { promptReply, RecordingBot, textReply } from '../conformance/rig.ts'
import { larkSettings, openLark, user } from './rig.ts'

const hours = 60 * 60_000

async function open(more: object = {}) {
  const { lark, address, chat } = await openLark()
  const adapter = create(larkSettings(lark, more))
  onTestFinished(() => adapter.stop())
  const bot = new RecordingBot()
  await adapter.start(bot, new AbortController().signal)
  await lark.people.say(user, 'hello').delivery.answer
  const found = (reply: Reply, to = address) => adapter.find?.(to, reply.key, reply)
  return { lark, adapter, bot, address, chat, found }
}

test('a send that was not heard of is found hours later, in a chat of two, a group and a topic; no other is', async () => {
  const { lark, adapter, address, found } = await open()
  const group = { ...address, channel: lark.tenant.group().id }
  lark.people.say(user, 'here', { chat: group.channel, thread: 'omt_1', mention: true })
  for (const to of [address, group, { ...group, thread: 'omt_1' }]) {
    for (const reply of [textReply('The answer'), textReply('A notice', { tone: 'notice' }), promptReply()]) {
      expect(await found(reply, to)).toBeUndefined()
      lark.faults.plan(/^POST \/im\/v1\/messages/, { kind: 'cut' }, true)
      await expect(adapter.send(to, reply)).rejects.toMatchObject({ code: 'network', uncertain: true })
      const before = lark.by(lark.tenant.messages.at(-1)?.chat ?? '').length
      lark.advance(2 * hours)
      const sent = await found(reply, to)
      expect(sent?.id.split('/')[0]).toBe(lark.tenant.messages.at(-1)?.id)
      expect(lark.by(lark.tenant.messages.at(-1)?.chat ?? '')).toHaveLength(before)
      expect(await found({ ...reply, key: `${reply.key}#2` }, to)).toBeUndefined()
    }
  }
})

test('an answer that a process left unfinished is whole when it is found, and its buttons are gone', async () => {
  const { lark, adapter, address, chat, found } = await open()
  const reply = textReply('The answer', { outcome: 'answered' })
  const stream = adapter.stream?.(address, reply.key, { id: user })
  await stream?.show({ markdown: 'The ans', tools: [] })
  lark.advance(2 * hours)
  // Without what it is to say it is left as it is, to be edited.
  expect(await adapter.find?.(address, reply.key)).toEqual(stream?.sent)
  expect(lark.said(chat).join('\n')).toMatch(/^The ans\n/)
  expect(await found(reply)).toEqual(stream?.sent)
  expect(lark.said(chat)).toEqual(['The answer'])
  expect(lark.by(chat).some(({ card }) => card !== undefined && isStreaming(card, lark.now()))).toBe(false)
  expect(await found(reply)).toEqual(stream?.sent)
  await stream?.abandon()
})

test('a card without markup, and one far up, are found; what was withdrawn, or cannot be looked for, is not', async () => {
  const { lark, adapter, address, chat, found } = await open()
  const reply = textReply('| a |\n|---|\n| 1 |')
  lark.faults.plan(/^POST \/cardkit\/v1\/cards$/, { kind: 'refused', code: 230099 })
  const sent = await adapter.send(address, reply)
  for (let count = 0; count < 120; count += 1) lark.people.write(user, 'text', { text: 'more' })
  expect(await found(reply)).toEqual(sent)
  lark.lacks.add('im:message.group_msg')
  expect(await found(reply)).toBeUndefined()
  lark.lacks.clear()
  lark.faults.plan(/^GET \/im\/v1\/messages$/, { kind: 'status', status: 502 })
  await expect(found(reply)).rejects.toMatchObject({ code: 'network' })
  const message = lark.by(chat)[0]
  if (message !== undefined) message.deleted = true
  expect(await found(reply)).toBeUndefined()
  expect(await found(reply, { ...address, channel: 'ou_nobody' })).toBeUndefined()
  expect(await found(reply, { ...address, channel: 'oc_gone' })).toBeUndefined()
})

test('with cards off nothing is looked for: Feishu tells of rich text in another form than it was sent in', async () => {
  const { lark, adapter, address, found } = await open({ cards: false })
  const reply = textReply('The answer')
  await adapter.send(address, reply)
  expect(await found(reply)).toBeUndefined()
  expect(lark.calls.some(({ call }) => call === 'GET /im/v1/messages')).toBe(false)
})
