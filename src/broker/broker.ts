/**
 * A server on loopback that a CLI process takes for the model's API. Each process has a pass in place of the key, good for
 * the Messages API alone and until the process ends; the key is added here.
 */
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http'
import type { TokenUsage } from '../claude/turn.ts'
import type { Log } from '../contract.ts'
import { type Way, forward, wayOf } from './forward.ts'
import type { Affords, Broker, Pass, Upstream } from './port.ts'
import { refuse } from './refuse.ts'
import { Tally } from './tally.ts'

const messages = '/v1/messages'
/** What can be asked for: nothing that spends without saying so in its answer. */
const paths: ReadonlySet<string> = new Set([messages, `${messages}/count_tokens`])

interface Holder {
  readonly upstream: Upstream
  readonly way: Way
  readonly affords: Affords
  readonly tally: Tally
  /** The same for as long as it holds: it is known by it. */
  readonly unbooked: () => TokenUsage
  refusal: string | undefined
  readonly held: { bytes: number }
}

/** Where processes find the broker that are in a network of their own. */
export interface Place {
  /** Path of the socket to listen at. */
  readonly socket: string
  /** What leads to it from where they are. */
  readonly url: string
}

/** It listens from the first pass on: at `place`, else on loopback. */
export function openBroker(log: Log, place?: Place): Broker {
  const holders = new Map<string, Holder>()
  const ways = new Map<string, Way>()
  let listening: Promise<{ readonly server: Server; readonly url: string }> | undefined
  const wayTo = (upstream: Upstream): Way => {
    // One for all who go the same way: connections are kept for whoever is next.
    const key = JSON.stringify([new URL(upstream.baseUrl).origin, upstream.environment])
    const known = ways.get(key) ?? wayOf(upstream)
    ways.set(key, known)
    return known
  }
  const handler = (request: IncomingMessage, response: ServerResponse): void => {
    serve(request, response, holders).catch((error: unknown) => {
      log.error({ err: error }, 'a request to the model could not be forwarded')
      refuse(response, 500, 'api_error', 'Parley could not forward the request.')
    })
  }
  const start = (): NonNullable<typeof listening> => (listening ??= listen(handler, place))
  return {
    async listen() {
      await start()
    },
    async issue(upstream, affords) {
      const { url } = await start()
      const token = randomBytes(32).toString('base64url')
      const tally = new Tally()
      const holder: Holder = {
        upstream,
        affords,
        way: wayTo(upstream),
        tally,
        unbooked: () => tally.spent,
        refusal: undefined,
        held: { bytes: 0 },
      }
      holders.set(token, holder)
      return passOf(url, token, holder, () => void holders.delete(token))
    },
    async close() {
      holders.clear()
      for (const way of ways.values()) way.destroy()
      const { server } = (await listening) ?? {}
      if (server?.listening !== true) return
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

function passOf(url: string, token: string, holder: Holder, end: () => void): Pass {
  return {
    url,
    token,
    take() {
      holder.refusal = undefined
      return holder.tally.take()
    },
    get refusal() {
      return holder.refusal
    },
    end,
  }
}

async function listen(
  handler: (request: IncomingMessage, response: ServerResponse) => void,
  place: Place | undefined,
): Promise<{ readonly server: Server; readonly url: string }> {
  const server = createServer(handler)
  // The CLI keeps connections, and meets a reset when it uses one in the moment in which it is given up.
  server.keepAliveTimeout = 0
  // Whoever asks is a process that somebody waits for: the broker alone is no reason to stay.
  server.unref()
  if (place === undefined) server.listen(0, '127.0.0.1')
  else server.listen(place.socket)
  await once(server, 'listening')
  if (place !== undefined) return { server, url: place.url }
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the broker does not listen on TCP')
  return { server, url: `http://127.0.0.1:${address.port}` }
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  holders: ReadonlyMap<string, Holder>,
): Promise<void> {
  const { pathname, search } = new URL(request.url ?? '/', 'http://broker')
  // How the CLI looks whether somebody is there.
  if (request.method === 'HEAD' && pathname === '/') return void response.writeHead(200).end()
  const holder = holders.get(tokenOf(request))
  if (holder === undefined)
    return refuse(response, 401, 'authentication_error', 'This is no pass of a session.')
  if (request.method !== 'POST' || !paths.has(pathname))
    return refuse(response, 404, 'not_found_error', `${request.method ?? ''} ${pathname} is not forwarded.`)
  if (pathname === messages) {
    holder.refusal = await holder.affords(holder.unbooked)
    if (holder.refusal !== undefined) return refuse(response, 402, 'billing_error', holder.refusal)
  }
  const path = `${pathname}${search === '?beta=true' ? search : ''}`
  forward({ request, response, path, held: holder.held }, holder.upstream, holder.way, holder.tally)
}

function tokenOf({ headers }: IncomingMessage): string {
  const key = headers['x-api-key']
  if (typeof key === 'string') return key
  return headers.authorization?.replace(/^Bearer /, '') ?? ''
}
