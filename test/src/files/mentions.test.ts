import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { mentionsIn } from '../../../src/files/mentions.ts'

test.each([
  ['see @a.txt', [['a.txt']]],
  ['(@src/a.ts), please', [['src/a.ts),', 'src/a.ts)', 'src/a.ts']]],
  ['@"with blanks.txt"!', [['with blanks.txt']]],
  ['看。@报告.md。', [['报告.md。', '报告.md']]],
  ['@a.txt @a.txt', [['a.txt']]],
  ['zoe@example.com, a.b+c@d.org', []],
  ['@/etc/passwd @~/x @../x @a/../../x @"/etc/x"', []],
  ['@ alone', []],
  ['above: @.., or @../..; or @..', [['..,', '.']]],
])('%j', (text, expected) => {
  expect(mentionsIn(text)).toEqual(expected)
})

test('whatever is written, nothing beyond the workspace is named, and not without bound', () => {
  const words = fc.constantFrom('@', '..', '/', 'a', '"', ' ', '~', '\\', '.', 'b.txt', '\n')
  fc.assert(
    fc.property(fc.array(words, { maxLength: 200 }), (parts) => {
      const found = mentionsIn(parts.join(''))
      expect(found.length).toBeLessThanOrEqual(20)
      for (const path of found.flat()) expect(path).not.toMatch(/^[/~]|(^|\/)\.\.(\/|$)/)
    }),
  )
})
