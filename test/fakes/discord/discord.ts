/** A strict Discord on the loopback: REST v10, gateway, interactions, files. It refuses what Discord refuses. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { Buckets, type Rate } from './buckets.ts'
import { Faults } from '../faults.ts'
import { Looking } from '../looking.ts'
import { type Misfortune, suffer } from './faults.ts'
import { Gateway, intents } from './gateway.ts'
import { messageObject } from './objects.ts'
import { namesBot, People } from './people.ts'
import { readBody } from './body.ts'
import { Refusal, type Route } from './route.ts'
import { channels } from './routes/channels.ts'
import { commands } from './routes/commands.ts'
import { interactions } from './routes/interactions.ts'
import { messages } from './routes/messages.ts'
import { Uses } from './uses.ts'
import { kinds, shownText, type StoredMessage, World } from './world.ts'

const routes: readonly (readonly [string, Route])[] = Object.entries({
  ...messages,
  ...channels,
  ...commands,
  ...interactions,
})
const usualRate: Rate = { limit: 50, windowMs: 1000 }
const base = '/api/v10'

/** A call that a bot made. */
export interface ApiCall {
  /** Its name, e.g. `POST /channels/:channel/messages`. */
  readonly route: string
  readonly body: string
  readonly status: number
  readonly at: number
}

export interface DiscordOptions {
  /** Whether the application may have the content of messages; it may, unless told otherwise. */
  readonly content?: boolean
  readonly heartbeatMs?: number
  readonly identifyMs?: number
  /** How soon a press has to be answered. */
  readonly answerMs?: number
  /** For how long no message with the nonce of another is posted. */
  readonly nonceMs?: number
  /** See {@link World.behindMs}. */
  readonly behindMs?: number
}

export class FakeDiscord extends Looking {
  token = 'fake-token.1'
  readonly world: World
  readonly people = new People(this)
  readonly uses = new Uses(this)
  readonly faults = new Faults<Misfortune>()
  readonly buckets = new Buckets()
  readonly gateway: Gateway
  readonly calls: ApiCall[] = []
  /** Channels in which the bot was seen to type, in order. */
  readonly typing: string[] = []
  /** Until when it is seen to, by its channels; by the fake's clock. What it posts ends it. */
  readonly typingUntil = new Map<string, number>()
  readonly content: boolean
  readonly answerMs: number
  readonly nonceMs: number
  readonly sessionStarts = { remaining: 999 }
  readonly #server = createServer((request, response) => void this.#serve(request, response))
  #port = 0

  constructor(options: DiscordOptions = {}) {
    super()
    const { content = true, heartbeatMs = 10_000, identifyMs = 5000, answerMs = 3000 } = options
    const { nonceMs = 180_000, behindMs = 0 } = options
    this.content = content
    this.answerMs = answerMs
    this.nonceMs = nonceMs
    this.world = new World('parley', behindMs)
    this.gateway = new Gateway({
      world: this.world,
      token: () => this.token,
      url: () => this.gatewayUrl,
      content: () => this.content,
      heartbeatMs,
      identifyMs,
      starts: this.sessionStarts,
      connected: () => this.looked(),
    })
    this.#server.on('upgrade', (request, socket) => this.gateway.accept(request, socket))
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  get apiUrl(): string {
    return `${this.url}/api`
  }

  get gatewayUrl(): string {
    return `ws://127.0.0.1:${this.#port}`
  }

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    const address = this.#server.address()
    if (typeof address === 'object' && address !== null) this.#port = address.port
  }

  /** Nothing answers any more. Safe to call twice. */
  async close(): Promise<void> {
    this.gateway.close()
    if (!this.#server.listening) return
    this.#server.close()
    this.#server.closeAllConnections()
    await once(this.#server, 'close')
  }

  /** An event about a message, to whoever may know of it. */
  tell(t: 'MESSAGE_CREATE' | 'MESSAGE_UPDATE', message: StoredMessage): void {
    const channel = this.world.channels.get(message.channel)
    const guild = channel?.guild
    const needed = channel?.kind === kinds.direct ? intents.directMessages : intents.guildMessages
    const whole = {
      ...messageObject(this.world, message, this.url),
      ...(message.nonce === undefined ? {} : { nonce: message.nonce }),
      ...(guild === undefined
        ? {}
        : { guild_id: guild, member: { roles: this.world.rolesOf(message.author, guild) } }),
    }
    const sees = (held: number): object =>
      (held & intents.content) === 0 ? this.veiled(whole, message, true) : whole
    this.gateway.dispatch({ t, guild, d: (held) => ((held & needed) === 0 ? undefined : sees(held)) })
    this.looked()
  }

  /** Any other event. */
  announce(t: string, d: object): void {
    const guild = 'guild_id' in d && typeof d.guild_id === 'string' ? d.guild_id : undefined
    this.gateway.dispatch({ t, guild, d: () => d })
    this.looked()
  }

  /** A message as an application sees it that may not have the content: unless it is direct, its own or names it. */
  veiled(whole: object, message: StoredMessage, veil = !this.content): object {
    const direct = this.world.channels.get(message.channel)?.kind === kinds.direct
    if (!veil || direct || message.author === this.world.app || namesBot(this, message)) return whole
    return { ...whole, content: '', attachments: [], embeds: [], components: [] }
  }

  in(channel: string): readonly StoredMessage[] {
    return this.world.in(channel)
  }

  /** The bot's own, as text. */
  said(channel: string): string[] {
    return this.in(channel)
      .filter(({ author }) => author === this.world.app)
      .map(shownText)
  }

  /** Waits until something of the bot's in the channel reads like this. */
  see(channel: string, text: RegExp): Promise<StoredMessage> {
    return this.until(() =>
      this.in(channel).find((message) => message.author === this.world.app && text.test(shownText(message))),
    )
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    try {
      for await (const chunk of request) chunks.push(Buffer.from(chunk))
    } catch {
      // The bot was killed in mid-request.
      return
    }
    const url = new URL(request.url ?? '/', this.url)
    if (url.pathname.startsWith('/attachments/')) this.#download(url.pathname, response)
    else await this.#call(request, url, Buffer.concat(chunks), response)
    this.looked()
  }

  async #call(request: IncomingMessage, url: URL, raw: Buffer, response: ServerResponse): Promise<void> {
    const found = routeOf(`${request.method} ${url.pathname.slice(base.length)}`)
    const name = found?.name ?? `${request.method} ${url.pathname}`
    const planned = this.faults.take(name)
    const taken = this.buckets.take(name, found?.ids.channel ?? '', found?.route.rate ?? usualRate)
    for (const [header, value] of Object.entries(taken.headers)) response.setHeader(header, value)
    let status = planned === undefined ? 200 : 0
    try {
      if (taken.retryAfter !== undefined) {
        status = 429
        const { retryAfter: seconds, global = false } = taken
        return suffer({ kind: 'throttled', seconds, global }, response)
      }
      if (planned?.after === false) return suffer(planned.misfortune, response)
      if (found === undefined || !url.pathname.startsWith(base)) throw new Refusal(404, 0, '404: Not Found')
      if (found.route.open !== true && request.headers.authorization !== `Bot ${this.token}`)
        throw new Refusal(401, 0, '401: Unauthorized')
      if (found.route.open === true && request.headers.authorization !== undefined)
        throw new Refusal(400, 50_035, 'This route takes no token')
      const { ids } = found
      const used = [...this.uses.all.values()].find(({ token }) => token === ids.token)
      const fileBytes = this.world.fileBytes(ids.channel ?? used?.channel)
      const newId = (): string => this.world.id()
      const read = await readBody(request.headers['content-type'], raw, { newId, fileBytes })
      const answer = found.route.run({ discord: this, ids: found.ids, query: url.searchParams, ...read })
      if (planned !== undefined) return suffer(planned.misfortune, response)
      // A 204 has no content type: SDKs try to read what one promises.
      if (answer === undefined) return void response.writeHead((status = 204)).end()
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(answer))
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      status = error.status
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ message: error.message, code: error.code, ...error.more }))
    } finally {
      this.calls.push({ route: name, body: raw.toString(), status, at: Date.now() })
    }
  }

  #download(path: string, response: ServerResponse): void {
    const [, , , id] = path.split('/')
    const file = this.world.messages.flatMap(({ files }) => files).find((each) => each.id === id)
    if (file === undefined) return void response.writeHead(404).end('This content is no longer available.')
    response.writeHead(200, { 'content-type': file.mime ?? 'application/octet-stream' }).end(file.content)
  }
}

interface Found {
  readonly name: string
  readonly route: Route
  readonly ids: Readonly<Record<string, string>>
}

function routeOf(call: string): Found | undefined {
  for (const [name, route] of routes) {
    const pattern = new RegExp(`^${name.replaceAll(/:(\w+)/g, '(?<$1>[^/]+)')}$`)
    const match = pattern.exec(call)
    if (match !== null) return { name, route, ids: { ...match.groups } }
  }
  return undefined
}
