import { createServer } from 'node:net'
import { once } from 'node:events'
import { createClient } from '@keyv/redis'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openStore } from '../../../src/store/store.ts'
import type { Store } from '../../../src/store/store.ts'
import { describeWith } from '../../rig/needs.ts'
import { storeContract } from './contract.ts'
import { freePort, startRedis } from '../../rig/redis.ts'
import { collect, entry, session, usage } from './values.ts'

const unreachable = { name: 'StoreError', code: 'unreachable' }
const file = '/nonexistent/never-used.db'

async function open(url: string): Promise<Store> {
  const store = await openStore({ url, file })
  onTestFinished(() => store.close())
  return store
}

describeWith('redis-server', 'Redis', () => {
  storeContract('Redis', async () => {
    const { url } = await startRedis()
    return {
      open: () => openStore({ url, file }),
      async damage(part, text) {
        const client = createClient({ url })
        await client.connect()
        for (const key of await client.keys(`*${part}*`)) await client.set(key, text)
        client.destroy()
      },
    }
  })

  describe('a Redis that fails', () => {
    test('with the right password it opens; with a wrong one it says so, without the password', async () => {
      const { port } = await startRedis({ password: 'right-secret' })
      const store = await open(`redis://:right-secret@127.0.0.1:${port}`)
      await store.sessions.set(session('a'))
      for (const login of [':wrong-secret@', '']) {
        const opened = openStore({ url: `redis://${login}127.0.0.1:${port}`, file })
        const error: unknown = await opened.catch((error: unknown) => error)
        expect(error).toMatchObject({ name: 'StoreError', code: 'failed' })
        expect(String(error)).toContain(`127.0.0.1:${port}`)
        expect(inspectAll(error)).not.toContain('wrong-secret')
      }
    })

    test('killed in mid-flight: every operation under way is an error, none hangs', async () => {
      const redis = await startRedis()
      const store = await open(redis.url)
      await store.sessions.set(session('a'))
      await redis.signal('SIGSTOP')
      const work = [
        store.sessions.set(session('b')),
        store.sessions.get('a'),
        store.sessions.delete('a'),
        store.history.append('c', [entry('x')]),
        store.usage.book({ person: 'u', accounts: [] }, 1, usage),
        collect(store.sessions.all()),
      ]
      const settled = Promise.allSettled(work)
      await redis.signal('SIGKILL')
      for (const result of await settled)
        expect(result).toMatchObject({ status: 'rejected', reason: unreachable })
    })

    test('frozen: operations are given up, and closing does not wait for it', async () => {
      const redis = await startRedis()
      const store = await open(redis.url)
      await redis.signal('SIGSTOP')
      const [read, closed] = await Promise.allSettled([store.sessions.get('a'), store.close()])
      expect(read).toMatchObject({ status: 'rejected', reason: unreachable })
      expect(closed).toMatchObject({ status: 'fulfilled' })
    }, 20_000)

    test('back again: the store works on without being opened anew', async () => {
      const redis = await startRedis()
      const store = await open(redis.url)
      await redis.signal('SIGKILL')
      await startRedis({ port: redis.port })
      await store.sessions.set(session('a'))
      expect(await store.sessions.get('a')).toEqual(session('a'))
    })

    test('out of memory, it refuses writes: an error each', async () => {
      const { url } = await startRedis()
      const store = await open(url)
      const client = createClient({ url })
      await client.connect()
      await client.configSet('maxmemory', '1')
      const refused = { name: 'StoreError', code: 'failed' }
      await expect(store.sessions.set(session('a'))).rejects.toMatchObject(refused)
      await expect(store.sessions.set(session('a'))).rejects.toThrow(/OOM/)
      await expect(store.history.append('c', [entry('x')])).rejects.toMatchObject(refused)
      client.destroy()
    })
  })
})

describe('no Redis at all', () => {
  test('nobody listens: an error at once that names the place', async () => {
    const port = await freePort()
    const opened = openStore({ url: `redis://user:a-secret@127.0.0.1:${port}/2`, file })
    await expect(opened).rejects.toMatchObject(unreachable)
    await expect(opened).rejects.toThrow(`redis://127.0.0.1:${port}/2`)
    expect(inspectAll(await opened.catch((error: unknown) => error))).not.toContain('a-secret')
  })

  test('something listens that never answers: an error within bounds', async () => {
    const silent = createServer(() => {}).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    onTestFinished(() => void silent.close())
    const address = silent.address()
    const port = typeof address === 'object' ? address?.port : undefined
    await expect(openStore({ url: `redis://127.0.0.1:${port}`, file })).rejects.toMatchObject(unreachable)
  }, 20_000)

  test.each(['http://:a-secret@host', 'not a url a-secret', 'redis://:a-secret@ho st', ''])(
    'a URL like %j is refused without being repeated',
    async (url) => {
      const error: unknown = await openStore({ url, file }).catch((error: unknown) => error)
      expect(error).toMatchObject({ name: 'StoreError', code: 'failed' })
      expect(String(error)).toContain('store.url')
      expect(inspectAll(error)).not.toContain('a-secret')
    },
  )
})

/** All that a log could print of an error: message, stack, causes, own properties. */
function inspectAll(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return `${error.stack} ${JSON.stringify(error)} ${inspectAll(error.cause)}`
}
