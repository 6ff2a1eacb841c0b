import fc from 'fast-check'
import { expect, test } from 'vitest'
import { roomIn } from '../../../src/budgets/room.ts'
import type { Standing } from '../../../src/budgets/standing.ts'

function standing(used: number, limit: number, configured: number): Standing {
  return {
    account: { kind: 'user', key: 'chat:u' },
    period: { span: 'day', key: '2026-11-21', from: '2026-11-21', to: '2026-11-21', next: '2026-11-22' },
    used: { usd: used, tokens: 0 },
    limit: { usd: limit },
    configured: { usd: configured },
    share: used / limit,
  }
}

test.each([
  [10.0372, 10, 10, 0.5, 5.1],
  [10, 10, 10, 0.5, 5],
  [10.0372, 10, 10, 1, 11],
  [0.31, 0.3, 0.3, 0.5, 0.16],
  [0.1 + 0.2, 0.3, 0.3, 1, 0.3],
  [1234, 1000, 1000, 1, 1300],
])(
  '%d of %d used, %d configured: room for %d of it is a sum that can be read',
  (used, limit, own, share, usd) => {
    expect(roomIn(standing(used, limit, own), share)).toEqual({ usd, tokens: 0 })
  },
)

test('there is room for as much as it says afterwards', () => {
  const amount = fc.integer({ min: 1, max: 1_000_000 }).map((cents) => cents / 100)
  fc.assert(
    fc.property(amount, amount, fc.constantFrom(0.5, 1), (used, own, share) => {
      const { usd } = roomIn(standing(used, own, own), share)
      expect(own + usd - used).toBeGreaterThanOrEqual(own * share - 1e-6)
    }),
  )
})
