/** The line editor: keys in, text and cursor out. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { continues, edit, type Edited, empty, insert, layOut } from '../../../adapters/terminal/editor.ts'
import { clusters, width } from '../../../adapters/terminal/width.ts'

const history = ['first', 'second\nof two lines']

/** `^w` is Ctrl-W, `<left>` a named key; all else is typed. */
function press(...keys: readonly string[]): Edited {
  return keys.reduce((state, key) => {
    const ctrl = key.length === 2 && key.startsWith('^')
    const named = /^<(.+)>$/.exec(key)?.[1]
    if (ctrl) return edit(state, { name: key.slice(1), ctrl: true }, history)
    if (named !== undefined) return edit(state, { name: named }, history)
    return insert(state, key)
  }, empty)
}

test.each([
  [['one two', '^w', 'three'], 'one three', 9],
  [['one two', '^a', 'zero '], 'zero one two', 5],
  [['one two', '<left>', '<left>', '<left>', '^k', '^y', '^y'], 'one twotwo', 10],
  [['family 👩‍👩‍👧', '<backspace>'], 'family ', 7],
  [['日本', '<left>', '<delete>'], '日', 1],
  [['draft', '<up>'], 'second\nof two lines', 19],
  [['draft', '<up>', '<up>', '<up>'], 'first', 5],
  [['draft', '<up>', '<up>', '<up>', '<down>', '<down>'], 'draft', 5],
  [['above\nbelow', '<up>'], 'above\nbelow', 5],
  [['above\nbelow', '^u'], 'above\n', 6],
])('%j', (keys, text, cursor) => {
  expect(press(...keys)).toMatchObject({ text, cursor })
})

test('up and down keep the column, never within a character', () => {
  expect(press('👍🏽', '\n', 'a', '<up>').cursor).toBe(0)
  expect(press('👍🏽', '\n', 'a', 'b', '<up>').cursor).toBe(4)
  expect(press('a', 'b', 'c', '\n', '👍🏽', '<up>').cursor).toBe(2)
  expect(press('a', '\n', '👍🏽', 'b', '<up>', '<down>').cursor).toBe(2)
})

test('the cursor is always at the edge of a character, and every row fits', () => {
  const key = fc.constantFrom(
    'a',
    ' ',
    '日',
    '👍🏽',
    '\n',
    'é',
    '<left>',
    '<right>',
    '<up>',
    '<down>',
    '<backspace>',
    '<delete>',
    '^w',
    '^k',
    '^y',
    '^a',
    '^e',
  )
  fc.assert(
    fc.property(fc.array(key, { maxLength: 60 }), fc.integer({ min: 4, max: 20 }), (keys, columns) => {
      const state = press(...keys)
      const edges = clusters(state.text).reduce(
        (all, cluster) => [...all, (all.at(-1) ?? 0) + cluster.length],
        [0],
      )
      expect(edges).toContain(state.cursor)
      const { rows, row, column } = layOut(state, columns)
      expect(rows.join('')).toBe(state.text.replaceAll('\n', ''))
      for (const text of rows) expect(width(text)).toBeLessThanOrEqual(columns)
      expect(column).toBeLessThanOrEqual(width(rows[row] ?? ''))
    }),
  )
})

test.each([
  ['one \\', true],
  ['one \\\\', false],
  ['one', false],
])('%j goes on in the next line: %s', (text, expected) => {
  expect(continues(insert(empty, text))).toBe(expected)
})
