/** The gateway: sessions that are identified, kept alive and resumed over real websockets. */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { userObject } from './objects.ts'
import { Identify, parsed, Resume, shardOf } from './payloads.ts'
import { WebSocketConnection } from '../websocket.ts'
import type { World } from './world.ts'

export const intents = {
  guilds: 1,
  guildMessages: 1 << 9,
  guildTyping: 1 << 11,
  directMessages: 1 << 12,
  directTyping: 1 << 14,
  content: 1 << 15,
} as const
const privileged = (1 << 1) | (1 << 8) | intents.content
const allIntents = (1 << 26) - 1

/** An event as each session is told of it; undefined: it is not. `intents`: those of the session. */
export interface Event {
  readonly t: string
  /** Its shard hears of it; absent: what is direct, for the first shard. */
  readonly guild?: string | undefined
  d(intents: number): object | undefined
}

/** What Discord says of shards. */
export interface Sharding {
  /** How many it recommends, and with fewer than how many it refuses. */
  readonly recommended: number
  readonly least: number
  /** Shards whose numbers differ in the remainder by this may identify together. */
  readonly concurrency: number
}

interface Session {
  readonly id: string
  readonly intents: number
  readonly shard: readonly [id: number, count: number]
  readonly log: { readonly s: number; readonly t: string; readonly d: unknown }[]
  seq: number
  connection: WebSocketConnection | undefined
}

export interface GatewayOptions {
  readonly world: World
  readonly token: () => string
  readonly url: () => string
  /** Whether the application may have the content of messages. */
  readonly content: () => boolean
  readonly heartbeatMs: number
  /** The least time between two identifies of shards that may not identify together. */
  readonly identifyMs: number
  /** How many sessions may be begun yet. */
  readonly starts: { remaining: number }
  /** Called when a session is there, or goes on. */
  connected(): void
}

export class Gateway {
  readonly #options: GatewayOptions
  readonly #connections = new Set<WebSocketConnection>()
  readonly #sessions = new Map<string, Session>()
  readonly #identifiedAt = new Map<number, number>()
  /** False: heartbeats are not acknowledged. */
  acks = true
  /** How late they are acknowledged. */
  ackMs = 0
  /** Lines that are dead although nobody closed them. */
  readonly #dead = new WeakSet<WebSocketConnection>()
  /** True: nobody gets through. */
  away = false
  /** What the bot did here: `identify`, `resume`, `heartbeat`, and refusals by their close code. */
  readonly seen: string[] = []
  /** The shards that identified, in order. */
  readonly identified: { readonly shard: readonly [id: number, count: number]; readonly at: number }[] = []
  sharding: Sharding = { recommended: 1, least: 1, concurrency: 1 }

  constructor(options: GatewayOptions) {
    this.#options = options
  }

  accept(request: IncomingMessage, socket: Duplex): void {
    if (this.away) return void socket.destroy()
    const connection = new WebSocketConnection(request, socket)
    this.#connections.add(connection)
    let session: Session | undefined
    let beats = Date.now()
    let count = 0
    const { heartbeatMs } = this.#options
    const watch = setInterval(() => {
      if (Date.now() - beats > heartbeatMs * 2.5) this.#end(connection, 4009)
    }, heartbeatMs)
    connection.on('close', () => {
      clearInterval(watch)
      this.#connections.delete(connection)
      if (session?.connection === connection) session.connection = undefined
    })
    connection.on('message', (text) => {
      const payload = parsed(text)
      count += 1
      if (count > 120) return this.#end(connection, 4008)
      if (payload === undefined) return this.#end(connection, 4002)
      if (payload.op === 1) {
        beats = Date.now()
        this.seen.push('heartbeat')
        if (this.acks) this.#acknowledge(connection)
      } else if (payload.op === 2) {
        if (session === undefined) session = this.#identify(connection, payload.d)
        else this.#end(connection, 4005)
      } else if (payload.op === 6 && session === undefined) session = this.#resume(connection, payload.d)
      else this.#end(connection, session === undefined ? 4003 : 4001)
    })
    connection.send({ op: 10, d: { heartbeat_interval: heartbeatMs } })
  }

  #acknowledge(connection: WebSocketConnection): void {
    const acknowledge = (): void => this.#send(connection, { op: 11 })
    if (this.ackMs === 0) return acknowledge()
    const timer = setTimeout(acknowledge, this.ackMs)
    connection.on('close', () => clearTimeout(timer))
  }

  /** The lines that are there now carry nothing any more, and nobody is told. */
  zombify(): void {
    for (const connection of this.#connections) this.#dead.add(connection)
  }

  #send(connection: WebSocketConnection | undefined, payload: object): void {
    if (connection !== undefined && !this.#dead.has(connection)) connection.send(payload)
  }

  /** Tells every session that it concerns, those too that are away for the moment. */
  dispatch(event: Event): void {
    for (const session of this.#sessions.values()) {
      if (!hears(session, event.guild)) continue
      const d = event.d(session.intents)
      if (d !== undefined) this.#tell(session, event.t, d)
    }
  }

  /** The last event once more, as Discord may send it. */
  again(): void {
    for (const { connection, log } of this.#sessions.values()) {
      const last = log.at(-1)
      if (last !== undefined) connection?.send({ op: 0, ...last })
    }
  }

  /** Sends a text as it is to whoever is connected. */
  raw(text: string): void {
    for (const connection of this.#connections) connection.raw(text)
  }

  /** Asks to reconnect (op 7). */
  reconnect(): void {
    this.raw(JSON.stringify({ op: 7, d: null }))
  }

  /** Ends the sessions (op 9). `resumable`: they may be taken up again. */
  invalidate(resumable: boolean): void {
    if (!resumable) this.#sessions.clear()
    this.raw(JSON.stringify({ op: 9, d: resumable }))
  }

  /** The sessions are no longer known: nobody can resume them. */
  forget(): void {
    this.#sessions.clear()
  }

  /** Closes every connection; absent: the line is cut. */
  close(code?: number): void {
    for (const connection of this.#connections) {
      if (code === undefined) connection.drop()
      else connection.close(code)
    }
  }

  /** Cuts the line of one shard. */
  drop(shard: number): void {
    for (const session of this.#sessions.values()) if (session.shard[0] === shard) session.connection?.drop()
  }

  get connected(): boolean {
    return this.shards.length > 0
  }

  /** Those that are connected. */
  get shards(): readonly number[] {
    return [...this.#sessions.values()].flatMap(({ connection, shard: [id] }) =>
      connection === undefined ? [] : [id],
    )
  }

  #identify(connection: WebSocketConnection, d: unknown): Session | undefined {
    const identify = Identify.safeParse(d).data
    if (identify === undefined) return this.#end(connection, 4002)
    const shard = identify.shard ?? [0, 1]
    const refusal = this.#refusal(identify, shard)
    if (refusal !== undefined) return this.#end(connection, refusal)
    const row = shard[0] % this.sharding.concurrency
    if (Date.now() - (this.#identifiedAt.get(row) ?? 0) < this.#options.identifyMs) {
      this.seen.push('too early')
      connection.send({ op: 9, d: false })
      return undefined
    }
    this.#identifiedAt.set(row, Date.now())
    this.#options.starts.remaining -= 1
    this.seen.push('identify')
    this.identified.push({ shard, at: Date.now() })
    return this.#begin(connection, identify.intents, shard)
  }

  /** A close code; undefined: it may identify. */
  #refusal({ token, intents: wanted }: Identify, [id, count]: Session['shard']): number | undefined {
    const { content, starts, token: known } = this.#options
    // Whoever begins more sessions than allowed has its token taken away.
    if (token !== known() || starts.remaining <= 0) return 4004
    if (id >= count) return 4010
    if (count < this.sharding.least) return 4011
    if ((wanted & ~allIntents) !== 0) return 4013
    return (wanted & privileged & ~(content() ? intents.content : 0)) === 0 ? undefined : 4014
  }

  #begin(connection: WebSocketConnection, held: number, shard: Session['shard']): Session {
    const { content, world, url } = this.#options
    const session: Session = { id: randomUUID(), intents: held, shard, log: [], seq: 0, connection }
    this.#sessions.set(session.id, session)
    const guilds = world.guilds.filter((guild) => shardOf(guild, shard[1]) === shard[0])
    this.#tell(session, 'READY', {
      v: 10,
      user: userObject(world.users.get(world.app) ?? { id: world.app, name: 'bot' }),
      guilds: guilds.map((id) => ({ id, unavailable: true })),
      session_id: session.id,
      resume_gateway_url: url(),
      shard,
      application: { id: world.app, flags: content() ? 1 << 19 : 0 },
    })
    for (const id of (held & intents.guilds) === 0 ? [] : guilds) {
      this.#tell(session, 'GUILD_CREATE', {
        id,
        name: 'guild',
        premium_tier: world.tiers.get(id) ?? 0,
        channels: [],
        threads: [],
        roles: [{ id: world.role, name: 'parley', managed: true, tags: { bot_id: world.app } }],
      })
    }
    this.#options.connected()
    return session
  }

  #resume(connection: WebSocketConnection, d: unknown): Session | undefined {
    const resume = Resume.safeParse(d).data
    if (resume === undefined) return this.#end(connection, 4002)
    if (resume.token !== this.#options.token()) return this.#end(connection, 4004)
    const session = this.#sessions.get(resume.session_id)
    if (session === undefined) {
      this.seen.push('not resumed')
      connection.send({ op: 9, d: false })
      return undefined
    }
    if (resume.seq > session.seq) return this.#end(connection, 4007)
    this.seen.push('resume')
    session.connection = connection
    for (const event of session.log) if (event.s > resume.seq) connection.send({ op: 0, ...event })
    this.#tell(session, 'RESUMED', {})
    this.#options.connected()
    return session
  }

  #tell(session: Session, t: string, d: unknown): void {
    session.seq += 1
    const event = { s: session.seq, t, d }
    session.log.push(event)
    this.#send(session.connection, { op: 0, ...event })
  }

  #end(connection: WebSocketConnection, code: number): undefined {
    this.seen.push(String(code))
    connection.close(code)
  }
}

function hears({ shard: [id, count] }: Session, guild: string | undefined): boolean {
  return guild === undefined ? id === 0 : shardOf(guild, count) === id
}
