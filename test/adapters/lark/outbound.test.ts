/** What becomes of a reply when Feishu does not take it as it is, or is not to be sent cards at all. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import create from '../../../adapters/lark/index.ts'
import { type Adapter, AdapterError, type PromptReply } from '../../../src/contract.ts'
import { isStreaming } from '../../fakes/lark/cards.ts'
import type { StoredMessage } from '../../fakes/lark/tenant.ts'
import { testDir } from '../../rig/dir.ts'
import { promptReply, RecordingBot, textReply } from '../conformance/rig.ts'
import { larkSettings, type LarkRig, openLark, user } from './rig.ts'

const key = 'lark:om_asked/answer'
const refused = { kind: 'refused', code: 230099 } as const
const day = 24 * 60 * 60_000

interface Rig extends LarkRig {
  readonly by: () => readonly StoredMessage[]
  readonly said: () => string[]
}

async function open(settings: object = {}): Promise<Rig> {
  const rig = await openLark()
  const adapter = create(larkSettings(rig.lark, settings))
  onTestFinished(() => adapter.stop())
  await adapter.start(new RecordingBot(), new AbortController().signal)
  return { ...rig, adapter, by: () => rig.lark.by(rig.chat), said: () => rig.lark.said(rig.chat) }
}

const answer = (markdown: string) => textReply(markdown, { key, outcome: 'answered' })
const edit = (adapter: Adapter): NonNullable<Adapter['edit']> => {
  if (adapter.edit === undefined) throw new Error('Feishu edits')
  return adapter.edit.bind(adapter)
}

test('a card that is refused for what is in it is sent without markup; one that is refused then too, as text', async () => {
  const { lark, adapter, address, by, said } = await open()
  lark.faults.plan('POST /cardkit/v1/cards', refused)
  await adapter.send(address, answer('**one**'))
  expect(by()[0]?.card?.json.body.elements).toMatchObject([
    { tag: 'div', text: { tag: 'plain_text', content: '**one**' } },
  ])
  for (let times = 0; times < 2; times += 1) lark.faults.plan('POST /cardkit/v1/cards', refused)
  await adapter.send(address, { ...answer('**two** <at id=all></at>'), key: `${key}/2` })
  expect(by()[1]?.type).toBe('text')
  for (let times = 0; times < 2; times += 1) lark.faults.plan('POST /im/v1/messages', refused)
  await adapter.send(address, textReply('three', { tone: 'notice' }))
  expect(said()).toEqual(['**one**', expect.stringMatching(/^\*\*two\*\* <\u2060at/), 'three'])
})

test('without the permission for card entities a card is posted, and edited', async () => {
  const { lark, adapter, address, by, said } = await open()
  lark.lacks.add('cardkit:card:write')
  const sent = await adapter.send(address, textReply('half', { draft: true }))
  await edit(adapter)(sent, answer('whole'))
  await adapter.send(address, { ...answer('next'), key: `${key}/2` })
  expect(said()).toEqual(['whole', 'next'])
  expect(by().every(({ card, type }) => card === undefined && type === 'interactive')).toBe(true)
})

test.each([99991672, 99999999, 200750, 300317])(
  'a card that takes no change while it is filled (%d) gives way to one that holds the answer, once',
  async (code) => {
    const { lark, adapter, address, said } = await open()
    const stream = adapter.stream?.(address, key, { id: user })
    await stream?.show({ markdown: 'One', tools: [] })
    const sent = stream?.sent
    if (sent === undefined) throw new Error('it stands')
    for (let times = 0; times < 20; times += 1)
      lark.faults.plan(/^(PUT|PATCH|POST) \/cardkit\/v1\/cards\/card_/, { kind: 'refused', code })
    await expect(stream?.finish(answer('One two'))).rejects.toThrow(String(code))
    await stream?.abandon()
    // As the core does; and once more, as a process does that does not know how far it got.
    for (const _ of [1, 2]) {
      try {
        await edit(adapter)(sent, answer('One two'))
      } catch (error) {
        if (!(error instanceof AdapterError && error.code === 'gone')) throw error
        await adapter.send(address, answer('One two'))
      }
      expect(said()).toEqual(['One two'])
    }
  },
)

test('without the permission any more an answer is not taken for the card that a stream has left', async () => {
  const { lark, adapter, address, said } = await open()
  await adapter.stream?.(address, key, { id: user })?.show({ markdown: 'One', tools: [] })
  lark.lacks.add('cardkit:card:write')
  await adapter.send(address, answer('One two'))
  expect(said().at(-1)).toBe('One two')
})

test('an edit that is refused for what is in it is made without markup, in the same message', async () => {
  const { lark, adapter, address, said } = await open()
  const card = await adapter.send(address, textReply('half', { draft: true }))
  lark.faults.plan(/^PATCH \/im/, refused)
  await edit(adapter)(card, answer('one'))
  const entity = await adapter.send(address, { ...answer('half'), key: `${key}/2` })
  lark.faults.plan(/^PUT \/cardkit/, refused)
  await edit(adapter)(entity, answer('two'))
  expect(said()).toEqual(['one', 'two'])
})

test('a stream whose end is refused, again and again, no longer looks as if it went on', async () => {
  const { lark, adapter, address, by, said } = await open()
  const stream = adapter.stream?.(address, key, { id: user })
  await stream?.show({ markdown: 'One', tools: [] })
  for (let times = 0; times < 2; times += 1) lark.faults.plan(/^PUT \/cardkit.*\/card_\w+$/, refused)
  await expect(stream?.finish(answer('One two'))).rejects.toMatchObject({ code: 'rejected' })
  await stream?.abandon()
  expect(said()).toEqual(['One'])
  expect(by().filter(({ card }) => card !== undefined && isStreaming(card, lark.now()))).toEqual([])
})

test('what a process that died was showing cannot be replaced by its answer: it does not look as if it went on', async () => {
  const { lark, adapter, address, by, said } = await open()
  const stream = adapter.stream?.(address, key, { id: user })
  await stream?.show({ markdown: 'One', tools: [] })
  const sent = stream?.sent
  if (sent === undefined) throw new Error('it stands')
  const next = create(larkSettings(lark))
  onTestFinished(() => next.stop())
  await next.start(new RecordingBot(), new AbortController().signal)
  for (let times = 0; times < 2; times += 1) lark.faults.plan(/^PUT \/cardkit.*\/card_\w+$/, refused)
  await expect(edit(next)(sent, answer('One two'))).rejects.toMatchObject({ code: 'rejected' })
  expect(said()).toEqual(['One'])
  expect(by().filter(({ card }) => card !== undefined && isStreaming(card, lark.now()))).toEqual([])
})

test('a question that is settled after Feishu has stopped changing its card is settled on a fresh one', async () => {
  const { lark, adapter, address, said } = await open()
  const prompt = promptReply()
  const settled: PromptReply = {
    ...prompt,
    key: `${prompt.key}/settled`,
    settled: { label: 'Allow once', by: `lark:${user}`, at: lark.now() },
  }
  const sent = await adapter.send(address, prompt)
  lark.advance(15 * day)
  await edit(adapter)(sent, settled)
  await edit(adapter)(sent, settled)
  expect(said()).toHaveLength(2)
  expect(said()[1]).toMatch(new RegExp(`\\*\\*Allow once\\*\\* · <person id='${user}'`))
  expect(said()[1]).not.toContain('[Allow once]')
})

test('pictures are uploaded once and shown, also in a card that is sent again; one that is refused is a link', async () => {
  const { lark, adapter, address, said } = await open()
  const folder = await testDir('lark-pictures-')
  const pictures = ['a.png', 'b.png'].map((src) => ({ src, path: join(folder, src), bytes: 3 }))
  for (const { path } of pictures) await writeFile(path, 'pic')
  const reply = { ...answer('![one](a.png) ![two](b.png)'), pictures }
  lark.faults.plan('POST /im/v1/messages', { kind: 'status', status: 502 })
  await expect(adapter.send(address, reply)).rejects.toMatchObject({ code: 'network' })
  await adapter.send(address, reply)
  expect(said()).toEqual([expect.stringMatching(/^!\[one\]\(img_\w+\) !\[two\]\(img_\w+\)$/)])
  expect(lark.calls.filter(({ call }) => call === 'POST /im/v1/images')).toHaveLength(2)
  lark.faults.plan('POST /im/v1/images', { kind: 'refused', code: 234011 })
  const other = [
    { src: 'c.png', path: join(folder, 'b.png'), bytes: 3 },
    { src: 'd.png', path: join(folder, 'no'), bytes: 3 },
  ]
  await adapter.send(address, {
    ...answer('![c](c.png) ![d](d.png) ![e](e.png)'),
    key: `${key}/2`,
    pictures: other,
  })
  expect(said()[1]).toMatch(/^!\[c\]\(img_\w+\) \[d\]\(d\.png\) \[e\]\(e\.png\)$/)
})

test('what is said in a topic is a reply to what stands there, also when that is withdrawn or was not heard', async () => {
  const { lark, adapter } = await open()
  const { people } = lark
  const chat = lark.tenant.group().id
  const thread = 'omt_topic'
  const to = { adapter: 'lark', tenant: lark.tenant.key, channel: chat, thread }
  const [first, second] = ['one', 'two'].map((text) =>
    people.say(user, text, { chat, thread, mention: true }),
  )
  await Promise.all([first?.delivery.answer, second?.delivery.answer])
  await adapter.send(to, promptReply())
  if (second !== undefined) people.recall(second.message)
  await adapter.send(to, textReply('notice', { tone: 'notice' }))
  const next = create(larkSettings(lark))
  onTestFinished(() => next.stop())
  await next.start(new RecordingBot(), new AbortController().signal)
  await next.send(to, answer('answer'))
  expect(lark.by(chat)).toMatchObject([{ thread }, { thread }, { thread }])
  lark.lacks.add('im:message.group_msg')
  const last = create(larkSettings(lark))
  onTestFinished(() => last.stop())
  await last.start(new RecordingBot(), new AbortController().signal)
  await last.send(to, { ...answer('once more'), key: `lark:${first?.message.id}/answer` })
  await expect(last.send({ ...to, thread: 'omt_other' }, promptReply())).rejects.toMatchObject({
    code: 'forbidden',
  })
  expect(lark.by(chat).map(({ thread: where }) => where)).toEqual([thread, thread, thread, thread])
})

test('with cards off: rich text, its tables as code, edited while it is drafted and at the end, never too often', async () => {
  const { lark, adapter, address, by, said } = await open({ cards: false })
  expect(adapter.stream?.(address, key, { id: user })).toBeUndefined()
  expect(adapter.limits.buttons).toBe(0)
  const draft = textReply('half', { draft: true })
  const sent = await adapter.send(address, draft)
  let drafts = 0
  await vi.waitFor(async () => {
    const edits = edit(adapter)(sent, { ...draft, markdown: `half ${drafts}` })
    await edits.then(
      () => (drafts += 1),
      (error: unknown) => expect(error).toMatchObject({ code: 'throttled' }),
    )
    expect(drafts).toBe(15)
  }, 20_000)
  await expect(edit(adapter)(sent, draft)).rejects.toMatchObject({ code: 'unsupported' })
  const figures = { costUsd: 0.01, durationMs: 1000, inputTokens: 1, outputTokens: 1 }
  await edit(adapter)(sent, { ...answer('**whole**\n\n| a | b |\n|---|---|\n| 1 | 2 |'), figures })
  await edit(adapter)(
    { ...sent, id: (await adapter.send(address, promptReply())).id },
    {
      ...promptReply(),
      settled: { label: 'Allow once', at: 0 },
    },
  )
  expect(by().map(({ type }) => type)).toEqual(['post', 'post'])
  expect(said()).toEqual([
    '**whole**\n\n```\n| a | b |\n|---|---|\n| 1 | 2 |\n```\n\n$0.0100 · 1.0 s',
    expect.stringMatching(/^\*\*Claude wants to use Bash\*\*[^]*rm -r build[^]*\*\*Allow once\*\*$/),
  ])
  expect(lark.calls.filter(({ code }) => code !== 0)).toEqual([])
})
