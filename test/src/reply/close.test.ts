import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { closeOpen, latest } from '../../../src/reply/markdown/close.ts'
import { plain } from '../../../src/reply/markdown/plain.ts'
import { anyMarkdown } from './arbitrary.ts'

const utf16 = (text: string): number => text.length

describe('closeOpen', () => {
  test.each([
    ['a fence', '```ts\nconst a', '```ts\nconst a\n```'],
    ['a fence in a quote', '> ~~~~\n> a', '> ~~~~\n> a\n> ~~~~'],
    ['a fence in a list', '- a\n\n  ```\n  b\n', '- a\n\n  ```\n  b\n  ```'],
    ['bold', 'some **bold wor', 'some **bold wor**'],
    ['bold with a slanted word', '**bold *and ', '**bold *and***'],
    ['inline code', 'run `npm te', 'run `npm te`'],
    ['crossed-out text', 'so ~~much', 'so ~~much~~'],
  ])('closes %s', (_, open, closed) => expect(closeOpen(open)).toBe(closed))

  test.each([
    'plain',
    '**done**',
    '`x` and *y*',
    'snake_case_name',
    '2 * 3',
    '\\*star',
    '```\na\n```',
    '* item',
    '',
  ])('leaves %j alone', (text) => expect(closeOpen(text)).toBe(text))
})

describe('latest', () => {
  test('shows the end of what is too long, in a fence of its own', () => {
    const text = `intro\n\n\`\`\`ts\n${'line()\n'.repeat(20)}`
    expect(latest(text, 50, utf16)).toBe('…\n\n```ts\nline()\nline()\nline()\nline()\nline()\n```')
  })

  test('shows the last words of one long line', () => {
    expect(latest('word '.repeat(50), 30, utf16)).toMatch(/^…\n\n(?:word ?)+$/)
  })

  test('always fits', () => {
    fc.assert(
      fc.property(anyMarkdown, fc.integer({ min: 20, max: 500 }), (markdown, limit) => {
        expect(latest(markdown, limit, utf16).length).toBeLessThanOrEqual(limit)
      }),
      { numRuns: 100, endOnFailure: true },
    )
  })
})

describe('plain', () => {
  test('keeps the words and the links, drops fences, table rules, marks and control characters', () => {
    const markdown = '## A **b**\n\n```js\nx()\n```\n| a | b |\n|---|---|\n| 1 | [t](u) |\u0000\ud800'
    expect(plain(markdown)).toBe('A b\n\nx()\n| a | b |\n| 1 | [t](u) |\ufffd')
  })

  test('is never longer', () => {
    fc.assert(
      fc.property(anyMarkdown, (markdown) => {
        expect(plain(markdown).length).toBeLessThanOrEqual(markdown.length)
      }),
      { numRuns: 100, endOnFailure: true },
    )
  })
})
