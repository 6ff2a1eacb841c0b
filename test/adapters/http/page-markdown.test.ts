/** The page reads an answer while it grows: at each of its ends that is the same as reading the whole. */
import fc from 'fast-check'
import remarkGfm from 'remark-gfm'
import remarkParse from 'remark-parse'
import { unified } from 'unified'
import { expect, test } from 'vitest'
import { Growing } from '../../../adapters/http/page/markdown/growing.ts'
import { longMarkdown } from '../../../src/demo/long.ts'

const parser = unified().use(remarkParse).use(remarkGfm)

test('a growing text means what the whole means, wherever it is cut', () => {
  const parts = fc.constantFrom(
    'Words.',
    'More words\n===',
    '## A heading',
    '- one\n\n  more\n- two\n\n  ```\n  code\n\nAt the margin\n  ```',
    '```ts\nconst a = 1\n\n\nconst b = 2\n```',
    '~~~\n```\n\nno end of it',
    '- ```js\n  first\n\n  second\n  ```',
    '> ```\n> quoted\n>\n> code\n',
    '1. one\n\n   two\n\n    three',
    '| a | b |\n|---|---|\n| 1 | 2 |',
    '    indented\n\n    code',
    '<div>\n\n*in it*\n\n</div>',
    '<!-- a comment\n\nof two -->',
    '\t- deep\n',
    '---',
    '[a]: https://example.com',
    'A [link][a] and a note[^1]',
    '[^1]: noted',
    ' ',
  )
  const breaks = fc.constantFrom('\n\n', '\n', '\r\n')
  const texts = fc
    .array(fc.tuple(parts, breaks), { minLength: 1, maxLength: 12 })
    .map((all) => all.flat().join(''))
  const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 })
  fc.assert(
    fc.property(texts, cuts, (text, places) => {
      const growing = new Growing()
      const ends = places.map((place) => Math.floor(place * text.length)).toSorted((a, b) => a - b)
      for (const end of [...ends, text.length]) {
        const seen = text.slice(0, end)
        expect(plain(growing.read(seen))).toEqual(plain(parser.parse(seen).children))
      }
      expect(plain(growing.read('Something else'))).toEqual(plain(parser.parse('Something else').children))
    }),
    { numRuns: 200 },
  )
})

test('what is settled stays the same object', () => {
  const growing = new Growing()
  const text = longMarkdown(20_000)
  const before = growing.read(text.slice(0, 15_000))
  const after = growing.read(text)
  expect(after.length).toBeGreaterThan(before.length)
  expect(before.slice(0, -1).every((node, index) => node === after[index])).toBe(true)
})

/** Without where it stood. */
function plain(nodes: readonly object[]): unknown {
  return JSON.parse(JSON.stringify(nodes, (key, value: unknown) => (key === 'position' ? undefined : value)))
}
