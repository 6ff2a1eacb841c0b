/** One request to the model's API and its answer: both as they come, nothing is held back. */
import {
  Agent as HttpAgent,
  type ClientRequest,
  type IncomingMessage,
  type ServerResponse,
  request as httpRequest,
} from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { readFileSync } from 'node:fs'
import { pipeline } from 'node:stream'
import { getCACertificates } from 'node:tls'
import type { Upstream } from './port.ts'
import { refuse } from './refuse.ts'
import { type Tally, readingOf } from './tally.ts'

/** Nothing else goes on: where a request comes from is nobody's business there, and no other login gets through. */
const asked =
  /^(?:accept|content-type|content-length|user-agent|x-app|x-stainless-[a-z-]+|anthropic-[a-z-]+|x-claude-[a-z-]+)$/
/** Nothing else comes back: no cookies, nothing about the connection. */
const answered =
  /^(?:content-type|content-length|request-id|retry-after|retry-after-ms|x-should-retry|anthropic-[a-z-]+)$/

/** Half as much again as the API takes. */
const mostBodyBytes = 48 * 1024 * 1024

/** How the API is reached: the connections that are kept for the next request. */
export type Way = HttpAgent | HttpsAgent

/** Throws what reading the certificates throws that the environment names. */
export function wayOf({ baseUrl, environment }: Upstream): Way {
  const options = { keepAlive: true, proxyEnv: environment }
  if (!baseUrl.startsWith('https:')) return new HttpAgent(options)
  const read = (name: string): string | undefined => {
    const path = environment[name] ?? ''
    return path === '' ? undefined : readFileSync(path, 'utf8')
  }
  const more = read('NODE_EXTRA_CA_CERTS')
  const [cert, key] = [read('CLAUDE_CODE_CLIENT_CERT'), read('CLAUDE_CODE_CLIENT_KEY')]
  const passphrase = environment.CLAUDE_CODE_CLIENT_KEY_PASSPHRASE
  return new HttpsAgent({
    ...options,
    ...(more !== undefined && { ca: [...getCACertificates(), more] }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(passphrase !== undefined && { passphrase }),
  })
}

/** Of one pass at a time: a process that asks much at once must not take the memory of all. */
const mostHeldBytes = 128 * 1024 * 1024

export interface Call {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** With its query. */
  readonly path: string
  /** Bytes of the requests of this pass that are under way. */
  readonly held: { bytes: number }
}

/** The answer's usage goes into the tally. Whoever asks is told when there is no answer. */
export function forward(
  { request, response, path, held }: Call,
  upstream: Upstream,
  way: Way,
  tally: Tally,
): void {
  const url = new URL(`${upstream.baseUrl.replace(/\/+$/, '')}${path}`)
  const headers = { ...passing(request.headers, asked), 'accept-encoding': 'identity', ...upstream.headers }
  // What was sent, for as long as it may have to be sent again.
  let sent: Buffer[] | undefined = []
  let bytes = 0
  let taken = 0
  const open = (): ClientRequest => {
    const call = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, {
      method: 'POST',
      headers,
      agent: way,
    })
    call.once('response', (answer) => {
      sent = undefined
      handBack(answer, response, tally)
    })
    call.on('error', (error: NodeJS.ErrnoException) => {
      if (sent === undefined || response.destroyed) return void response.destroy()
      // A connection that was kept may be closed by the other side in the moment in which it is used again.
      if (call.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE')) return again(sent)
      refuse(
        response,
        502,
        'api_error',
        `The model's API does not answer: ${error.message || (error.code ?? '')}`,
      )
    })
    return call
  }
  let call = open()
  const again = (before: readonly Buffer[]): void => {
    call = open()
    for (const chunk of before) call.write(chunk)
    if (request.complete) call.end()
  }
  request.on('data', (chunk: Buffer) => {
    // It was answered before it was all there: nobody waits for the rest.
    if (response.writableEnded || response.destroyed) return
    bytes += chunk.length
    if (bytes > mostBodyBytes) {
      call.destroy()
      refuse(response, 413, 'request_too_large', 'The request is larger than the API takes.')
      return
    }
    if (held.bytes + chunk.length > mostHeldBytes) {
      call.destroy()
      refuse(response, 429, 'rate_limit_error', 'This session asks for too much at once.')
      return
    }
    held.bytes += chunk.length
    taken += chunk.length
    sent?.push(chunk)
    call.write(chunk)
  })
  request.on('end', () => call.end())
  response.once('close', () => {
    call.destroy()
    held.bytes -= taken
    taken = 0
  })
}

function handBack(answer: IncomingMessage, response: ServerResponse, tally: Tally): void {
  const reading = readingOf(answer.headers['content-type'] ?? '', tally)
  response.writeHead(answer.statusCode ?? 502, passing(answer.headers, answered))
  response.flushHeaders()
  answer.on('data', (chunk: Buffer) => reading.take(chunk))
  // An answer that breaks off breaks off for the process, too.
  pipeline(answer, response, () => reading.end())
}

function passing(headers: IncomingMessage['headers'], names: RegExp): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]): [string, string][] =>
      names.test(name) && value !== undefined
        ? [[name, Array.isArray(value) ? value.join(', ') : value]]
        : [],
    ),
  )
}
