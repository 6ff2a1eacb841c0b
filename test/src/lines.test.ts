import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { lineSplitter } from '../../src/lines.ts'

/** The lines of a text that comes in the given pieces. */
function split(bytes: Buffer, cuts: readonly number[], most = 1000): { lines: string[]; tooLong: number[] } {
  const lines: string[] = []
  const tooLong: number[] = []
  const push = lineSplitter({ line: (text) => lines.push(text), tooLong: (size) => tooLong.push(size) }, most)
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].toSorted((a, b) => a - b)
  let start = 0
  for (const end of ends) {
    push(bytes.subarray(start, end))
    start = end
  }
  return { lines, tooLong }
}

test('lines come whole, however the bytes are cut', () => {
  const line = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\n') && text.trim() !== '')
  fc.assert(
    fc.property(fc.array(line), fc.array(fc.nat()), (all, cuts) => {
      const bytes = Buffer.from(all.map((one) => `${one}\n`).join(''))
      expect(split(bytes, cuts, bytes.length + 1).lines).toEqual(all)
    }),
  )
})

test('empty lines are none, and the last one waits for its end', () => {
  expect(split(Buffer.from('a\n\n \nb\nc'), []).lines).toEqual(['a', 'b'])
})

test('a line beyond the bound is lost, those around it are not', () => {
  const bytes = Buffer.from(`before\n${'x'.repeat(50)}\nafter\n`)
  fc.assert(
    fc.property(fc.array(fc.nat()), (cuts) => {
      expect(split(bytes, cuts, 20)).toEqual({ lines: ['before', 'after'], tooLong: [50] })
    }),
  )
})
