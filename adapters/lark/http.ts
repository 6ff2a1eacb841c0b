/**
 * Events over HTTP: Feishu posts them to us, encrypted and signed. An endpoint of our own: that of the SDK never looks
 * at the verification token, takes old requests, signs what it has parsed and put together again, and answers 200
 * to whoever signs wrongly.
 */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { z } from 'zod'
import { AdapterError, type Log } from '../../src/contract.ts'
import type { Take } from './intake.ts'
import { eventsPath } from './manifest.ts'
import { decrypted, isFresh, isLarks, isSame } from './signature.ts'

/** A message holds at most 150 KB, which encryption makes a third longer. */
const mostBytes = 1024 * 1024
/** What is not said to be signed just now can be a challenge at most: it is not read any further. */
const mostUnsigned = 16 * 1024
const mostConnections = 200
/** How often refusals are told loudly: whoever finds the address must not fill the log. */
const warnEveryMs = 60_000
/** Feishu sends at once what it has to say: whoever takes longer holds connections. Milliseconds. */
const patience = { headersTimeout: 5000, requestTimeout: 10_000, connectionsCheckingInterval: 2000 }

const Encrypted = z.object({ encrypt: z.string() })
const Challenge = z.object({ type: z.literal('url_verification'), challenge: z.string(), token: z.string() })
const Vouched = z.object({ header: z.object({ token: z.string() }) })

export interface HttpOptions {
  readonly host: string
  readonly port: number
  readonly encryptKey: string
  readonly verificationToken: string
  readonly take: Take
  readonly log: Log
}

interface Answer {
  readonly status: number
  readonly body?: object | undefined
}

export class LarkHttp {
  readonly #options: HttpOptions
  readonly #server: Server
  readonly #taking = new Set<Promise<void>>()
  /** Those that have not come whole yet. */
  readonly #arriving = new Set<IncomingMessage>()
  #stopped = false
  #warnedAt = 0

  constructor(options: HttpOptions) {
    this.#options = options
    this.#server = createServer(patience, (request, response) => {
      const work = this.#serve(request, response).finally(() => this.#taking.delete(work))
      this.#taking.add(work)
    })
    this.#server.maxConnections = mostConnections
  }

  /** Resolves when events can come. Rejects with {@link AdapterError}. */
  async start(): Promise<void> {
    const { host, port, log } = this.#options
    try {
      this.#server.listen(port, host)
      await once(this.#server, 'listening')
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      throw new AdapterError('network', `events of Feishu cannot be taken at ${host}:${port}: ${reason}`, {
        cause: error,
      })
    }
    log.info({ path: eventsPath, port }, 'events of Feishu are taken over HTTP')
    if (this.#stopped) this.#server.close()
  }

  /** No further event is taken; those under way are. Never rejects. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#server.close()
    this.#server.closeIdleConnections()
    // Anybody can begin a request and never end it; Feishu sends again what is not answered.
    for (const request of this.#arriving) request.destroy()
    await Promise.all(this.#taking)
    this.#server.closeAllConnections()
  }

  /** Never rejects. */
  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const { status, body } = await this.#answer(request)
      response.writeHead(status, body === undefined ? {} : { 'content-type': 'application/json' })
      response.end(body === undefined ? '' : JSON.stringify(body))
    } catch (error) {
      // Feishu sends again what is not answered with 200.
      this.#options.log.error({ err: error }, 'an event of Feishu could not be kept')
      response.writeHead(500).end()
    }
  }

  async #answer(request: IncomingMessage): Promise<Answer> {
    const { encryptKey, verificationToken, take } = this.#options
    if (this.#stopped) return { status: 503 }
    if (URL.parse(request.url ?? '/', 'http://here')?.pathname !== eventsPath) return { status: 404 }
    if (request.method !== 'POST') return { status: 405 }
    const body = await this.#arrived(request)
    if (body === undefined) return { status: 413 }
    if (body === 'cut') return { status: 400 }
    const payload = payloadIn(body, encryptKey)
    // What is decrypted is known to come from whoever has the key: the challenge comes without a signature.
    const challenge = Challenge.safeParse(payload).data
    if (challenge !== undefined && isSame(challenge.token, verificationToken)) {
      return { status: 200, body: { challenge: challenge.challenge } }
    }
    const signed = {
      timestamp: header(request, 'x-lark-request-timestamp'),
      nonce: header(request, 'x-lark-request-nonce'),
      signature: header(request, 'x-lark-signature'),
      body,
    }
    if (!isLarks(signed, encryptKey, Date.now() / 1000))
      return this.#refused(request, 'it is not signed, or old')
    const vouched = Vouched.safeParse(payload).data
    if (vouched === undefined || !isSame(vouched.header.token, verificationToken)) {
      return this.#refused(request, 'it has not our verification token')
    }
    return { status: 200, body: (await take(payload)) ?? {} }
  }

  /** `cut`: there is nobody left to answer. */
  async #arrived(request: IncomingMessage): Promise<Buffer | 'cut' | undefined> {
    this.#arriving.add(request)
    try {
      const timestamp = header(request, 'x-lark-request-timestamp')
      return await wholeBody(request, isFresh(timestamp, Date.now() / 1000) ? mostBytes : mostUnsigned)
    } catch (error) {
      this.#options.log.debug({ err: error }, 'a request did not come whole')
      return 'cut'
    } finally {
      this.#arriving.delete(request)
    }
  }

  #refused(request: IncomingMessage, why: string): Answer {
    const isLoud = Date.now() - this.#warnedAt > warnEveryMs
    if (isLoud) this.#warnedAt = Date.now()
    this.#options.log[isLoud ? 'warn' : 'debug'](
      { from: request.socket.remoteAddress },
      `a request was refused: ${why}`,
    )
    return { status: 401 }
  }
}

function header({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' ? value : undefined
}

/** Undefined: too much of it. */
async function wholeBody(request: IncomingMessage, most: number): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > most) return undefined
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    const part = Buffer.from(chunk)
    bytes += part.length
    if (bytes > most) return undefined
    chunks.push(part)
  }
  return Buffer.concat(chunks)
}

/** Undefined: it is not encrypted with our key. What comes in the clear, anybody may have written. */
function payloadIn(body: Buffer, key: string): unknown {
  try {
    const { encrypt } = Encrypted.parse(JSON.parse(body.toString()))
    const text = decrypted(encrypt, key)
    return text === undefined ? undefined : (JSON.parse(text) as unknown)
  } catch {
    return undefined
  }
}
