import { expect, test } from 'vitest'
import { type Permits, Shares, createPermits } from '../../../src/conversation/permits.ts'

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
  const shares = new Shares(
    createPermits(2),
    () => 1,
    () => undefined,
  )
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

test('a turn hears that its person alone keeps it waiting, and whoever left hears that there is room', async () => {
  const freed: string[] = []
  const shares = new Shares(
    createPermits(1),
    () => 1,
    (person) => freed.push(person),
  )
  const waits: string[] = []
  const of = (person: string, name: string): Pick<Permits, 'acquire'> =>
    shares.of(person, (forOwn) => waits.push(`${name} ${forOwn}`))
  const give = await of('ann', 'first').acquire(never)
  const left = new AbortController()
  const second = of('ann', 'second').acquire(left.signal)
  // Bob waits for the whole bot, not for himself.
  const bobs = of('bob', 'bob').acquire(never)
  await new Promise(setImmediate)
  expect(waits).toEqual(['first false', 'first false', 'second true', 'bob false', 'bob false'])
  left.abort(new Error('parked'))
  await expect(second).rejects.toThrow('parked')
  expect(waits.at(-1)).toBe('second false')
  expect(freed).toEqual([])
  give()
  expect(freed).toEqual(['ann'])
  ;(await bobs)()
  expect(freed).toEqual(['ann', 'bob'])
})

test('room that comes in the moment in which a turn leaves its line is told of after it left', async () => {
  const freed: string[] = []
  const shares = new Shares(
    createPermits(2),
    () => 1,
    (person) => freed.push(person),
  )
  const give = await shares.of('ann').acquire(never)
  const left = new AbortController()
  const second = shares.of('ann').acquire(left.signal)
  give()
  left.abort(new Error('parked'))
  freed.length = 0
  await expect(second).rejects.toThrow('parked')
  expect(freed).toEqual(['ann'])
})
