import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Adapter, Reply, Sent } from '../../../src/contract.ts'
import { AdapterError } from '../../../src/contract.ts'
import { guard } from '../../../src/reply/guard.ts'

const address = { adapter: 'x', channel: 'c' }
const asker = { id: 'u' }
const reply: Reply = { kind: 'text', key: 'k', markdown: 'hi', tone: 'answer' }
const sent: Sent = { address, id: '1' }
const view = { markdown: '', tools: [] }

function adapter(changes: Partial<Adapter>): Adapter {
  return guard({
    name: 'x',
    limits: { text: 10, buttons: 4, editEvery: 0 },
    start: () => Promise.resolve(),
    stop: () => Promise.resolve(),
    measure: (markdown) => markdown.length,
    send: () => Promise.resolve(sent),
    ...changes,
  })
}

function forever<T>(): Promise<T> {
  return Promise.withResolvers<T>().promise
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('a call that never comes back is an outage after a minute, and is told to stop', async () => {
  let signal: AbortSignal | undefined
  const hanging = adapter({
    send: (_to, _reply, given) => {
      signal = given
      return forever()
    },
  })
  const failed = hanging.send(address, reply).catch((error: unknown) => error)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(await failed).toMatchObject({ code: 'network', uncertain: true })
  expect(signal?.aborted).toBe(true)
})

test('what an adapter throws of its own is an unknown fault, and keeps its cause', async () => {
  const cause = new TypeError('x is not a function')
  const broken = adapter({
    send: () => Promise.reject(cause),
    measure: () => {
      throw cause
    },
  })
  await expect(broken.send(address, reply)).rejects.toMatchObject({ code: 'unknown', cause })
  expect(() => broken.measure('x')).toThrow(AdapterError)
})

test('a send that does not say what it sent is in doubt', async () => {
  // What a module written in JavaScript may do.
  const broken = adapter({ send: () => Promise.resolve(JSON.parse('{}')) })
  await expect(broken.send(address, reply)).rejects.toMatchObject({ uncertain: true })
})

test('a chat that shows no turn natively has no stream', () => {
  expect(adapter({ stream: () => undefined }).stream?.(address, 'k', asker)).toBeUndefined()
})

test('a stream that cannot be opened fails at its first view; to abandon it is safe', async () => {
  const stream = adapter({
    stream: () => {
      throw new Error('no streams today')
    },
  }).stream?.(address, 'k', asker)
  await expect(stream?.show(view)).rejects.toMatchObject({ code: 'unknown' })
  await expect(stream?.abandon()).resolves.toBeUndefined()
})

test('a stream whose end hangs or throws holds up nobody', async () => {
  const stream = adapter({
    stream: () => ({
      show: () => Promise.resolve(),
      finish: () => forever(),
      abandon: () => Promise.reject(new Error('gone')),
    }),
  }).stream?.(address, 'k', asker)
  await stream?.show(view)
  const end = { kind: 'text', key: 'k', markdown: '', tone: 'answer' } as const
  const finished = stream?.finish(end).catch((error: unknown) => error)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(await finished).toMatchObject({ message: expect.stringContaining('did not answer finish') })
  await expect(stream?.abandon()).resolves.toBeUndefined()
})

test('what an adapter cannot do stays absent', () => {
  expect(Object.keys(adapter({}))).toEqual(['name', 'limits', 'start', 'stop', 'measure', 'send'])
})

test.each([
  [Number.NaN, undefined],
  [-1, undefined],
  [Infinity, 3_600_000],
  [1500, 1500],
])('a wait of %s ms counts as %s', (retryAfter, counted) => {
  expect(new AdapterError('throttled', 'slow down', { retryAfter }).retryAfter).toBe(counted)
})
