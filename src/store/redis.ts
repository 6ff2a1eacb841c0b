/** Records in Redis, by @keyv/redis. */
import type { Backend } from './backend.ts'
import { StoreError } from './error.ts'
import { connectRedis, redisFailure, within } from './redis-client.ts'
import { redisLock } from './redis-lock.ts'

/** Connects; see {@link connectRedis}. `shared`: other processes change the same rows. */
export async function openRedis(url: string, shared = false): Promise<Backend> {
  const { client, place } = await connectRedis(url)
  const failure = (error: unknown, doing: string): StoreError => redisFailure(error, doing, place)
  const { default: KeyvRedis } = await import('@keyv/redis')
  const options = { throwOnErrors: true, throwOnConnectError: true }
  // Keyv sets the namespace on the adapter that it is given, so each namespace has one of its own.
  const adapters = new Map<string, InstanceType<typeof KeyvRedis<string>>>()
  const adapter = (namespace: string): InstanceType<typeof KeyvRedis<string>> => {
    const known = adapters.get(namespace) ?? new KeyvRedis<string>(client, options)
    adapters.set(namespace, known)
    return known
  }
  const underWay = new Set<Promise<unknown>>()
  let closed: Promise<void> | undefined
  const run = <T>(operation: () => Promise<T>): Promise<T> => {
    // @keyv/redis would connect again by itself.
    if (closed !== undefined) return Promise.reject(new StoreError('failed', 'The store is closed.'))
    const work = within(operation())
    const done = work.finally(() => underWay.delete(done))
    underWay.add(done)
    return done
  }
  return {
    adapter,
    ...(shared ? { exclusive: redisLock(client, run, busy) } : {}),
    async *keys(namespace) {
      for await (const [key] of adapter(namespace).iterator(namespace)) yield key
    },
    run,
    failure,
    close: () => {
      // The client's own close() waits for ever on a server that does not answer.
      closed ??= Promise.allSettled(underWay).then(() => client.destroy())
      return closed
    },
  }
}

function busy(name: string): StoreError {
  return new StoreError('unreachable', `Could not change ${name}: another process did not let go of it.`)
}
