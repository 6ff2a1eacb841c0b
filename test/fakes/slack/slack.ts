/** A strict Slack on the loopback: Web API, Socket Mode, signed events, files. It refuses what Slack refuses. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Courier } from './courier.ts'
import { Faults } from '../faults.ts'
import { Looking } from '../looking.ts'
import { type Misfortune, suffer } from './faults.ts'
import { type Method, Refusal } from './method.ts'
import { chat } from './methods/chat.ts'
import { conversations } from './methods/conversations.ts'
import { files } from './methods/files.ts'
import { others } from './methods/others.ts'
import { stream } from './methods/stream.ts'
import { OAuth, type Place, teamsOf } from './oauth.ts'
import { People } from './people.ts'
import { Rates } from './rates.ts'
import { readable } from './shapes.ts'
import { SocketMode } from './socket-mode.ts'
import { shownText, type StoredFile, type StoredMessage, Team } from './team.ts'

const methods: Readonly<Record<string, Method>> = {
  ...chat,
  ...stream,
  ...conversations,
  ...files,
  ...others,
}

/** What the app was given at its installation. */
const granted =
  'app_mentions:read,assistant:write,channels:history,chat:write,commands,files:read,files:write,groups:history,im:history,mpim:history,users:read'.split(
    ',',
  )

interface Token {
  readonly teams: readonly Team[]
  readonly app: boolean
  /** Milliseconds since 1970. */
  expiresAt?: number
  /** Those that it lacks. */
  readonly lacks: Set<string>
  /** What every call with it is refused with. */
  refused?: string
}

/** A call that a bot made. */
export interface ApiCall {
  readonly method: string
  readonly form: Readonly<Record<string, string>>
  readonly at: number
}

export interface SlackOptions {
  /** How soon the bot has to acknowledge what is delivered, milliseconds. */
  readonly ackWithin?: number
}

export class FakeSlack extends Looking {
  readonly botToken = 'xoxb-fake-1'
  readonly appToken = 'xapp-fake-1'
  readonly team = new Team('T1')
  readonly people = new People(this)
  readonly oauth = new OAuth()
  readonly faults = new Faults<Misfortune>()
  readonly rates = new Rates()
  readonly socket: SocketMode
  readonly tokens = new Map<string, Token>()
  readonly calls: ApiCall[] = []
  /** How events get to the bot. */
  courier: Courier
  /** How many tables of Markdown it takes in one message. It is not documented; 1 was seen by others. */
  tables = Infinity
  /** Whether it takes blocks at all: it does not tell all of its rules. */
  blocks = true
  /** Whether the app is declared as an agent. */
  agents = true
  /** Whether the workspace has native streaming. */
  streaming = true
  readonly #server = createServer((request, response) => void this.#serve(request, response))
  #port = 0

  constructor({ ackWithin = 3000 }: SlackOptions = {}) {
    super()
    this.socket = new SocketMode({ url: () => this.url, ackWithin })
    this.courier = this.socket
    this.tokens.set(this.botToken, { teams: [this.team], app: false, lacks: new Set() })
    this.tokens.set(this.appToken, { teams: [this.team], app: true, lacks: new Set() })
    this.#server.on('upgrade', (request, socket) => this.socket.accept(request, socket))
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
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

  /** A channel that the bot is a member of. */
  channel(name: string, team = this.team): string {
    team.channels.set(name, { kind: 'channel', member: true })
    return name
  }

  /** A new token, as it is told to the app. Where tokens are rotated it expires, and the one before it with it. */
  issue(place: Place): { access_token: string; refresh_token?: string; expires_in?: number } {
    const { expiresIn: seconds } = this.oauth
    const teams = teamsOf(place)
    const token = `${seconds === undefined ? '' : 'xoxe.'}xoxb-${teams[0]?.id}-${this.tokens.size}`
    const known: Token = { teams, app: false, lacks: new Set() }
    this.tokens.set(token, known)
    if (seconds === undefined) return { access_token: token }
    known.expiresAt = Date.now() + seconds * 1000
    return { access_token: token, refresh_token: this.oauth.renewal(place), expires_in: seconds }
  }

  /** What was issued so far is worth nothing from now on. */
  expire(): void {
    for (const token of this.tokens.values()) if (token.expiresAt !== undefined) token.expiresAt = 0
  }

  keep(team: Team, file: Pick<StoredFile, 'id' | 'name' | 'content'>, mimetype = 'text/plain'): StoredFile {
    const stored = { ...file, mimetype, path: `/files-pri/${team.id}-${file.id}/download` }
    team.files.set(file.id, stored)
    return stored
  }

  /** What people see in a channel, in order: threads too. */
  in(channel: string, team = this.team): readonly StoredMessage[] {
    return team.messages.filter((message) => message.channel === channel)
  }

  /** The bot's own, as text. */
  said(channel: string, team = this.team): string[] {
    return this.in(channel, team)
      .filter(({ botId }) => botId === team.bot.id)
      .map(shownText)
  }

  /** Waits until something of the bot's in the channel reads like this. */
  see(channel: string, text: RegExp, team = this.team): Promise<StoredMessage> {
    return this.until(() =>
      this.in(channel, team).find(
        (message) => message.botId === team.bot.id && text.test(shownText(message)),
      ),
    )
  }

  /** Waits until this person's home tab reads like this. */
  seeHome(user: string, text: RegExp, team = this.team): Promise<string> {
    return this.until(() => {
      const shown = readable(team.homes.get(user)?.blocks ?? [])
      return text.test(shown) ? shown : undefined
    })
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    try {
      for await (const chunk of request) chunks.push(Buffer.from(chunk))
    } catch {
      // The bot was killed in mid-request.
      return
    }
    const body = Buffer.concat(chunks)
    const path = new URL(request.url ?? '/', 'http://slack').pathname
    if (path.startsWith('/api/')) this.#call(path.slice('/api/'.length), request, response, body)
    else if (path.startsWith('/upload/')) this.#upload(path, response, body)
    else if (path.startsWith('/files-pri/')) this.#download(path, request, response)
    else response.writeHead(404).end()
    this.looked()
  }

  #call(name: string, request: IncomingMessage, response: ServerResponse, body: Buffer): void {
    const form = Object.fromEntries(new URLSearchParams(body.toString()))
    this.calls.push({ method: name, form, at: Date.now() })
    const wait = this.rates.take(name, form.channel ?? '')
    if (wait > 0) return suffer({ kind: 'throttled', seconds: wait }, response)
    const planned = this.faults.take(name)
    const answer = planned?.after === false ? {} : this.#answer(name, request, form)
    if (planned !== undefined) return suffer(planned.misfortune, response)
    response.setHeader('content-type', 'application/json')
    const lacks = this.tokens.get(tokenIn(request))?.lacks
    if (lacks !== undefined)
      response.setHeader('x-oauth-scopes', granted.filter((scope) => !lacks.has(scope)).join(','))
    response.end(JSON.stringify(answer))
  }

  #answer(name: string, request: IncomingMessage, form: Readonly<Record<string, string>>): object {
    try {
      const called = methods[name]
      if (called === undefined) throw new Refusal('unknown_method')
      if (called.tokenless === true)
        return { ok: true, ...called.run(form, { slack: this, team: this.team }) }
      const token = this.#tokenOf(request)
      if (token.app !== (called.app ?? false)) throw new Refusal('not_allowed_token_type')
      const { scope } = called
      if (scope !== undefined && token.lacks.has(scope)) {
        throw new Refusal('missing_scope', { needed: scope, provided: 'others' })
      }
      return { ok: true, ...called.run(form, { slack: this, team: teamOf(token, form) }) }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return { ok: false, error: error.error, ...error.more }
    }
  }

  #tokenOf(request: IncomingMessage): Token {
    const token = this.tokens.get(tokenIn(request))
    if (token === undefined) throw new Refusal('invalid_auth')
    if (token.expiresAt !== undefined && token.expiresAt <= Date.now()) throw new Refusal('token_expired')
    if (token.refused !== undefined) throw new Refusal(token.refused)
    return token
  }

  #upload(path: string, response: ServerResponse, body: Buffer): void {
    const planned = this.faults.take('upload')
    if (planned !== undefined) return suffer(planned.misfortune, response)
    const [, , , id = ''] = path.split('/')
    const upload = this.team.uploads.get(id)
    if (upload === undefined || upload.length !== body.length) return void response.writeHead(400).end()
    upload.content = body
    response.end(`OK - ${body.length}`)
  }

  /** Without a token that may read files, Slack shows the page where people sign in. */
  #download(path: string, request: IncomingMessage, response: ServerResponse): void {
    const token = this.tokens.get(tokenIn(request))
    const files = token?.teams.flatMap((team) => [...team.files.values()])
    const file = files?.find((each) => each.path === path)
    if (file === undefined || token?.lacks.has('files:read') === true) {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<!DOCTYPE html>Sign in')
      return
    }
    response.writeHead(200, { 'content-type': file.mimetype }).end(file.content)
  }
}

/** An organisation's token is good for the workspace whose channel, file, person or press the call is about. */
function teamOf({ teams }: Token, form: Readonly<Record<string, string>>): Team {
  const { channel = form.channel_id ?? '', file = '', user = form.user_id ?? '', trigger_id = '' } = form
  const about = (team: Team): boolean =>
    team.channels.has(channel) ||
    team.files.has(file) ||
    team.triggers.has(trigger_id) ||
    (channel === '' && team.channels.has(`D${user}`))
  const team = teams.find(about) ?? teams[0]
  if (team === undefined) throw new Refusal('team_not_found')
  return team
}

function tokenIn({ headers }: IncomingMessage): string {
  return (headers.authorization ?? '').replace(/^Bearer /, '')
}
