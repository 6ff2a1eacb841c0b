/** Replies as blocks that Slack takes, whatever stands in them. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { measure, promptContent, textContent, wordsModal } from '../../../adapters/slack/render.ts'
import type { PromptReply } from '../../../src/contract.ts'
import { Blocks, readable, View } from '../../fakes/slack/shapes.ts'

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', ' ', '<@U1>', '\uD800', '"\n'.repeat(500)),
)

const prompt: fc.Arbitrary<PromptReply> = fc
  .record({
    title: text,
    markdown: text,
    choices: fc.array(
      fc.record({ label: text, style: fc.constantFrom('primary', 'danger', undefined), text: fc.boolean() }),
      {
        minLength: 1,
        maxLength: 24,
      },
    ),
    multiple: fc.boolean(),
    ownText: fc.boolean(),
    settled: fc.option(fc.record({ label: text, at: fc.nat() }), { nil: undefined }),
  })
  .map(({ choices, settled, ...more }) => ({
    kind: 'prompt',
    key: 'k',
    prompt: 'p',
    ...more,
    choices: choices.map(({ style, ...choice }, index) => ({
      id: String(index),
      ...choice,
      ...(style && { style }),
    })),
    ...(settled && { settled }),
  }))

test('every prompt is one that Slack takes', () => {
  fc.assert(
    fc.property(prompt, (reply) => {
      const { blocks, text } = promptContent(reply, 'T1')
      expect(Blocks.safeParse(blocks).error).toBeUndefined()
      expect(text.length).toBeLessThan(4000)
      expect(text).not.toBe('')
    }),
  )
})

test('every text is one that Slack takes, and is no larger than it measures', () => {
  fc.assert(
    fc.property(text, fc.constantFrom('answer', 'notice', 'error'), (markdown, tone) => {
      const { blocks } = textContent({ markdown, tone }, new Set())
      expect(Blocks.safeParse(blocks).error).toBeUndefined()
      expect(JSON.stringify(blocks).length).toBeLessThanOrEqual(measure(markdown) + 50)
    }),
  )
})

test('a settled prompt has no buttons, and says who decided what and when', () => {
  const reply: PromptReply = {
    kind: 'prompt',
    key: 'k',
    prompt: 'p',
    title: 'Claude wants to use Bash',
    markdown: '`ls`',
    choices: [{ id: 'once', label: 'Allow once' }],
    settled: { label: 'Allow once', by: 'slack:U1', at: 1_700_000_000_000 },
  }
  const shown = readable(Blocks.parse(promptContent(reply, 'T1').blocks))
  expect(shown).toMatch(/\*Allow once\* · <@U1> · <!date\^1700000000\^/)
  expect(shown).not.toContain('[')
  const other = { ...reply, settled: { label: '<!here>', by: 'discord:<!here>', at: 0 } }
  expect(readable(Blocks.parse(promptContent(other, 'T1').blocks))).not.toContain('<!here')
})

test('the modal for own words is one that Slack takes', () => {
  const origin = {
    prompt: 'p',
    choice: 'why',
    address: { adapter: 'slack', channel: 'C1', thread: '1.2' },
  } as const
  expect(View.safeParse(wordsModal(origin)).error).toBeUndefined()
})

test('its own words are in the language of whoever reads them', () => {
  const reply: PromptReply = {
    kind: 'prompt',
    key: 'k',
    prompt: 'p',
    title: '问题',
    markdown: '',
    choices: [{ id: '1', label: '好' }],
    ownText: true,
    language: 'zh',
  }
  const blocks = Blocks.parse(promptContent(reply, 'T1').blocks)
  expect(readable(blocks)).toContain('[自己写回答…]')
  const [, own] = blocks.flatMap((block) => (block.type === 'actions' ? block.elements : []))
  expect(own).toMatchObject({ value: JSON.stringify({ prompt: 'p', language: 'zh', tenant: 'T1' }) })
  const address = { adapter: 'slack', channel: 'C1' } as const
  expect(wordsModal({ prompt: 'p', language: 'zh', address })).toMatchObject({ submit: { text: '发送' } })
})
