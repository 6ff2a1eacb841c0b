/** Feishu's rates, kept before Feishu has to ask for it. */
import { beforeEach, expect, test, vi } from 'vitest'
import { Budget } from '../../../adapters/lark/budget.ts'

beforeEach(() => {
  vi.useFakeTimers()
  return () => vi.useRealTimers()
})

test('five messages at once, the rest as the second has room; each chat for itself', () => {
  const budget = new Budget()
  expect(Array.from({ length: 5 }, () => budget.take('post', 'oc_1'))).toEqual([0, 0, 0, 0, 0])
  expect(budget.take('post', 'oc_1')).toBe(1150)
  expect(budget.take('post', 'oc_2')).toBe(0)
  vi.advanceTimersByTime(1150)
  expect(budget.take('post', 'oc_1')).toBe(0)
})

test('whoever waits has a place in the line, unless it is too long', () => {
  const budget = new Budget()
  const waits = Array.from({ length: 11 }, () => budget.queue('post', 'oc_1', 2000)?.wait)
  expect(waits).toEqual([0, 0, 0, 0, 0, 1150, 1150, 1150, 1150, 1150, undefined])
})

test('a call that takes long counts from its answer on: Feishu may have seen it that late', () => {
  const budget = new Budget()
  const turns = Array.from({ length: 5 }, () => budget.queue('post', 'oc_1', 0))
  vi.advanceTimersByTime(1000)
  expect(budget.queue('post', 'oc_1', 1000)).toBeUndefined()
  for (const turn of turns) turn?.[Symbol.dispose]()
  vi.advanceTimersByTime(1000)
  expect(budget.queue('post', 'oc_1', 1000)?.wait).toBe(150)
})
