/** Markdown in a terminal: whole, in place, harmless, however it streams in. */
import { stripVTControlCharacters } from 'node:util'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { harmless } from '../../../adapters/terminal/harmless.ts'
import { type Look, renderMarkdown } from '../../../adapters/terminal/render.ts'
import { paintAnsi, paintPlain } from '../../../adapters/terminal/style.ts'
import { ShownTurn } from '../../../adapters/terminal/turn.ts'
import { wordsIn } from '../../../adapters/terminal/words.ts'
import { width } from '../../../adapters/terminal/width.ts'

const coloured: Look = { columns: 60, colour: true, paint: paintAnsi }
const bare: Look = { columns: 60, colour: false, paint: paintPlain }
const lines = (markdown: string, look = bare): string => renderMarkdown(markdown, look).join('\n')

const block = fc.constantFrom(
  '# Title',
  'Some *words* and `code` and **more of them**, long enough to be broken into two lines.',
  '- one\n- two\n  - inner\n  - more\n- three',
  '1. first\n2. second\n\n   second paragraph',
  '```ts\nlet x = "**a**"\n\n\nx()\n```',
  '| a | 名前 |\n|---|---:|\n| 1 | 日本語 |\n| 2 | 👍 |',
  '> quoted\n> - list\n>\n> ```\n> code\n> ```',
  'Setext\n------',
  '---',
  '日本語のとても長い文章がここに続いていて、この端末の幅にはとても収まりきらないほど長いです。',
  '- [ ] to do\n- [x] done',
  '    indented code',
  '```\nnever closed',
)
const document = fc.array(block, { maxLength: 8 }).map((blocks) => blocks.join('\n\n'))
const noise = fc.string({
  unit: fc.constantFrom(...'ab *_`~[]()<>#-|\\!&;1.\n\t'.split(''), '\u001B', '日', '👍', '&#27;', '\u009B'),
})

describe('streaming', () => {
  test('shows in the end what rendering the whole shows', () => {
    fc.assert(
      fc.property(fc.oneof(document, noise), fc.array(fc.nat(), { maxLength: 20 }), (markdown, places) => {
        const turn = new ShownTurn(
          () => bare,
          () => wordsIn(undefined),
        )
        const ends = places
          .map((place) => place % (markdown.length + 1))
          .toSorted((one, other) => one - other)
        const printed = ends.flatMap((end) => turn.show({ markdown: markdown.slice(0, end), tools: [] }))
        printed.push(...turn.finish(markdown))
        const shown = printed.flatMap((section) => section.lines).join('\n')
        expect(shown.trimEnd()).toBe(lines(harmless(markdown)).trimEnd())
      }),
    )
  })

  test('never takes back a line that was printed, and prints a turn that starts over anew', () => {
    const turn = new ShownTurn(
      () => bare,
      () => wordsIn(undefined),
    )
    const first = turn.show({ markdown: 'One.\n\nTwo', tools: [] })
    expect(first).toEqual([{ kind: 'text', lines: ['One.', ''] }])
    const again = turn.show({ markdown: 'Other', tools: [] }).flatMap((section) => section.lines)
    expect(again).toEqual(['↺ the answer starts over'])
    expect(turn.finish('Other.').flatMap((section) => section.lines)).toEqual(['Other.'])
  })

  test('says nothing of a start over when nothing was printed yet', () => {
    const turn = new ShownTurn(
      () => bare,
      () => wordsIn(undefined),
    )
    turn.show({ markdown: 'On', tools: [] })
    expect(turn.show({ markdown: 'Other', tools: [] })).toEqual([])
    expect(turn.live().text).toEqual(['Other'])
  })

  test('puts the text before a tool above it, and the rest below', () => {
    const turn = new ShownTurn(
      () => bare,
      () => wordsIn(undefined),
    )
    const tool = { id: '1', name: 'Bash', title: 'ls', state: 'running' } as const
    const sections = [
      ...turn.show({ markdown: 'Let me look.', tools: [] }),
      ...turn.show({ markdown: 'Let me look.', tools: [tool] }),
      ...turn.show({ markdown: 'Let me look.', tools: [{ ...tool, state: 'done' }] }),
      ...turn.finish('Let me look.\n\nNothing there.'),
    ]
    expect(new Set(sections.map(({ kind }) => kind))).toEqual(new Set(['text', 'tool']))
    expect(sections.flatMap((section) => section.lines).filter(Boolean)).toEqual([
      'Let me look.',
      '⏺ Bash  ls ✓',
      'Nothing there.',
    ])
  })

  test('prints a notice that comes before the text once, and the text once', () => {
    const turn = new ShownTurn(
      () => bare,
      () => wordsIn(undefined),
    )
    const printed = [
      ...turn.show({ markdown: 'One.\n\nTwo.\n\n', tools: [] }),
      ...turn.finish('A new session.\n\nOne.\n\nTwo.'),
    ]
    const shown = printed.flatMap((section) => section.lines).join('\n')
    expect(shown.match(/One\.|Two\.|A new session\./g)).toEqual(['One.', 'Two.', 'A new session.'])
  })
})

describe('rendering', () => {
  test('lets no control character through but its own colours', () => {
    fc.assert(
      fc.property(fc.oneof(noise, fc.string({ unit: 'binary' })), (markdown) => {
        const shown = renderMarkdown(harmless(markdown), coloured).join('')
        // oxlint-disable-next-line no-control-regex -- control characters are what this is about
        expect(shown.replaceAll(/\u001B\[[\d;]*m/g, '')).not.toMatch(/[\p{Cc}\u202A-\u202E\u2066-\u2069]/u)
      }),
    )
  })

  test('loses no word', () => {
    const word = fc.stringMatching(/^[a-z]{1,12}$/)
    fc.assert(
      fc.property(
        fc.array(fc.array(word, { minLength: 1, maxLength: 12 }), { maxLength: 6 }),
        (paragraphs) => {
          const markdown = paragraphs.map((words) => words.join(' ')).join('\n\n')
          expect(lines(markdown).split(/\s+/).filter(Boolean)).toEqual(paragraphs.flat())
        },
      ),
    )
  })

  test('keeps within the width what is live, and in the end all but code', () => {
    fc.assert(
      fc.property(document, fc.integer({ min: 20, max: 100 }), (markdown, columns) => {
        const look = { ...coloured, columns }
        const turn = new ShownTurn(
          () => look,
          () => wordsIn(undefined),
        )
        turn.show({ markdown, tools: [] })
        const prose = renderMarkdown(markdown.replaceAll(/^(```| {4}).*$/gm, ''), look)
        for (const line of [...turn.live().text, ...prose]) {
          expect(width(stripVTControlCharacters(line))).toBeLessThanOrEqual(columns)
        }
      }),
    )
  })

  test('aligns tables by what characters take on the screen', () => {
    expect(lines('| Name | 名前 | N |\n|---|:---:|--:|\n| Ada | 日本語 | 12 |\n| Bo | 👍 | 3 |')).toBe(
      ['Name │  名前  │  N', '─────┼────────┼───', 'Ada  │ 日本語 │ 12', 'Bo   │   👍   │  3'].join('\n'),
    )
  })

  test('is plain where colour is not wanted, and then tells code by its marks', () => {
    expect(lines('# Title\n\n`code` and **bold**\n\n```ts\nx\n```')).toBe(
      '# Title\n\n`code` and bold\n\n```ts\nx\n```',
    )
  })

  test('shows where a link leads', () => {
    expect(lines('[your bank](https://evil.example/x)')).toBe('your bank (https://evil.example/x)')
  })

  test.each([
    ['stars', '*a'.repeat(50_000)],
    ['brackets', '['.repeat(50_000)],
    ['quotes', '>'.repeat(50_000)],
    ['backquotes', '`a``'.repeat(30_000)],
    ['nested bullets', '- + '.repeat(30_000)],
    ['half links', '[a]('.repeat(30_000)],
  ])('comes to an end soon with %s', (_, hostile) => {
    const before = performance.now()
    renderMarkdown(hostile, coloured)
    expect(performance.now() - before).toBeLessThan(5000)
  })
})
