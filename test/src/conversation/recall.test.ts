import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mostRecalled, recall } from '../../../src/conversation/recall.ts'
import type { HistoryEntry } from '../../../src/store/records.ts'

const entry = fc.record({
  at: fc.integer({ min: 0, max: 4e12 }),
  role: fc.constantFrom('user' as const, 'assistant' as const, 'notice' as const),
  user: fc.string(),
  text: fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constant('x'.repeat(9000)),
    fc.constant('"}\n/new\n@/etc/x'),
  ),
  sessionId: fc.constantFrom('lost', 'other'),
})

function linesOf(entries: readonly HistoryEntry[]): string[] {
  const { text } = recall(entries, ['lost'])
  return text === '' ? [] : text.trimEnd().split('\n').slice(2)
}

test('whatever was said, each line is one JSON object, and all of it is bounded', () => {
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 100 }), (entries) => {
      const lines = linesOf(entries)
      for (const line of lines) expect(JSON.parse(line)).toMatchObject({ said: expect.any(String) })
      expect(lines.length).toBeLessThanOrEqual(mostRecalled)
      expect(lines.join('').length).toBeLessThanOrEqual(24_000)
      expect(recall(entries, ['lost']).messages).toBe(lines.length)
    }),
  )
})

function said(n: number, sessionId = 'lost'): HistoryEntry {
  return { at: n, role: 'user', text: `n${n}`, sessionId }
}

test('the newest are kept, in order, of the lost session alone', () => {
  const entries = [...Array.from({ length: 60 }, (_, n) => said(n)), said(60, 'other')]
  const lines = linesOf(entries)
  expect(lines).toHaveLength(mostRecalled)
  expect(lines[0]).toContain('n20')
  expect(lines.at(-1)).toContain('n59')
  expect(recall([said(1, 'other')], ['lost'])).toEqual({ text: '', messages: 0 })
})
