/** Events over HTTP: Slack posts them to us, signed. And the pages by which workspaces install the app. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { z } from 'zod'
import { AdapterError, type Log } from '../../src/contract.ts'
import type { Installs, WebPage } from './installs.ts'
import type { Take } from './intake.ts'
import { eventsPath } from './manifest.ts'
import { isSlacks } from './signature.ts'

const mostBytes = 4 * 1024 * 1024
/** Slack sends at once what it has to say: whoever takes longer holds connections. Milliseconds. */
const patience = { headersTimeout: 5000, requestTimeout: 10_000, connectionsCheckingInterval: 2000 }

const Challenge = z.object({ type: z.literal('url_verification'), challenge: z.string() })

export interface HttpOptions {
  readonly host: string
  readonly port: number
  /** Absent: events come another way. */
  readonly events?: { readonly signingSecret: string; readonly take: Take } | undefined
  readonly installs?: Installs | undefined
  readonly log: Log
}

export class SlackHttp {
  readonly #options: HttpOptions
  readonly #server: Server
  readonly #taking = new Set<Promise<void>>()
  /** Those that have not come whole yet. */
  readonly #arriving = new Set<IncomingMessage>()
  #stopped = false

  constructor(options: HttpOptions) {
    this.#options = options
    this.#server = createServer(patience, (request, response) => {
      const work = this.#serve(request, response).finally(() => this.#taking.delete(work))
      this.#taking.add(work)
    })
  }

  /** Resolves when events can come. Rejects with {@link AdapterError}. */
  async start(): Promise<void> {
    const { host, port, log } = this.#options
    try {
      this.#server.listen(port, host)
      await once(this.#server, 'listening')
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      throw new AdapterError('network', `events of Slack cannot be taken at ${host}:${port}: ${reason}`, {
        cause: error,
      })
    }
    log.info({ port: this.port }, 'Slack is served over HTTP')
    if (this.#stopped) this.#server.close()
  }

  /** Where it listens. */
  get port(): number {
    const address = this.#server.address()
    return typeof address === 'object' && address !== null ? address.port : this.#options.port
  }

  /** No further event is taken; those under way are. Never rejects. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#server.close()
    this.#server.closeIdleConnections()
    // Anybody can begin a request and never end it; Slack sends again what is not answered.
    for (const request of this.#arriving) request.destroy()
    await Promise.all(this.#taking)
    this.#server.closeAllConnections()
  }

  /** Never rejects. */
  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const { status, headers, text } = await this.#answer(request)
      response.writeHead(status, headers)
      response.end(text)
    } catch (error) {
      // Slack sends again what is not answered with 200.
      this.#options.log.error({ err: error }, 'an event of Slack could not be kept')
      response.writeHead(500).end()
    }
  }

  async #answer(request: IncomingMessage): Promise<WebPage> {
    const { events, installs } = this.#options
    if (this.#stopped) return empty(503)
    const { method, url = '/' } = request
    const address = URL.parse(url, 'http://here')
    if (address === null) return empty(400)
    const cookies = header(request, 'cookie') ?? ''
    const page = method === 'GET' ? await installs?.page(address, cookies) : undefined
    if (page !== undefined) return page
    if (events === undefined || address.pathname !== eventsPath) return empty(404)
    if (method !== 'POST') return empty(405)
    return this.#event(request, events)
  }

  async #event(
    request: IncomingMessage,
    { signingSecret, take }: NonNullable<HttpOptions['events']>,
  ): Promise<WebPage> {
    const body = await this.#arrived(request)
    if (body === undefined) return empty(413)
    if (body === 'cut') return empty(400)
    const timestamp = header(request, 'x-slack-request-timestamp')
    const signature = header(request, 'x-slack-signature')
    if (!isSlacks({ timestamp, signature, body }, signingSecret, Date.now() / 1000)) {
      const from = request.socket.remoteAddress
      this.#options.log.warn({ from }, 'a request that is not signed by Slack was refused')
      return empty(401)
    }
    const payload = payloadIn(body, header(request, 'content-type') ?? '')
    if (payload === undefined) return empty(400)
    const challenge = Challenge.safeParse(payload)
    const answer = challenge.success ? { challenge: challenge.data.challenge } : await take(payload)
    if (answer === undefined) return empty(200)
    return { status: 200, headers: { 'content-type': 'application/json' }, text: JSON.stringify(answer) }
  }

  /** `cut`: there is nobody left to answer. */
  async #arrived(request: IncomingMessage): Promise<Buffer | 'cut' | undefined> {
    this.#arriving.add(request)
    try {
      return await wholeBody(request)
    } catch (error) {
      this.#options.log.debug({ err: error }, 'a request did not come whole')
      return 'cut'
    } finally {
      this.#arriving.delete(request)
    }
  }
}

function empty(status: number): WebPage {
  return { status, headers: {}, text: '' }
}

function header({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' ? value : undefined
}

/** Undefined: too much of it; read to its end, so that the answer is heard, and kept nowhere. */
async function wholeBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    const part = Buffer.from(chunk)
    bytes += part.length
    if (bytes <= mostBytes) chunks.push(part)
  }
  return bytes <= mostBytes ? Buffer.concat(chunks) : undefined
}

/** Events come as JSON, what is pressed as JSON in a form, commands as a form. Undefined: none of these. */
function payloadIn(body: Buffer, type: string): unknown {
  const text = body.toString()
  const form = type.startsWith('application/x-www-form-urlencoded') ? new URLSearchParams(text) : undefined
  if (form?.has('command') === true) return Object.fromEntries(form)
  try {
    return JSON.parse(form === undefined ? text : (form.get('payload') ?? '')) as unknown
  } catch {
    return undefined
  }
}
