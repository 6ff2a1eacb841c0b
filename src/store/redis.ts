/** Records in Redis, by @keyv/redis. */
import type { Backend } from './backend.ts'
import { StoreError } from './error.ts'

/** How long connecting, and each operation, may take: a server that is frozen accepts and never answers. */
const LIMIT_MS = 5000
/** How many operations may wait for a connection to come back. */
const QUEUE = 10_000

/** Connects. `url` is `redis://` or `rediss://`; its password stands in no error. */
export async function openRedis(url: string): Promise<Backend> {
  const place = withoutSecrets(url)
  const failure = (error: unknown, doing: string): StoreError => failed(error, doing, place)
  const { createClient, default: KeyvRedis } = await import('@keyv/redis')
  let connected = false
  const client = createClient({
    url,
    commandsQueueMaxLength: QUEUE,
    // Covers what was not sent yet; what was sent and stays unanswered is given up by `within`.
    commandOptions: { timeout: LIMIT_MS },
    socket: {
      connectTimeout: LIMIT_MS,
      // The first connection must succeed, or the operator hears of it; later ones are tried for ever.
      reconnectStrategy: (retries) => connected && Math.min(2 ** retries * 50, 2000),
    },
  })
  // Each operation rejects by itself; without a listener the same error would end the process.
  client.on('error', () => {})
  try {
    await within(client.connect())
    // A server that wants a password lets in without one, and refuses the first command.
    await within(client.ping())
    connected = true
  } catch (error) {
    if (client.isOpen) client.destroy()
    throw failure(error, 'open the store')
  }
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
  return {
    adapter,
    async *keys(namespace) {
      for await (const [key] of adapter(namespace).iterator(namespace)) yield key
    },
    run: (operation) => {
      // @keyv/redis would connect again by itself.
      if (closed !== undefined) return Promise.reject(new StoreError('failed', 'The store is closed.'))
      const work = within(operation())
      const done = work.finally(() => underWay.delete(done))
      underWay.add(done)
      return done
    },
    failure,
    close: () => {
      // The client's own close() waits for ever on a server that does not answer.
      closed ??= Promise.allSettled(underWay).then(() => client.destroy())
      return closed
    },
  }
}

class TooLong extends Error {
  constructor() {
    super(`no answer within ${LIMIT_MS / 1000} s`)
  }
}

async function within<T>(work: Promise<T>): Promise<T> {
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
function withoutSecrets(url: string): string {
  const parsed = URL.parse(url)
  if (parsed === null || (parsed.protocol !== 'redis:' && parsed.protocol !== 'rediss:')) {
    throw new StoreError(
      'failed',
      'store.url is not a URL of the form redis://[user:password@]host:port[/db].',
    )
  }
  return `${parsed.protocol}//${parsed.host}${parsed.pathname}`
}

function failed(error: unknown, doing: string, place: string): StoreError {
  const why = error instanceof Error ? error.message : String(error)
  if (/^(WRONGPASS|NOAUTH|NOPERM|ERR .*AUTH)/.test(why)) {
    return new StoreError(
      'failed',
      `Could not ${doing}: ${place} refused the login (${why}). Check user and password in store.url.`,
    )
  }
  // Redis' own replies begin with a code in capitals: OOM, READONLY, MISCONF, WRONGTYPE.
  if (/^[A-Z]{3,} /.test(why)) {
    return new StoreError('failed', `Could not ${doing}: ${place} refused (${why}).`, { cause: error })
  }
  return new StoreError(
    'unreachable',
    `Could not ${doing}: ${place} cannot be reached (${why}). Check that Redis runs there and store.url names it.`,
    { cause: error },
  )
}
