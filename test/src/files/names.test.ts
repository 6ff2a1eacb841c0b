import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { nameKey, numbered, safeName } from '../../../src/files/names.ts'

test.each([
  ['report.pdf', 'report.pdf'],
  ['../../etc/passwd', 'passwd'],
  ['C:\\Users\\ann\\cat.png', 'cat.png'],
  ['..', 'file'],
  ['', 'file'],
  ['.mcp.json', 'mcp.json'],
  ['--help', 'help'],
  ['a\u0000b\n\u202Ecod.exe', 'abcod.exe'],
  ['two  words .txt. ', 'two words .txt'],
  ['报告 2026.docx', '报告 2026.docx'],
  ['$(rm -rf ~)`.sh', '(rm -rf ~)-.sh'],
])('%j becomes %j', (name, safe) => {
  expect(safeName(name)).toBe(safe)
})

test('a safe name is one visible name of bounded length, and stays as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (name) => {
      const safe = safeName(name)
      expect(safe).not.toBe('')
      expect(safe).not.toMatch(/[/\\\p{C}]|^[.\s-]|[.\s]$/u)
      expect(Buffer.byteLength(safe)).toBeLessThanOrEqual(120)
      expect(safeName(safe)).toBe(safe)
    }),
  )
})

test('a long name keeps its extension', () => {
  expect(safeName(`${'长'.repeat(200)}.pdf`)).toMatch(/^长{38}\.pdf$/)
})

test('numbers go before the extension', () => {
  const [first, second, third] = numbered('a.tar')
  expect([first, second, third]).toEqual(['a.tar', 'a-2.tar', 'a-3.tar'])
})

test('names that differ in case or form alone have one key', () => {
  expect(nameKey('É.TXT')).toBe(nameKey('e\u0301.txt'))
})
