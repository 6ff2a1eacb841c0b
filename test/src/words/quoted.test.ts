import fc from 'fast-check'
import { expect, test } from 'vitest'
import { quoted } from '../../../src/words/quoted.ts'

test('a quotation is one short line of whole characters that cannot be left', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const said = quoted(text)
      expect(said).not.toMatch(/[`\r\n]/)
      expect(said.length).toBeLessThanOrEqual(40)
      expect(said.isWellFormed()).toBe(true)
    }),
  )
})

test.each([
  ['birds', 'birds'],
  ['  a\n\tb ', 'a b'],
  ['`rm`', "'rm'"],
  ['x'.repeat(50), `${'x'.repeat(39)}…`],
])('%j is said back as %j', (text, said) => {
  expect(quoted(text)).toBe(said)
})
