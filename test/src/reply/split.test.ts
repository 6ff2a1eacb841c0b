import * as fc from 'fast-check'
import type { Nodes } from 'mdast'
import { describe, expect, test } from 'vitest'
import { loadFindSpans } from '../../../src/reply/markdown/inline.ts'
import { type Measure, type Piece, cutUp, split } from '../../../src/reply/split.ts'
import { anyMarkdown, wellFormedEnded } from './arbitrary.ts'
import { parse, seen, seenTogether } from './seen.ts'

const findSpans = await loadFindSpans()
const utf16: Measure = (text) => text.length
const measures: Record<string, Measure> = {
  'UTF-16 units': utf16,
  'UTF-8 bytes': (text) => Buffer.byteLength(text),
  'escaped HTML': (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').length,
}

describe.each(Object.entries(measures))('measured in %s', (_, measure) => {
  test('every chunk fits, and the sources of the chunks give the text back', () => {
    fc.assert(
      fc.property(anyMarkdown, fc.integer({ min: 30, max: 3000 }), (markdown, limit) => {
        const pieces = cutUp(markdown, limit, measure, findSpans)
        expect(join(pieces)).toBe(markdown)
        for (const { text } of pieces) expect(measure(text)).toBeLessThanOrEqual(limit)
      }),
      { numRuns: 60, endOnFailure: true },
    )
  })

  test('a reader sees the same words, code, links and cells, none twice', () => {
    fc.assert(
      fc.property(wellFormedEnded, fc.integer({ min: 1200, max: 4000 }), (markdown, limit) => {
        const pieces = cutUp(markdown, limit, measure, findSpans)
        expect(seenTogether(pieces)).toBe(seen(markdown))
      }),
      { numRuns: 60, endOnFailure: true },
    )
  })

  test('nothing is cut in the midst of what is one character to the eye', () => {
    const text = '👩‍👩‍👧‍👦🇩🇪👋🏽é'.repeat(300)
    const pieces = cutUp(text, 100, measure, findSpans)
    expect(pieces.length).toBeGreaterThan(10)
    for (const { text: chunk } of pieces) expect(chunk).toMatch(/^(?:👩‍👩‍👧‍👦|🇩🇪|👋🏽|é)+$/u)
  })
})

test('every chunk of 200 KB fits, whatever it holds', () => {
  const [markdown = ''] = fc.sample(
    fc.array(wellFormedEnded, { minLength: 150, maxLength: 150 }).map((list) => list.join('\n\n')),
    { numRuns: 1, seed: 1 },
  )
  expect(markdown.length).toBeGreaterThan(200_000)
  const pieces = cutUp(markdown, 2000, utf16, findSpans)
  expect(join(pieces)).toBe(markdown)
  for (const { text } of pieces) expect(text.length).toBeLessThanOrEqual(2000)
})

test('text that fits is not touched', async () => {
  expect(await split('  **as it is**\n\n', 100, utf16)).toEqual(['  **as it is**\n\n'])
})

test('a fence is closed and opened again with its language, in a list and in a quote too', async () => {
  const code = ['one()', 'two()', 'three()', 'four()'].join('\n')
  expect(await split(`~~~ts title="x"\n${code}\n~~~`, 38, utf16)).toEqual([
    '~~~ts title="x"\none()\ntwo()\n~~~',
    '~~~ts title="x"\nthree()\nfour()\n~~~',
  ])
  const quoted = `> \`\`\`js\n${code.replaceAll(/^/gm, '> ')}\n> \`\`\``
  expect(await split(quoted, 36, utf16)).toEqual([
    '> ```js\n> one()\n> two()\n> ```',
    '> ```js\n> three()\n> four()\n> ```',
  ])
  const listed = `- \`\`\`js\n${code.replaceAll(/^/gm, '  ')}\n  \`\`\`\n\n  after`
  expect(await split(listed, 36, utf16)).toEqual([
    '- ```js\n  one()\n  two()\n  ```',
    '```js\nthree()\nfour()\n```\n\nafter',
  ])
})

test('a table goes on with its head', async () => {
  const table = '| a | b |\n|---|--:|\n| 1 | 2 |\n| 3 | 4 |\n| 5 | 6 |\n| 7 | 8 |'
  expect(await split(table, 42, utf16)).toEqual([
    '| a | b |\n|---|--:|\n| 1 | 2 |\n| 3 | 4 |',
    '| a | b |\n|---|--:|\n| 5 | 6 |\n| 7 | 8 |',
  ])
})

test('emphasis is closed and opened again', async () => {
  expect(await split('**bold words *and slanted* ones**', 22, utf16)).toEqual([
    '**bold words *and***',
    '***slanted* ones**',
  ])
})

test('links, inline code and escapes stay whole', async () => {
  const text =
    'see [the long documentation](https://example.com/a) or `a b c d e f` or \\*stars\\* &amp; so on'
  for (const chunk of await split(text, 52, utf16)) {
    expect(chunk).toMatch(/^(?:[\w ]|\[[^\]]*\]\([^)]*\)|`[^`]*`|\\\*|&amp;)*$/)
  }
})

test('a heading goes with what it heads', async () => {
  const text = `${'word '.repeat(14)}\n\n## Heading\n\n${'word '.repeat(14)}`
  expect(await split(text, 100, utf16)).toEqual([
    'word '.repeat(14).trim(),
    `## Heading\n\n${'word '.repeat(14).trim()}`,
  ])
})

test('a word that would begin a block does not begin a chunk', async () => {
  for (const chunk of await split('alpha beta # gamma - delta 1. epsilon > zeta '.repeat(20), 40, utf16)) {
    expect(parse(chunk).children.map(({ type }) => type)).toEqual(['paragraph'])
  }
})

test('deep list items do not turn into code', async () => {
  const text = `- one\n    - two\n        - ${'three '.repeat(20)}\n\n            four four four\n        - five`
  const chunks = await split(text, 60, utf16)
  expect(chunks.length).toBeGreaterThan(2)
  expect(chunks.flatMap((chunk) => types(parse(chunk)))).not.toContain('code')
})

test.each([
  ['a word', 'a'.repeat(10_000)],
  ['an address', `https://example.com/${'a/'.repeat(5000)}`],
  ['a code line', `\`\`\`\n${'x'.repeat(10_000)}\n\`\`\``],
  ['a table row', `| a |\n|---|\n| ${'x'.repeat(10_000)} |`],
  ['a fence whose info is too long', `\`\`\`${'x'.repeat(5000)}\ncode\n\`\`\``],
])('%s that is longer than the limit is cut, nothing of it is lost', async (_, text) => {
  const chunks = await split(text, 500, utf16)
  expect(Math.max(...chunks.map(utf16))).toBeLessThanOrEqual(500)
  expect(letters(chunks.join(''))).toBeGreaterThanOrEqual(letters(text))
})

test.each([
  ['quotes', '>'.repeat(100_000)],
  ['brackets', '['.repeat(100_000)],
  ['stars', '*'.repeat(100_000)],
  ['stars and letters', '*a**b'.repeat(20_000)],
  ['backticks', '`a``'.repeat(25_000)],
  ['list markers', '* '.repeat(50_000)],
  ['blank quotes', '>\n'.repeat(50_000)],
  ['joiners', 'a\u200d'.repeat(50_000)],
  ['white space', ' '.repeat(100_000)],
])('a hundred thousand %s neither hang nor overflow the stack', async (_, text) => {
  const pieces = cutUp(text, 4000, utf16, findSpans)
  expect(join(pieces)).toBe(text)
  expect(pieces.length).toBeLessThan(60)
})

/** The text that was cut: what the cuts added is not in `source`. */
function join(pieces: readonly Piece[]): string {
  return pieces.map(({ source }) => source).join('')
}

function types(node: Nodes): string[] {
  return [node.type, ...('children' in node ? node.children.flatMap(types) : [])]
}

function letters(text: string): number {
  return text.match(/[axc]/g)?.length ?? 0
}
