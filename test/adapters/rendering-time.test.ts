/** Whatever a text repeats, rendering it takes time as its length does: in that time nobody else is served. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import * as discord from '../../adapters/discord/render.ts'
import * as lark from '../../adapters/lark/render.ts'
import * as slack from '../../adapters/slack/render.ts'
import { withoutHeadings } from '../../adapters/lark/text.ts'
import { plainText, wholeMentions } from '../../adapters/slack/text.ts'
import { split } from '../../src/reply/split.ts'

const length = 64 * 1024
/** Of the processor, generously; what takes the square of the length takes seconds. */
const mostMs = 500

const renderers: readonly [string, (markdown: string) => unknown][] = [
  ['Discord', (markdown) => [discord.measure(markdown), discord.textContent({ markdown, tone: 'answer' })]],
  [
    'Slack',
    (markdown) => {
      const content = slack.textContent({ markdown, tone: 'answer' }, new Set())
      return [
        slack.measure(markdown),
        slack.withoutTables(content),
        plainText(markdown),
        wholeMentions(markdown),
      ]
    },
  ],
  ['Feishu', (markdown) => [lark.measure(markdown), lark.streamText(markdown), withoutHeadings(markdown)]],
]

function repeated(part: string): string {
  return part.repeat(Math.ceil(length / part.length)).slice(0, length)
}

/** Milliseconds of the processor. */
function cost(work: () => unknown): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

const nasty: readonly string[] = [
  repeated('__a '),
  repeated('!['),
  `${repeated('![')}]x`,
  `![](${repeated('a')}`,
  repeated('![a](https://'),
  `a|b\n-${repeated(' ')}x`,
  `a|b\n${repeated('-')}x`,
  `#### a${repeated(' ')}x`,
  `#### a${repeated('#')}x`,
  `# a${repeated(' #')}x`,
  `${repeated('`').slice(length / 8)}${repeated('a ')}`,
  `a|b\n-|-\n${repeated('`').slice(length / 2)}${repeated('a').slice(length / 2)}|`,
  `${repeated('`')}\u2028`,
  `<${repeated(' ')}x`,
  `${repeated('a|').slice(length / 2)}\n${repeated('-|').slice(length / 2)}\n${repeated('|\n').slice(length / 2)}`,
  `${'a'.repeat(length / 2)}|b\n-|-\n${repeated('|b\n').slice(length / 2)}`,
  repeated('<@'),
  repeated('- '),
  repeated('> '),
]

test.each(renderers)('%s: known traps', (_, render) => {
  for (const text of nasty)
    expect({ of: text.slice(0, 40), slow: cost(() => render(text)) > mostMs }).toMatchObject({ slow: false })
})

const tokens = [
  '__',
  '**',
  '![',
  '](',
  ')',
  '[',
  ']',
  '`',
  '```',
  '~~~',
  '|',
  '-',
  ':-',
  '\n',
  ' ',
  '    ',
  '\t',
]
const others = [
  '<',
  '<br',
  '<@U1',
  '<https://x',
  '&#0',
  '&lt;',
  '/',
  '#',
  '#### ',
  '- [ ] ',
  '\\',
  'a',
  '鷺',
  '\u2028',
]
const token = fc.constantFrom(...tokens, ...others)
const part = fc.array(token, { minLength: 1, maxLength: 4 }).map((all) => all.join(''))

test.each(renderers)('%s: whatever is repeated', (_, render) => {
  fc.assert(
    fc.property(part, part, part, (before, again, after) => {
      const text = before + repeated(again) + after
      expect(cost(() => render(text))).toBeLessThan(mostMs)
    }),
    { numRuns: 60 },
  )
})

test('an answer of what nobody closes is cut up in time', async () => {
  for (const text of [repeated('__a '), repeated('![')]) {
    const before = process.cpuUsage()
    const parts = await split(text, 1990, discord.measure)
    const { user, system } = process.cpuUsage(before)
    expect(parts.length).toBeGreaterThan(30)
    expect((user + system) / 1000).toBeLessThan(8 * mostMs)
  }
})
