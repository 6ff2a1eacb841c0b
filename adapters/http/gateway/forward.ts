/** One request to the operator's model gateway, and its answer as it comes. */
import { type IncomingHttpHeaders, type IncomingMessage, request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { Problem } from '../problems.ts'
import type { Gateway } from '../settings.ts'

/** Nothing else goes on: the caller's key and where it comes from are nobody's business there. */
const asked = [
  'accept',
  'accept-encoding',
  'anthropic-beta',
  'anthropic-version',
  'content-type',
  'user-agent',
]

/** Nothing else comes back: no cookies, nothing about the connection. */
const answered =
  /^(content-type|content-encoding|content-length|request-id|retry-after|retry-after-ms|x-should-retry|anthropic-[a-z-]+)$/

export interface Forwarded {
  /** E.g. `/v1/messages`. */
  readonly path: string
  readonly beta: boolean
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** Throws {@link Problem} where the gateway gives no answer; what it answers is handed on, errors too. */
export async function forward(
  gateway: Gateway,
  call: Forwarded,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  try {
    return await send(gateway, call, signal)
  } catch (cause) {
    if (cause instanceof Problem) throw cause
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new Problem(502, 'gateway', `The model gateway does not answer: ${reason}.`)
  }
}

async function send(gateway: Gateway, call: Forwarded, signal: AbortSignal): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const base = gateway.url.replace(/\/+$/, '')
  const url = new URL(`${base}${call.path}${call.beta ? '?beta=true' : ''}`)
  const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, {
    method: 'POST',
    headers: headersOf(gateway, call),
    timeout: gateway.timeout,
    signal,
  })
  request.once('response', resolve)
  request.once('timeout', () => {
    request.destroy(new Problem(504, 'gateway', `The model gateway was silent for ${gateway.timeout} ms.`))
  })
  // A connection that was kept may be closed by the other side in the moment in which it is used again.
  request.on('error', (error: NodeJS.ErrnoException) => {
    if (request.reusedSocket && error.code === 'ECONNRESET') resolve(send(gateway, call, signal))
    else reject(error)
  })
  request.end(call.body)
  return promise
}

function headersOf({ key, auth }: Gateway, { headers, body }: Forwarded): Record<string, string> {
  const passed = asked.flatMap((name): [string, string][] => {
    const value = headers[name]
    return value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]]
  })
  const login: Record<string, string> =
    auth === 'bearer' ? { authorization: `Bearer ${key}` } : { 'x-api-key': key }
  return { ...Object.fromEntries(passed), ...login, 'content-length': String(body.length) }
}

export function answerHeaders({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]): [string, string][] =>
      answered.test(name) && typeof value === 'string' ? [[name, value]] : [],
    ),
  )
}
