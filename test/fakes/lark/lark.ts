/** A strict Feishu on the loopback: open API, long connection, webhooks, cards, files. It refuses what Feishu refuses. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { z } from 'zod'
import { App } from './app.ts'
import type { Card } from './cards.ts'
import { entityId } from './content.ts'
import type { Courier } from './courier.ts'
import { Content, type Endpoint, type Query, Refusal } from './endpoint.ts'
import { Contacts } from './contacts.ts'
import { application } from './endpoints/application.ts'
import { auth } from './endpoints/auth.ts'
import { cardkit } from './endpoints/cardkit.ts'
import { contact } from './endpoints/contact.ts'
import { files } from './endpoints/files.ts'
import { im } from './endpoints/im.ts'
import { Faults } from '../faults.ts'
import { Looking } from '../looking.ts'
import { type Misfortune, suffer } from './faults.ts'
import { LongConnection } from './long-connection.ts'
import { People } from './people.ts'
import { Rates } from './rates.ts'
import { shownText, type StoredMessage, Tenant } from './tenant.ts'

const endpoints: readonly Endpoint[] = [...auth, ...application, ...im, ...cardkit, ...files, ...contact]
/** A token is good for two hours. */
const tokenMs = 7200_000
const Credentials = z.strictObject({ AppID: z.string(), AppSecret: z.string() })

/** A call that the bot made. */
export interface ApiCall {
  /** E.g. `POST /im/v1/messages`. */
  readonly call: string
  readonly body: unknown
  readonly query: Query
  /** 0: carried out. */
  readonly code: number
}

export interface LarkOptions {
  /** How soon the bot has to acknowledge what is delivered, milliseconds. */
  readonly ackWithin?: number
  /** Longer events come in several frames. */
  readonly frameBytes?: number
}

export class FakeLark extends Looking {
  readonly appId = 'cli_0123456789abcdef'
  readonly appSecret = 'fake-app-secret'
  readonly verificationToken = 'fake-verification-token'
  readonly botId = 'ou_bot'
  readonly botName = 'Parley'
  readonly rates = new Rates(() => this.now())
  readonly tenant = new Tenant(() => this.now())
  readonly people = new People(this)
  readonly faults = new Faults<Misfortune>()
  readonly socket: LongConnection
  readonly app = new App()
  readonly contacts = new Contacts()
  readonly calls: ApiCall[] = []
  /** Scopes that the app asked for and was not given. */
  readonly lacks = new Set<string>()
  /** How events get to the bot. */
  courier: Courier
  /** When each was handed out. */
  readonly #tokens = new Map<string, number>()
  readonly #server = createServer((request, response) => void this.#serve(request, response))
  #port = 0
  #ahead = 0

  constructor({ ackWithin = 3000, frameBytes = 64_000 }: LarkOptions = {}) {
    super()
    this.socket = new LongConnection({ ackWithin, frameBytes })
    this.courier = this.socket
    this.#server.on('upgrade', (request, socket) => {
      this.socket.accept(request, socket)
      this.looked()
    })
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  /** The platform's clock. */
  now(): number {
    return Date.now() + this.#ahead
  }

  /** Time goes by on the platform. */
  advance(ms: number): void {
    this.#ahead += ms
  }

  may(scope: string): boolean {
    return this.app.scopes.has(scope) && !this.lacks.has(scope)
  }

  newToken(): string {
    const token = this.tenant.newId('t-fake')
    this.#tokens.set(token, this.now())
    return token
  }

  /** No token is good any more. */
  expireTokens(): void {
    this.#tokens.clear()
  }

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    const address = this.#server.address()
    if (typeof address === 'object' && address !== null) this.#port = address.port
  }

  /** Nothing answers any more. Safe to call twice. */
  async close(): Promise<void> {
    this.socket.close()
    if (!this.#server.listening) return
    this.#server.close()
    this.#server.closeAllConnections()
    await once(this.#server, 'close')
  }

  /** The card entity that a message's content names; undefined: it is a card itself. Throws {@link Refusal}. */
  entityIn(content: string): Card | undefined {
    const id = entityId(content)
    if (id === undefined) return undefined
    const card = this.tenant.cards.get(id)
    if (card === undefined)
      throw new Refusal(230099, 'Failed to create card content, ext=ErrCode: 11232; ErrMsg: no such card;')
    if (card.sent)
      throw new Refusal(
        230099,
        'Failed to create card content, ext=ErrCode: 11233; ErrMsg: card is already sent;',
      )
    return card
  }

  /** What people see in a chat, in order: topics too. */
  in(chat: string): readonly StoredMessage[] {
    return this.tenant.messages.filter((message) => message.chat === chat && !message.deleted)
  }

  /** The bot's own. */
  by(chat: string): readonly StoredMessage[] {
    return this.in(chat).filter(({ user }) => user === undefined)
  }

  said(chat: string): string[] {
    return this.by(chat).map(shownText)
  }

  /** Waits until something of the bot's in the chat reads like this. */
  see(chat: string, text: RegExp): Promise<StoredMessage> {
    return this.until(() => this.by(chat).find((message) => text.test(shownText(message))))
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    try {
      for await (const chunk of request) chunks.push(Buffer.from(chunk))
    } catch {
      // The bot was killed in mid-request.
      return
    }
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://lark')
    const body = await bodyOf(request, Buffer.concat(chunks))
    const query = queryOf(searchParams)
    const call = `${request.method} ${pathname.replace('/open-apis', '')}`
    const planned = this.faults.take(call)
    const answer = planned?.after === false ? { code: -1 } : this.#answer(request, pathname, query, body)
    this.calls.push({ call, body, query, code: 'code' in answer ? Number(answer.code) : 0 })
    if (planned === undefined) respond(response, answer)
    else suffer(planned.misfortune, response)
    this.looked()
  }

  #answer(request: IncomingMessage, path: string, query: Query, body: unknown): object | Content {
    try {
      if (path === '/callback/ws/endpoint') return this.#endpoint(body)
      for (const each of endpoints) {
        const found = each.match(request.method ?? '', path)
        if (found === undefined) continue
        this.#admit(request, each)
        const given = each.run({ path: found, query, body }, this)
        return given instanceof Content ? given : { code: 0, msg: 'success', ...given }
      }
      throw new Refusal(99991404, 'no such endpoint', { status: 404 })
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return { code: error.code, msg: error.message, refusal: error }
    }
  }

  #endpoint(body: unknown): object {
    const given = Credentials.safeParse(body).data
    if (given?.AppID !== this.appId || given.AppSecret !== this.appSecret) {
      return { code: 514, msg: 'invalid app_id or app_secret', data: {} }
    }
    return this.socket.endpoint(`127.0.0.1:${this.#port}`)
  }

  #admit(request: IncomingMessage, { what, open, scope }: Endpoint): void {
    if (open) return
    const token = (request.headers.authorization ?? '').replace(/^Bearer /, '')
    if (token === '') throw new Refusal(99991661, 'Missing access token for authorization')
    if (this.now() - (this.#tokens.get(token) ?? 0) > tokenMs)
      throw new Refusal(99991663, 'Invalid access token for authorization')
    if (scope !== undefined && !this.may(scope)) throw new Refusal(99991672, `Access denied: ${scope}`)
    this.rates.count(what, 50, 1000, 99991400)
    this.rates.count(`${what} in a minute`, 1000, 60_000, 99991400)
  }
}

function queryOf(given: URLSearchParams): Query {
  const named = [...new Set(given.keys())].map((name) => [name, given.getAll(name)] as const)
  return Object.fromEntries(named.map(([name, all]) => [name, all.length > 1 ? all : (all[0] ?? '')]))
}

async function bodyOf({ headers }: IncomingMessage, bytes: Buffer): Promise<unknown> {
  const type = headers['content-type'] ?? ''
  if (bytes.length === 0) return undefined
  if (!type.startsWith('multipart/form-data')) return JSON.parse(bytes.toString()) as unknown
  const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': type } }).formData()
  const entries = [...form].map(async ([name, value]) => {
    return [name, typeof value === 'string' ? value : Buffer.from(await value.arrayBuffer())] as const
  })
  return Object.fromEntries(await Promise.all(entries))
}

function respond(response: ServerResponse, answer: object | Content): void {
  if (answer instanceof Content) {
    const disposition = `attachment; filename="${encodeURIComponent(answer.name)}"`
    response.writeHead(200, { 'content-type': answer.type, 'content-disposition': disposition })
    return void response.end(answer.bytes)
  }
  const { refusal, ...json } = answer as { refusal?: Refusal }
  const reset = refusal?.resetSeconds
  response.writeHead(refusal?.status ?? 200, {
    'content-type': 'application/json; charset=utf-8',
    ...(reset !== undefined && { 'x-ogw-ratelimit-reset': String(reset) }),
  })
  response.end(JSON.stringify(json))
}
