/** A turn shown while it runs, and what becomes of it when Feishu does not play along. */
import { expect, onTestFinished, test, vi } from 'vitest'
import type { ReplyStream, ToolView } from '../../../src/contract.ts'
import { isStreaming } from '../../fakes/lark/cards.ts'
import { shownText, type StoredMessage } from '../../fakes/lark/tenant.ts'
import { RecordingBot, textReply } from '../conformance/rig.ts'
import { type LarkRig, openLark, user } from './rig.ts'

const asker = { id: user }
const key = 'lark:om_asked/answer'
const minute = 60_000

interface StreamRig extends LarkRig {
  readonly bot: RecordingBot
  readonly stream: ReplyStream
  readonly answers: () => readonly StoredMessage[]
}

async function open(): Promise<StreamRig> {
  const rig = await openLark()
  const bot = new RecordingBot()
  await rig.adapter.start(bot, new AbortController().signal)
  return { ...rig, bot, stream: streamOn(rig), answers: () => rig.lark.by(rig.chat) }
}

function streamOn({ adapter, address }: LarkRig, name = key): ReplyStream {
  const stream = adapter.stream?.(address, name, asker)
  if (stream === undefined) throw new Error('Feishu streams everywhere')
  onTestFinished(() => stream.abandon())
  return stream
}

function running({ lark, answers }: StreamRig): number {
  return answers().filter(({ card }) => card !== undefined && isStreaming(card, lark.now())).length
}

const final = (markdown: string) => textReply(markdown, { key, outcome: 'answered' })
const shows = (rig: StreamRig, text: RegExp) =>
  vi.waitFor(() => expect(rig.answers().map(shownText).join('\n')).toMatch(text), { timeout: 10_000 })

test('grows, with its tools in a panel and a button to stop; is the answer at the end', async () => {
  const rig = await open()
  const { stream, lark, answers, address } = rig
  const tool: ToolView = { id: 't1', name: 'Bash', title: 'npm test', state: 'running' }
  await stream.show({ markdown: 'One', tools: [] })
  expect(answers().map(shownText)).toEqual(['One\nThinking …\n[Stop]'])
  expect(stream.sent).toEqual({ address, id: `${answers()[0]?.id}/${answers()[0]?.card?.id}` })
  await stream.show({ markdown: 'One two', tools: [tool], status: 'the API is overloaded' })
  await shows(rig, /Tools\n◌ \*\*Bash\*\* `npm test`\nOne two\nthe API is overloaded\n\[Stop\]/)
  await stream.show({ markdown: 'One two', tools: [{ ...tool, state: 'done' }] })
  await shows(rig, /✓ \*\*Bash\*\*/)
  expect(await stream.finish(final('One two three'))).toBe(true)
  expect(answers().map(shownText)).toEqual(['Tools\n✓ **Bash** `npm test`\nOne two three'])
  expect(running(rig)).toBe(0)
  expect(lark.calls.filter(({ code }) => code !== 0)).toEqual([])
})

test('past ten minutes Feishu closes the card: it is opened again, and goes on', async () => {
  const rig = await open()
  const { stream, lark, answers } = rig
  await stream.show({ markdown: 'One', tools: [] })
  lark.advance(11 * minute)
  await stream.show({ markdown: 'One two', tools: [] })
  await shows(rig, /One two/)
  expect(running(rig)).toBe(1)
  lark.advance(11 * minute)
  expect(await stream.finish(final('One two three'))).toBe(true)
  expect(answers().map(shownText)).toEqual(['One two three'])
  expect(running(rig)).toBe(0)
})

test('rate codes while it grows are waited for, and hinder nothing', async () => {
  const rig = await open()
  const { stream, lark, answers } = rig
  await stream.show({ markdown: 'One', tools: [] })
  lark.faults.plan(/\/content$/, { kind: 'throttled', seconds: 1 })
  lark.faults.plan(/\/content$/, { kind: 'refused', code: 230020 })
  await stream.show({ markdown: 'One two', tools: [] })
  await shows(rig, /One two/)
  expect(await stream.finish(final('One two three'))).toBe(true)
  expect(answers().map(shownText)).toEqual(['One two three'])
})

test('while somebody has pressed and was not answered Feishu takes no change: what is new is shown after that', async () => {
  const rig = await open()
  const { stream, lark, answers } = rig
  await stream.show({ markdown: 'One', tools: [] })
  const keeping = Promise.withResolvers<'accepted'>()
  rig.bot.answer = () => keeping.promise
  lark.people.press(user, rig.chat, 'Stop')
  await stream.show({ markdown: 'One two', tools: [] })
  await lark.until(() => lark.calls.find(({ code }) => code === 200810))
  keeping.resolve('accepted')
  await shows(rig, /One two/)
  expect(await stream.finish(final('One two three'))).toBe(true)
  expect(answers().map(shownText)).toEqual(['One two three'])
})

test('content that is refused while it streams stands at the end', async () => {
  const rig = await open()
  const { stream, lark, answers } = rig
  await stream.show({ markdown: 'One', tools: [] })
  lark.faults.plan(/\/content$/, { kind: 'refused', code: 230099 })
  await stream.show({ markdown: 'One two', tools: [] })
  await lark.until(() => lark.calls.find(({ call }) => call.endsWith('/content')))
  expect(await stream.finish(final('One two three'))).toBe(true)
  expect(answers().map(shownText)).toEqual(['One two three'])
})

test('without the permission for cards it fails by its name, for the core to post and edit', async () => {
  const rig = await open()
  rig.lark.lacks.add('cardkit:card:write')
  await expect(rig.stream.show({ markdown: 'One', tools: [] })).rejects.toMatchObject({ code: 'forbidden' })
  await rig.stream.abandon()
  expect(rig.answers()).toEqual([])
  expect(rig.stream.sent).toBeUndefined()
})

test('an answer that is too long for one card is not ended here; what was shown stays, closed, to be edited', async () => {
  const rig = await open()
  const { stream, answers, adapter } = rig
  const long = 'word '.repeat(6000)
  await stream.show({ markdown: 'word ', tools: [] })
  await stream.show({ markdown: long, tools: [] })
  await shows(rig, /^(word\s+)+Goes on below/)
  expect(await stream.finish(final(long))).toBe(false)
  await stream.abandon()
  expect(running(rig)).toBe(0)
  if (stream.sent !== undefined) await adapter.edit?.(stream.sent, textReply('The first part'))
  expect(answers().map(shownText)).toEqual(['The first part'])
})

test('what a process that died was showing is edited, and no longer looks as if it went on', async () => {
  const rig = await open()
  const { stream, adapter, answers } = rig
  await stream.show({ markdown: 'Half an ans', tools: [] })
  if (stream.sent !== undefined) await adapter.edit?.(stream.sent, final('The answer'))
  expect(answers().map(shownText)).toEqual(['The answer'])
  expect(running(rig)).toBe(0)
})

test('a card that a process sent and did not live to tell of is taken up by the next one', async () => {
  const rig = await open()
  await rig.stream.show({ markdown: 'Half an ans', tools: [] })
  const next = streamOn(rig)
  await next.show({ markdown: 'Half an answer', tools: [] })
  expect(await next.finish(final('The answer'))).toBe(true)
  expect(rig.answers().map(shownText)).toEqual(['The answer'])
})

test.each([
  ['is cut', { kind: 'cut' }],
  ['is lost in an outage', { kind: 'status', status: 502 }],
] as const)('the answer to the send %s: it is sent again, and stands once', async (_, trouble) => {
  const rig = await open()
  const { stream, lark, answers } = rig
  lark.faults.plan(/^POST \/im\/v1\/messages$/, trouble, true)
  await stream.show({ markdown: 'One', tools: [] })
  await vi.waitFor(() => expect(stream.sent).toBeDefined(), { timeout: 10_000 })
  expect(await stream.finish(final('One two'))).toBe(true)
  expect(answers().map(shownText)).toEqual(['One two'])
})

test('a card that was sent and not understood is taken back', async () => {
  const { stream, lark, answers } = await open()
  lark.faults.plan(/id_convert$/, { kind: 'refused', code: 300303 })
  await expect(stream.show({ markdown: 'One', tools: [] })).rejects.toMatchObject({ code: 'unsupported' })
  await stream.abandon()
  expect(answers()).toEqual([])
})

test('an answer that comes before anything was shown is sent', async () => {
  const { stream, answers } = await open()
  expect(await stream.finish(final('Quick'))).toBe(true)
  expect(answers().map(shownText)).toEqual(['Quick'])
})

test('the end fails on its way: it is told, and the card is closed', async () => {
  const rig = await open()
  const { stream, lark } = rig
  await stream.show({ markdown: 'One', tools: [] })
  lark.faults.plan(/^PUT .*\/cards\/[^/]+$/, { kind: 'cut' })
  await expect(stream.finish(final('One two'))).rejects.toMatchObject({ code: 'network' })
  await stream.abandon()
  expect(running(rig)).toBe(0)
})

test('a hundred at once keep to the rates of Feishu, and all are whole', async () => {
  const rig = await open()
  const people = Array.from({ length: 100 }, (_, index) => rig.lark.people.join(`ou_${index}`))
  await Promise.all(
    people.map(async (person) => {
      const address = { ...rig.address, channel: person }
      const reply = textReply(`The answer for ${person}`, { outcome: 'answered' })
      const stream = rig.adapter.stream?.(address, reply.key, { id: person })
      await stream?.show({ markdown: 'The ans', tools: [] })
      await stream?.show({ markdown: 'The answer', tools: [] })
      await vi.waitFor(() => stream?.finish(reply), { timeout: 50_000, interval: 500 })
    }),
  )
  const said = people.map((person) => rig.lark.said(rig.lark.tenant.direct(person).id))
  expect(said).toEqual(people.map((person) => [`The answer for ${person}`]))
  expect(rig.lark.calls.filter(({ code }) => code !== 0)).toEqual([])
})
