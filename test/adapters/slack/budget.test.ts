import { beforeEach, expect, test, vi } from 'vitest'
import { Budget } from '../../../adapters/slack/budget.ts'

beforeEach(() => {
  vi.useFakeTimers()
  return () => vi.useRealTimers()
})

test('some calls go at once, the rest as the minute has room; each channel for itself', () => {
  const budget = new Budget()
  expect(Array.from({ length: 5 }, () => budget.take('post', 'C1'))).toEqual([0, 0, 0, 0, 0])
  expect(budget.take('post', 'C1')).toBe(1000)
  expect(budget.take('post', 'C2')).toBe(0)
  vi.advanceTimersByTime(1000)
  expect(budget.take('post', 'C1')).toBe(0)
  expect(budget.take('post', 'C1')).toBe(1000)
})

test('whoever waits has a place in the line, unless it is too long', () => {
  const budget = new Budget()
  for (let call = 0; call < 5; call += 1) budget.book('post', 'C1')
  expect(budget.queue('post', 'C1', 2500)).toBe(1000)
  expect(budget.queue('post', 'C1', 2500)).toBe(2000)
  expect(budget.queue('post', 'C1', 2500)).toBeUndefined()
})

test('channels that nobody writes to any more are forgotten', () => {
  const budget = new Budget()
  for (let channel = 0; channel < 1000; channel += 1) budget.book('post', `C${channel}`)
  vi.advanceTimersByTime(60_000)
  for (let channel = 0; channel < 10; channel += 1) budget.book('post', `D${channel}`)
  expect(budget.size).toBeLessThan(20)
})
