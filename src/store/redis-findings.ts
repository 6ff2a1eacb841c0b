/** Would this Redis keep what it is given? */
import type { Finding } from '../contract.ts'
import { StoreError } from './error.ts'
import { connectRedis } from './redis-client.ts'

/** `key`: where the config names it, e.g. `store.url`. Never rejects. */
export async function redisFindings(url: string, key: string): Promise<readonly Finding[]> {
  try {
    const { client, place } = await connectRedis(url, key)
    try {
      const said = new Map(
        (await client.info()).split('\r\n').map((line): [string, string] => {
          const [name = '', value = ''] = line.split(':')
          return [name, value]
        }),
      )
      const here = { ok: true, what: `Redis ${said.get('redis_version') ?? ''} answers at ${place} (${key})` }
      return [here, ...eviction(said), ...durability(said), ...password(url)]
    } finally {
      client.destroy()
    }
  } catch (error) {
    if (error instanceof StoreError) return [{ ok: false, what: error.message }]
    return [{ ok: false, what: `Redis (${key}): ${error instanceof Error ? error.message : String(error)}` }]
  }
}

function eviction(said: ReadonlyMap<string, string>): readonly Finding[] {
  const policy = said.get('maxmemory_policy')
  if (policy === undefined || policy === 'noeviction') return []
  return [
    {
      ok: false,
      what: `Redis throws away what it was given when its memory is full (maxmemory-policy ${policy})`,
      advice: 'set `maxmemory-policy noeviction` in redis.conf, and CONFIG SET it now',
    },
  ]
}

function durability(said: ReadonlyMap<string, string>): readonly Finding[] {
  if (said.get('aof_enabled') !== '0') return []
  return [
    {
      ok: false,
      what: 'Redis loses what came since its last snapshot when it dies (appendonly no)',
      advice: 'set `appendonly yes` in redis.conf, and CONFIG SET it now',
    },
  ]
}

function password(url: string): readonly Finding[] {
  if (new URL(url).password !== '') return []
  return [
    {
      ok: false,
      what: 'Redis wants no password: what Claude runs on this machine can read and change what is in it',
      advice: 'set `requirepass` in redis.conf, and redis://:PASSWORD@… here, from the environment',
    },
  ]
}
