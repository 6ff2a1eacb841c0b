/** Replies as cards that Feishu takes. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { promptCard } from '../../../adapters/lark/prompt-card.ts'
import { measure, mostText, textCard } from '../../../adapters/lark/render.ts'
import { speechOf } from '../../../adapters/lark/words.ts'
import { split } from '../../../src/reply/split.ts'
import type { PromptReply } from '../../../src/contract.ts'
import { CardJson, cardText, checkCard, elementsOf } from '../../fakes/lark/card-json.ts'

const words = speechOf(true)()
const place = { channel: 'ou_ann', tenant: 't1' }
const most = mostText

const table = '| a | b |\n|---|--:|\n| 1 | 2 |'
const wide = `|${'x|'.repeat(30)}\n|${'-|'.repeat(30)}\n|${'y|'.repeat(30)}`
const piece = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom(
    table,
    wide,
    '```ts\nlet a = 1\n```',
    '![a](b)',
    '<at id=all></at>',
    '\n\n',
    '日本'.repeat(50),
  ),
)
const text = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join('\n\n'))

function taken(made: object): CardJson {
  const card = CardJson.parse(JSON.parse(JSON.stringify(made)))
  checkCard(card)
  return card
}

test('every text within the limit is a card that Feishu takes', () => {
  fc.assert(
    fc.property(text, fc.constantFrom('answer', 'notice', 'error'), (markdown, tone) => {
      fc.pre(measure(markdown) <= most)
      expect(taken(textCard({ markdown, tone }, words)).schema).toBe('2.0')
    }),
  )
})

test('the longest texts fit: words, tables, one of many rows, quotes, Chinese', () => {
  const rows = `| name | value |\n|---|---|\n${'| a | b |\n'.repeat(2000)}`
  const kinds = ['word ', `${table}\n\n`, rows, '"\\', '日本', `${wide}\n\n`]
  for (const kind of kinds) {
    let markdown = kind.repeat(Math.max(1, Math.floor(most / measure(kind))))
    while (measure(markdown) > most) markdown = markdown.slice(0, -100)
    expect(taken(textCard({ markdown, tone: 'answer' }, words)).schema).toBe('2.0')
  }
})

test('three tables fill a card, what is more goes on in the next; all of them are tables', async () => {
  const markdown = Array(5).fill(table).join('\n\nand\n\n')
  const cards = (await split(markdown, mostText, measure)).map((part) =>
    taken(textCard({ markdown: part, tone: 'answer' }, words)),
  )
  expect(cards.map((card) => elementsOf(card).filter(({ tag }) => tag === 'table').length)).toEqual([3, 2])
  expect(cards.map(cardText).join('\n')).not.toContain('|---')
  expect(measure(`\`\`\`\n${markdown}\n\`\`\``)).toBeLessThan(mostText)
})

test('figures stand below, in the language of the cloud', () => {
  const figures = { costUsd: 0.0123, durationMs: 4560, inputTokens: 1, outputTokens: 2 }
  const reply = { markdown: 'x', tone: 'answer', figures } as const
  expect(cardText(taken(textCard(reply, words)))).toBe('x\n$0.0123 · 4.6 秒')
  expect(cardText(taken(textCard(reply, speechOf(false)())))).toBe('x\n$0.0123 · 4.6 s')
})

const choice = fc.record(
  {
    id: fc.string({ minLength: 1 }),
    label: fc.string(),
    style: fc.constantFrom('primary', 'danger'),
    text: fc.boolean(),
  },
  { requiredKeys: ['id', 'label'] },
)
const prompt: fc.Arbitrary<PromptReply> = fc
  .record(
    {
      kind: fc.constant('prompt'),
      key: fc.string(),
      prompt: fc.uuid(),
      title: fc.string(),
      markdown: text,
      choices: fc.array(choice, { minLength: 1, maxLength: 20 }),
      multiple: fc.boolean(),
      ownText: fc.boolean(),
      settled: fc.record({ label: fc.string(), by: fc.string(), at: fc.nat() }),
    },
    { requiredKeys: ['kind', 'key', 'prompt', 'title', 'markdown', 'choices'] },
  )
  .map((reply) => reply as PromptReply)

test('every prompt is a card that Feishu takes; a settled one has no button', () => {
  fc.assert(
    fc.property(prompt, (reply) => {
      fc.pre(measure(reply.markdown) <= most * 0.75)
      const card = taken(promptCard(reply, place, words))
      const buttons = elementsOf(card).filter(({ tag }) => tag === 'button')
      expect(buttons.length === 0).toBe(reply.settled !== undefined)
    }),
  )
})

test('who decided is shown as a person, and pings nobody', () => {
  const reply: PromptReply = {
    kind: 'prompt',
    key: 'k',
    prompt: 'p',
    title: 'Claude wants to use Bash',
    markdown: '`ls`',
    choices: [{ id: 'once', label: 'Allow once' }],
    settled: { label: 'Allow once', by: 'lark:ou_1', at: 1_700_000_000_000 },
  }
  expect(cardText(taken(promptCard(reply, place, words)))).toMatch(/\*\*Allow once\*\* · <person id='ou_1'/)
  const other = { ...reply, settled: { label: '<at id=all>', by: "slack:<at id='all'>", at: 0 } }
  expect(cardText(taken(promptCard(other, place, words)))).not.toContain('<at')
})
