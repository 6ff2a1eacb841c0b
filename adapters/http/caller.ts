/** Who asks: known by the key, before anything of the request is looked at. */
import type { FastifyRequest } from 'fastify'
import { type Key, type Keys, local } from './keys.ts'
import { Problem } from './problems.ts'
import type { Scope } from './settings.ts'

export interface Caller extends Key {
  /** W3C `traceparent` that the request came with. */
  readonly trace?: string
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Of an open route it says nothing. */
    caller: Caller
  }
  interface FastifyContextConfig {
    /** True: anybody may ask, without a key. */
    open?: boolean
    /** The least scope; absent: `chat`. */
    scope?: Scope
  }
}

const loopbackHost = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/i
const rank: Readonly<Record<Scope, number>> = { chat: 0, operate: 1, admin: 2 }

const traceparent = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/

/** Whose what is asked here is, as it is kept. */
export function askedBy({ name, trace }: Caller): { readonly user: string; readonly trace?: string } {
  return trace === undefined ? { user: name } : { user: name, trace }
}

/** Throws {@link Problem} 401, 403. */
export function identify(keys: Keys, request: FastifyRequest): Caller {
  const key = keyOf(keys, request)
  const { traceparent: trace } = request.headers
  return typeof trace === 'string' && traceparent.test(trace) ? { ...key, trace } : key
}

function keyOf(keys: Keys, request: FastifyRequest): Key {
  const { open = false, scope = 'chat' } = request.routeOptions.config
  if (keys.none) refuseStrangePages(request, open)
  const caller = open ? local : keys.none ? local : withKey(keys, request)
  if (!open && rank[caller.scope] < rank[scope])
    throw new Problem(
      403,
      'forbidden',
      `This takes a key with the scope ${scope}; this one has ${caller.scope}.`,
    )
  return caller
}

function secretOf({ headers }: FastifyRequest): string | undefined {
  const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1]
  // Clients of Anthropic's API send it so.
  const other = headers['x-api-key']
  return bearer ?? (typeof other === 'string' ? other : undefined)
}

function withKey(keys: Keys, request: FastifyRequest): Key {
  const secret = secretOf(request)
  if (secret === undefined)
    throw new Problem(401, 'no-key', 'Send a key: `Authorization: Bearer <key>`. `parley key` makes one.')
  const caller = keys.find(secret)
  if (caller === undefined) throw new Problem(401, 'wrong-key', 'This key is not known here.')
  return caller
}

/**
 * Without keys whoever reaches the port is let in, and a browser on this machine reaches it for any page that it shows.
 * A page from elsewhere betrays itself by its origin, by a name that was made to lead here, or by what the browser says
 * of it where it sends no origin, as for a picture. Our own page may be linked to.
 */
function refuseStrangePages({ headers }: FastifyRequest, open: boolean): void {
  const { origin, host = '', 'sec-fetch-site': site = 'none' } = headers
  const foreign = origin !== undefined && origin !== `http://${host}`
  const elsewhere = site !== 'none' && site !== 'same-origin' && !open
  if (!loopbackHost.test(host) || foreign || elsewhere)
    throw new Problem(403, 'forbidden', 'Without API keys only programs of this machine are served.')
}
