/** The model of a working day, held against what can be reckoned by hand. */
import { expect, test } from 'vitest'
import { costsOf } from '../../bench/simulate/costs.ts'
import { simulateDay } from '../../bench/simulate/day.ts'
import { habits, machine, measured } from '../../bench/simulate/habits.ts'

test('as many turns as people, visits and messages give, the same for the same seed, in proportion to the users', () => {
  const day = simulateDay({ users: 20_000, habits, idleSeconds: 600, seed: 1 })
  expect(day.turns / (20_000 * habits.active * habits.visits * habits.turns)).toBeCloseTo(1, 1)
  expect(simulateDay({ users: 20_000, habits, idleSeconds: 600, seed: 1 })).toEqual(day)
  const half = simulateDay({ users: 10_000, habits, idleSeconds: 600, seed: 2 })
  expect(day.warm / half.warm).toBeCloseTo(2, 0)
})

test('Little’s law: turns that run at a time are their rate times their length', () => {
  // Everybody once, around one hour: the rate at its height is that of a normal distribution.
  const even = {
    ...habits,
    active: 1,
    visits: 1,
    turns: 1,
    turnSeconds: { median: 60, p95: 60 },
    peaks: [{ hour: 12, spread: 1 }],
  }
  const day = simulateDay({ users: 1_000_000, habits: even, idleSeconds: 600, seed: 3 })
  const rate = 1_000_000 / (3600 * Math.sqrt(2 * Math.PI))
  expect(day.running / (rate * 60)).toBeCloseTo(1, 1)
  expect(day.warm / (rate * 660)).toBeCloseTo(1, 1)
  expect(day.cold).toBe(day.turns)
})

test('a longer idleTimeout keeps more warm and starts fewer; machines follow from what is scarce', () => {
  const [long, short] = [600, 30].map((idleSeconds) =>
    simulateDay({ users: 50_000, habits, idleSeconds, seed: 1 }),
  )
  if (long === undefined || short === undefined) throw new Error('two days')
  expect(long.warm).toBeGreaterThan(2 * short.warm)
  expect(long.cold).toBeLessThan(short.cold / 2)
  expect(long.running).toBe(short.running)
  const assumed = { habits, measured, machine }
  expect(costsOf(50_000, long, assumed)).toMatchObject({ by: 'memory' })
  const busy = { ...assumed, habits: { ...habits, toolCpuSeconds: 60 } }
  expect(costsOf(50_000, short, busy)).toMatchObject({ by: 'cores' })
  expect(costsOf(10, simulateDay({ users: 10, habits, idleSeconds: 600, seed: 1 }), assumed).machines).toBe(1)
})
