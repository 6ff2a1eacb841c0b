import { expect, test, vi } from 'vitest'
import { createChannel } from '../../../src/claude/channel.ts'
import { createWatch } from '../../../src/claude/watch.ts'

test('events wait for their reader, and their reader for events', async () => {
  const channel = createChannel<number>()
  channel.push(1)
  channel.push(2)
  const read: number[] = []
  const reading = (async () => {
    for await (const event of channel.events) {
      read.push(event)
      if (event === 2) queueMicrotask(() => channel.push(3))
      if (event === 3) channel.end()
    }
  })()
  await reading
  channel.push(4)
  expect(read).toEqual([1, 2, 3])
})

test('silence counts from the last sound, and not while something is held', () => {
  vi.useFakeTimers()
  const heard: string[] = []
  const on = { timeout: () => heard.push('timeout'), silence: () => heard.push('silence') }
  const watch = createWatch({ timeout: 1000, silence: 100 }, on)
  vi.advanceTimersByTime(90)
  watch.heard()
  vi.advanceTimersByTime(90)
  watch.hold('tool')
  vi.advanceTimersByTime(500)
  watch.release('tool')
  vi.advanceTimersByTime(90)
  expect(heard).toEqual([])
  vi.advanceTimersByTime(20)
  expect(heard).toEqual(['silence'])
  vi.advanceTimersByTime(1000)
  expect(heard).toEqual(['silence', 'timeout'])
  vi.useRealTimers()
})

test('an ended watch calls nobody, and no limit is too long for a timer', () => {
  vi.useFakeTimers()
  const never = vi.fn<() => void>()
  createWatch({ timeout: 10, silence: 10 }, { timeout: never, silence: never }).end()
  const watch = createWatch({ timeout: 2 ** 40, silence: Infinity }, { timeout: never, silence: never })
  vi.advanceTimersByTime(1_000_000)
  watch.end()
  expect(never).not.toHaveBeenCalled()
  vi.useRealTimers()
})
