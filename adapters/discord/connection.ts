/**
 * One connection to the gateway, from hello to its end. The SDK's own lets a malformed payload end the process and
 * reconnects without a pause that grows; here whatever comes is looked at first.
 */
import { GatewayCloseCodes, GatewayOpcodes } from 'discord.js'
import { z } from 'zod'
import type { Log } from '../../src/contract.ts'

/** How long the gateway may take to say hello, and then to be ready. */
const helloMs = 20_000
const readyMs = 30_000

const Payload = z.object({
  op: z.int(),
  d: z.unknown().optional(),
  s: z.int().nullish(),
  t: z.string().nullish(),
})
const Hello = z.object({ heartbeat_interval: z.number().min(1).max(600_000) })
const Ready = z.object({ session_id: z.string().min(1), resume_gateway_url: z.url({ protocol: /^wss?$/ }) })

/** What can be resumed on another connection. */
export interface Session {
  readonly id: string
  /** Where. */
  readonly url: string
  /** The last event that came. */
  seq: number
}

export interface End {
  /** `resume` the session may go on; `anew` it is over; `refused` no connection is possible as things are. */
  readonly next: 'resume' | 'anew' | 'refused'
  /** What happened, for the log. */
  readonly why: string
  readonly code?: number
  /** It was ready before. */
  readonly ready: boolean
  /** True: the gateway itself has ended the session, and wants a pause. */
  readonly invalid?: boolean
}

export interface ConnectionOptions {
  readonly url: string
  readonly token: string
  readonly intents: number
  /** Its number, and how many there are. */
  readonly shard: readonly [id: number, count: number]
  /** Absent: a new session is begun. */
  readonly session: Session | undefined
  readonly log: Log
  /** A new session is asked for just now. Must not throw. */
  readonly identified: () => void
  /** Ready to receive: a session began, or goes on. */
  readonly ready: (session: Session, begun: boolean) => void
  /** Must not throw. */
  readonly event: (type: string, data: unknown) => void
}

/** Nothing is won by trying these again as they are. */
const refusals: ReadonlySet<number> = new Set([
  GatewayCloseCodes.AuthenticationFailed,
  GatewayCloseCodes.InvalidShard,
  GatewayCloseCodes.ShardingRequired,
  GatewayCloseCodes.InvalidAPIVersion,
  GatewayCloseCodes.InvalidIntents,
  GatewayCloseCodes.DisallowedIntents,
])
/** The session is lost with these. */
const endings: ReadonlySet<number> = new Set([
  1000,
  1001,
  GatewayCloseCodes.NotAuthenticated,
  GatewayCloseCodes.AlreadyAuthenticated,
  GatewayCloseCodes.InvalidSeq,
  GatewayCloseCodes.SessionTimedOut,
])
/** Tells the gateway that the session goes on elsewhere. */
const resuming = 4200

export class Connection {
  readonly ended: Promise<End>
  readonly #options: ConnectionOptions
  readonly #socket: WebSocket
  readonly #end = Promise.withResolvers<End>()
  #session: Session | undefined
  #ready = false
  #over = false
  #acked = true
  #beat: NodeJS.Timeout | undefined
  #patience: NodeJS.Timeout | undefined

  constructor(options: ConnectionOptions) {
    this.#options = options
    this.#session = options.session
    this.ended = this.#end.promise
    this.#socket = new WebSocket(`${options.url.replace(/\/+$/, '')}/?v=10&encoding=json`)
    this.#socket.addEventListener('message', ({ data }) => this.#take(data))
    this.#socket.addEventListener('error', () => this.#finish('resume', 'the connection failed'))
    this.#socket.addEventListener('close', ({ code }) => this.#closed(code))
    this.#wait(helloMs, 'the gateway did not say hello')
  }

  /** Leaves. `ended` resolves. */
  close(): void {
    this.#finish('anew', 'left', { close: 1000 })
  }

  #closed(code: number): void {
    const next = refusals.has(code) ? 'refused' : endings.has(code) ? 'anew' : 'resume'
    this.#finish(next, `the gateway closed the connection with ${code}`, { code })
  }

  #take(data: unknown): void {
    if (this.#over) return
    const payload = parsed(data)
    if (payload === undefined) return this.#options.log.debug({}, 'the gateway sent something unreadable')
    const { op, d, s, t } = payload
    if (typeof s === 'number' && this.#session !== undefined)
      this.#session.seq = Math.max(this.#session.seq, s)
    this.#heed(op, d, t ?? '', s ?? 0)
  }

  #heed(op: GatewayOpcodes, d: unknown, type: string, seq: number): void {
    if (op === GatewayOpcodes.Dispatch) this.#event(type, d, seq)
    else if (op === GatewayOpcodes.Hello) this.#hello(d)
    else if (op === GatewayOpcodes.HeartbeatAck) this.#acked = true
    else if (op === GatewayOpcodes.Heartbeat) this.#send(op, this.#session?.seq ?? null)
    else if (op === GatewayOpcodes.Reconnect) this.#finish('resume', 'the gateway asks to reconnect')
    else if (op === GatewayOpcodes.InvalidSession)
      this.#finish(d === true ? 'resume' : 'anew', 'the gateway has ended the session', { invalid: true })
  }

  #hello(d: unknown): void {
    const hello = Hello.safeParse(d)
    if (!hello.success || this.#beat !== undefined) return
    const { heartbeat_interval: every } = hello.data
    this.#wait(readyMs, 'the gateway did not get ready')
    // The first at a random moment, so that not all bots beat at once after an outage.
    this.#beat = setTimeout(() => {
      this.#heartbeat()
      if (!this.#over) this.#beat = setInterval(() => this.#heartbeat(), every)
    }, every * Math.random())
    const { token, intents, shard, identified } = this.#options
    if (this.#session !== undefined) {
      const { id, seq } = this.#session
      return this.#send(GatewayOpcodes.Resume, { token, session_id: id, seq })
    }
    const properties = { os: process.platform, browser: 'parley', device: 'parley' }
    identified()
    this.#send(GatewayOpcodes.Identify, { token, intents, properties, shard })
  }

  #heartbeat(): void {
    if (!this.#acked) return this.#finish('resume', 'the gateway does not answer heartbeats')
    this.#acked = false
    this.#send(GatewayOpcodes.Heartbeat, this.#session?.seq ?? null)
  }

  #event(type: string, d: unknown, seq: number): void {
    if (type === 'READY') {
      const ready = Ready.safeParse(d)
      if (!ready.success) return this.#finish('anew', 'the gateway did not say what the session is')
      this.#session = { id: ready.data.session_id, url: ready.data.resume_gateway_url, seq }
      return this.#isReady(this.#session, true)
    }
    if (type === 'RESUMED' && this.#session !== undefined) return this.#isReady(this.#session, false)
    this.#options.event(type, d)
  }

  #isReady(session: Session, begun: boolean): void {
    clearTimeout(this.#patience)
    this.#ready = true
    this.#options.ready(session, begun)
  }

  #send(op: GatewayOpcodes, d: unknown): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify({ op, d }))
  }

  #wait(ms: number, why: string): void {
    clearTimeout(this.#patience)
    this.#patience = setTimeout(() => this.#finish('resume', why), ms)
  }

  #finish(
    next: End['next'],
    why: string,
    { close = resuming, ...more }: { close?: number; code?: number; invalid?: boolean } = {},
  ): void {
    if (this.#over) return
    this.#over = true
    clearTimeout(this.#patience)
    // One kind of timer can be cleared by the other's name.
    clearTimeout(this.#beat)
    this.#socket.close(close)
    this.#end.resolve({ next, why, ready: this.#ready, ...more })
  }
}

function parsed(data: unknown): z.infer<typeof Payload> | undefined {
  try {
    return typeof data === 'string' ? Payload.safeParse(JSON.parse(data)).data : undefined
  } catch {
    return undefined
  }
}
