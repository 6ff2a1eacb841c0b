/** Work that one process at a time does on a shared Redis: rows are read, changed and written there in three steps. */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Exclusive } from './lanes.ts'

/** What the lock needs of a client. */
interface Client {
  set(key: string, value: string, options: { NX: true; PX: number }): Promise<unknown>
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>
}

/** A process that dies inside keeps the others out for so long. Longer than any single change takes. */
const HELD_MS = 10_000
const RETRY_MS = 10

const unlock = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end`

/** `run`: gives up on what takes too long. Rejects with what `timedOut` makes when nobody lets go in time. */
export function redisLock(
  client: Client,
  run: <T>(operation: () => Promise<T>) => Promise<T>,
  timedOut: (name: string) => Error,
): Exclusive {
  return async (name, work) => {
    const [key, token] = [`parley-lock:${name}`, randomUUID()]
    const until = performance.now() + 2 * HELD_MS
    while ((await run(() => client.set(key, token, { NX: true, PX: HELD_MS }))) === null) {
      if (performance.now() > until) throw timedOut(name)
      await sleep(RETRY_MS * (1 + Math.random()))
    }
    try {
      return await work()
    } finally {
      // Where Redis is away by now, the lock ends by itself.
      await run(() => client.eval(unlock, { keys: [key], arguments: [token] })).catch(() => undefined)
    }
  }
}
