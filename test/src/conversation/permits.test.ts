import { expect, test } from 'vitest'
import { Shares, createPermits } from '../../../src/conversation/permits.ts'

const never = new AbortController().signal

test('no more run at a time than there are permits; who waits is next', async () => {
  const permits = createPermits(1)
  const release = await permits.acquire(never)
  let second = false
  const waiting = permits.acquire(never).then((give) => ((second = true), give))
  await Promise.resolve()
  expect(second).toBe(false)
  release()
  ;(await waiting)()
  expect(second).toBe(true)
})

test('whoever is aborted while waiting leaves, and holds up nobody', async () => {
  const permits = createPermits(1)
  const release = await permits.acquire(never)
  const impatient = new AbortController()
  const given = permits.acquire(impatient.signal)
  const next = permits.acquire(never)
  impatient.abort(new Error('stopped'))
  await expect(given).rejects.toThrow('stopped')
  release()
  ;(await next)()
  await expect(permits.acquire(AbortSignal.abort(new Error('late')))).rejects.toThrow('late')
})

test('more permits let more run at once', async () => {
  const permits = createPermits(1)
  await permits.acquire(never)
  const second = permits.acquire(never)
  permits.resize(2)
  expect(await second).toBeTypeOf('function')
})

test('one person has no more turns at a time than allowed, and keeps nobody else out', async () => {
  const shares = new Shares(createPermits(2), () => 1)
  const give = await shares.of('ann').acquire(never)
  let second = false
  const waiting = shares
    .of('ann')
    .acquire(never)
    .then((release) => ((second = true), release))
  const other = await shares.of('bob').acquire(never)
  other()
  expect(second).toBe(false)
  give()
  ;(await waiting)()
  expect(second).toBe(true)
})
