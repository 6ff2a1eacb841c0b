import { expect, test } from 'vitest'
import { Newest } from '../../../src/contract.ts'

test('so many are kept, the newest of them; what is put in again is new again', () => {
  const newest = new Newest<number>(2)
  newest.set('a', 1)
  newest.set('b', 2)
  expect(newest.set('a', 3)).toBe(3)
  newest.set('c', 4)
  expect(['a', 'b', 'c'].map((key) => newest.get(key))).toEqual([3, undefined, 4])
  newest.delete('a')
  expect([newest.has('a'), newest.has('c')]).toEqual([false, true])
  newest.clear()
  expect(newest.has('c')).toBe(false)
})
