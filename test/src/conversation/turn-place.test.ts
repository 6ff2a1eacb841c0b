import { expect, test } from 'vitest'
import { createPermits } from '../../../src/conversation/permits.ts'
import { Place } from '../../../src/conversation/turn-place.ts'

const never = new AbortController().signal

test('two decisions at once share one place', async () => {
  const permits = createPermits(1)
  const place = new Place(permits, never)
  await Promise.all([place.take(), place.take()])
  place[Symbol.dispose]()
  // Were a second permit taken and forgotten, nobody would ever run again.
  const next = new Place(permits, never)
  await next.take()
  next[Symbol.dispose]()
  expect(await permits.acquire(never)).toBeTypeOf('function')
})

test('a place that comes when its turn is over goes to the next', async () => {
  const permits = createPermits(1)
  const release = await permits.acquire(never)
  const place = new Place(permits, never)
  const taking = place.take()
  place[Symbol.dispose]()
  await expect(taking).rejects.toThrow('the turn is over')
  release()
  expect(await permits.acquire(never)).toBeTypeOf('function')
})

test('nobody waits for a place when the turn is to end', async () => {
  const permits = createPermits(1)
  await permits.acquire(never)
  const ended = new AbortController()
  const taking = new Place(permits, ended.signal).take()
  ended.abort(new Error('closing'))
  await expect(taking).rejects.toThrow('closing')
})

test('left and taken again', async () => {
  const permits = createPermits(1)
  const place = new Place(permits, never)
  await place.take()
  place.leave()
  const release = await permits.acquire(never)
  const again = place.take()
  release()
  await again
  place[Symbol.dispose]()
  expect(await permits.acquire(never)).toBeTypeOf('function')
})
