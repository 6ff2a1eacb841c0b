/** A connection to Redis that gives up in time. */
import { createClient } from '@keyv/redis'
import { StoreError } from './error.ts'

/** How long connecting, and each operation, may take: a server that is frozen accepts and never answers. */
const LIMIT_MS = 5000
/** How many operations may wait for a connection to come back. */
const QUEUE = 10_000

export interface Connection {
  readonly client: ReturnType<typeof clientOf>
  /** Where it is, without the login. */
  readonly place: string
}

/**
 * `url` is `redis://` or `rediss://`; its password stands in no error. `key`: where the config names it. Rejects with
 * {@link StoreError}. The first connection must succeed; later ones are tried for ever, until the client is destroyed.
 */
export async function connectRedis(url: string, key = 'store.url'): Promise<Connection> {
  const place = withoutSecrets(url, key)
  const state = { connected: false }
  const client = clientOf(url, state)
  try {
    await within(client.connect())
    // A server that wants a password lets in without one, and refuses the first command.
    await within(client.ping())
    state.connected = true
  } catch (error) {
    if (client.isOpen) client.destroy()
    throw redisFailure(error, 'open the store', place, key)
  }
  return { client, place }
}

// Without a type of its own: the client's follows from its options.
function clientOf(url: string, state: { readonly connected: boolean }) {
  const client = createClient({
    url,
    commandsQueueMaxLength: QUEUE,
    // Covers what was not sent yet; what was sent and stays unanswered is given up by `within`.
    commandOptions: { timeout: LIMIT_MS },
    socket: {
      connectTimeout: LIMIT_MS,
      // The first connection must succeed, or the operator hears of it; later ones are tried for ever.
      reconnectStrategy: (retries) => state.connected && Math.min(2 ** retries * 50, 2000),
    },
  })
  // Each operation rejects by itself; without a listener the same error would end the process.
  client.on('error', () => {})
  // Keyv's adapters listen, one for each namespace: that many is no leak.
  client.setMaxListeners(100)
  return client
}

class TooLong extends Error {
  constructor() {
    super(`no answer within ${LIMIT_MS / 1000} s`)
  }
}

export async function within<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TooLong()), LIMIT_MS)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

/** `redis://host:port/db`. Throws for what is no such URL, without repeating it: it may hold a password. */
function withoutSecrets(url: string, key: string): string {
  const parsed = URL.parse(url)
  if (parsed === null || (parsed.protocol !== 'redis:' && parsed.protocol !== 'rediss:')) {
    throw new StoreError('failed', `${key} is not a URL of the form redis://[user:password@]host:port[/db].`)
  }
  return `${parsed.protocol}//${parsed.host}${parsed.pathname}`
}

/** What the server or the network said, in words that an operator can act on. */
export function redisFailure(error: unknown, doing: string, place: string, key = 'store.url'): StoreError {
  const why = error instanceof Error ? error.message : String(error)
  if (/^(WRONGPASS|NOAUTH|NOPERM|ERR .*AUTH)/.test(why)) {
    return new StoreError(
      'failed',
      `Could not ${doing}: ${place} refused the login (${why}). Check user and password in ${key}.`,
    )
  }
  // Redis' own replies begin with a code in capitals: OOM, READONLY, MISCONF, WRONGTYPE.
  if (/^[A-Z]{3,} /.test(why)) {
    return new StoreError('failed', `Could not ${doing}: ${place} refused (${why}).`, { cause: error })
  }
  return new StoreError(
    'unreachable',
    `Could not ${doing}: ${place} cannot be reached (${why}). Check that Redis runs there and ${key} names it.`,
    { cause: error },
  )
}
