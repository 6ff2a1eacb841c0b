import { beforeEach, expect, test, vi } from 'vitest'
import { Budget } from '../../../adapters/discord/budget.ts'

beforeEach(() => {
  vi.useFakeTimers()
  return () => vi.useRealTimers()
})

test('of the calls of a second the typing sign takes a part, drafts a larger one, and the rest is for what is final', () => {
  const budget = new Budget()
  for (let call = 0; call < 19; call += 1) budget.called()
  expect(budget.hasRoomForTyping()).toBe(true)
  budget.called()
  expect(budget.hasRoomForTyping()).toBe(false)
  vi.advanceTimersByTime(400)
  for (let call = 0; call < 20; call += 1) {
    budget.forDraft('POST', '1')
    budget.called()
  }
  const early = expect.objectContaining({ code: 'throttled', draftsOnly: true, retryAfter: 600 })
  expect(() => budget.forDraft('POST', '1')).toThrow(early)
  vi.advanceTimersByTime(600)
  expect(() => budget.forDraft('POST', '1')).not.toThrow()
  expect(budget.hasRoomForTyping()).toBe(false)
  vi.advanceTimersByTime(400)
  expect(budget.hasRoomForTyping()).toBe(true)
})
