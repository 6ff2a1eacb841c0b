/** Answers that outgrow a card while they are written: they go on in the next, whole, and none of it twice. */
import { expect, onTestFinished, test, vi } from 'vitest'
import { overflow } from '../../../adapters/lark/overflow.ts'
import { measure, mostText } from '../../../adapters/lark/render.ts'
import type { Sent } from '../../../src/contract.ts'
import { longMarkdown } from '../../../src/demo/long.ts'
import { split } from '../../../src/reply/split.ts'
import { isStreaming } from '../../fakes/lark/cards.ts'
import { RecordingBot, textReply } from '../conformance/rig.ts'
import { openLark, user } from './rig.ts'

const key = 'lark:om_asked/answer'
const tools = [{ id: 't1', name: 'Bash', title: 'npm test', state: 'done' }] as const

/** What is left of a text without its markup. */
function letters(text: string): string {
  return text.replaceAll(/Tools\n.*\n|```\w*|Goes on below …|Thinking …|\[Stop\]|[^A-Za-z0-9]/g, '')
}

async function open() {
  const rig = await openLark()
  const { lark, adapter, address, chat } = rig
  await adapter.start(new RecordingBot(), new AbortController().signal)
  const stream = adapter.stream?.(address, key, { id: user })
  if (stream === undefined) throw new Error('Feishu streams everywhere')
  onTestFinished(() => stream.abandon())
  const said = () => lark.said(chat)
  const running = () =>
    lark.by(chat).filter(({ card }) => card !== undefined && isStreaming(card, lark.now())).length
  /** As Claude writes it: a little more each time. Resolves with what stood where, after each. */
  const grow = async (markdown: string, step: number): Promise<Sent[]> => {
    const sents: Sent[] = []
    for (let end = step; end < markdown.length + step; end += step) {
      const view = { markdown: markdown.slice(0, end), tools }
      await vi.waitFor(
        async () => {
          await stream.show(view)
          if (stream.sent !== undefined) sents.push(stream.sent)
          // All of it, in order, and nothing twice, whatever card it is in.
          expect(letters(said().join('\n'))).toBe(letters(view.markdown))
        },
        { timeout: 10_000, interval: 20 },
      )
    }
    return sents
  }
  const wellTaken = () => expect(lark.calls.filter(({ code }) => code !== 0)).toEqual([])
  return { ...rig, stream, said, running, grow, wellTaken }
}

const partsOf = async (markdown: string) =>
  (await split(markdown, mostText, measure)).map((part, index) =>
    textReply(part, { key: index === 0 ? key : `${key}#${index + 1}` }),
  )

test('text and code go on in next cards while they are written; at the end each card holds the part that it is given, the rest is to be sent', async () => {
  const { lark, chat, stream, said, running, grow, wellTaken } = await open()
  // Few tables: only so many stand in a card.
  const markdown = longMarkdown(60 * 1024).replaceAll(/^\|.*\n/gm, '')
  const sents = await grow(markdown, 12_000)
  expect(new Set(sents.map(({ id }) => id.split(',').length))).toEqual(new Set([1, 2, 3]))
  expect(running()).toBe(1)
  expect(said().at(0)).toMatch(/Goes on below …$/)
  expect(said().at(-1)).toMatch(/\[Stop\]$/)
  const parts = await partsOf(`${markdown}\n\n${'the end '.repeat(5000)}`)
  expect(parts.length).toBeGreaterThan(3)
  const standing = await stream.finish(textReply(markdown, { key }), parts)
  expect(standing).toMatchObject(lark.by(chat).map(({ id }) => ({ id: expect.stringContaining(id) })))
  expect(said().map(letters)).toEqual(parts.slice(0, 3).map((part) => letters(part.markdown)))
  expect(said()[0]).toContain('npm test')
  expect(running()).toBe(0)
  wellTaken()
})

test('an answer that is cut into fewer parts than it grew in leaves nothing behind', async () => {
  const { stream, said, running, grow, wellTaken } = await open()
  const table = '| a | b |\n|---|---|\n| 1 | 2 |\n\nand\n\n'.repeat(6)
  await grow(table, 100)
  expect(said().length).toBeGreaterThan(1)
  expect(await stream.finish(textReply('Short after all', { key }), await partsOf('Short after all'))).toBe(
    true,
  )
  expect(said()).toEqual(['Tools\n✓ **Bash** `npm test`\nShort after all'])
  expect(running()).toBe(0)
  wellTaken()
})

test('a text that starts over in a later card is shown at the end; a process that died leaves one card to the next', async () => {
  const { stream, adapter, said, running, grow } = await open()
  const long = 'word '.repeat(6000)
  const [sent] = (await grow(long, 15_000)).slice(-1)
  expect(said()).toHaveLength(2)
  const before = said()
  await stream.show({ markdown: 'Begun anew', tools: [] })
  await stream.abandon()
  expect(said()).toHaveLength(before.length)
  if (sent === undefined) throw new Error('it stands somewhere')
  const draft = textReply('Begun anew', { key: `${key}/draft`, draft: true })
  await adapter.edit?.(sent, draft)
  expect(said()).toEqual([expect.stringContaining('Begun anew')])
  await adapter.edit?.(sent, textReply('The answer', { key }))
  expect(said()).toEqual(['The answer'])
  expect(running()).toBe(0)
})

test('a next card that is refused a while, or cut, is sent again and stands once', async () => {
  const { lark, stream, said, grow, running } = await open()
  const long = 'word '.repeat(6000)
  await grow(long.slice(0, 20_000), 20_000)
  lark.faults.plan(/^POST \/im\/v1\/messages$/, { kind: 'refused', code: 230020 })
  lark.faults.plan(/^POST \/im\/v1\/messages$/, { kind: 'cut' }, true)
  await grow(long, 30_000)
  expect(said()).toHaveLength(2)
  const parts = await partsOf(long)
  expect(await stream.finish(textReply(long, { key }), parts)).toBe(true)
  expect(said().map(letters)).toEqual(parts.map((part) => letters(part.markdown)))
  expect(running()).toBe(0)
})

test('a cut loses nothing; code that goes on is closed and opened again; a line without end is cut between words', () => {
  const whole = longMarkdown(200 * 1024)
  for (const text of [
    whole,
    whole.replaceAll(/\n+/g, ' '),
    `\`\`\`ts\n${'const a = 1\n'.repeat(4000)}\`\`\``,
  ]) {
    let pages = ''
    let rest = text
    for (let cut = overflow(text, mostText); cut !== undefined; cut = overflow(rest, mostText)) {
      expect(measure(cut.page)).toBeLessThanOrEqual(mostText)
      pages += cut.page
      rest = cut.opening + cut.rest
      // A block that is opened again was closed.
      expect(cut.page.endsWith('\n```') || cut.opening === '').toBe(true)
    }
    const bare = (each: string) => letters(each.replaceAll(/```\w*/g, ''))
    expect(bare(pages + rest)).toBe(bare(text))
  }
  expect(overflow('😀'.repeat(20_000), mostText)?.page.isWellFormed()).toBe(true)
})
