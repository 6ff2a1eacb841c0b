/** Socket Mode: events over WebSockets that the bot opens. */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { z } from 'zod'
import type { Courier, Delivery } from './courier.ts'
import { WebSocketConnection } from '../websocket.ts'

const Ack = z.strictObject({ envelope_id: z.string(), payload: z.unknown().optional() })

export interface SocketModeOptions {
  /** Where sockets are opened. */
  readonly url: () => string
  /** Milliseconds in which an envelope must be acknowledged; Slack gives 3 s. */
  readonly ackWithin: number
}

export class SocketMode implements Courier {
  readonly #options: SocketModeOptions
  readonly #connections = new Set<WebSocketConnection>()
  readonly #undelivered = new Set<Delivery>()
  readonly #sent = new Map<string, Delivery>()
  readonly #timers = new Set<NodeJS.Timeout>()
  readonly #tickets = new Set<string>()
  readonly #connected = new Set<() => void>()
  #held: Delivery[] | undefined
  /** Whether all connections are used in turn, as Slack does with those of several nodes; else the newest. */
  spread = false
  #turn = 0
  /** Envelopes that were acknowledged too late, or twice. */
  readonly strayAcks: string[] = []

  constructor(options: SocketModeOptions) {
    this.#options = options
  }

  /** A URL is good for one connection. */
  address(): string {
    const ticket = randomUUID()
    this.#tickets.add(ticket)
    return `${this.#options.url().replace(/^http/, 'ws')}/link?ticket=${ticket}`
  }

  accept(request: IncomingMessage, socket: Duplex): void {
    const ticket = new URL(request.url ?? '/', 'ws://slack').searchParams.get('ticket') ?? ''
    if (!this.#tickets.delete(ticket)) {
      socket.end('HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n')
      return
    }
    const connection = new WebSocketConnection(request, socket)
    connection.on('message', (text) => this.#acknowledged(text))
    connection.on('close', () => this.#connections.delete(connection))
    this.#connections.add(connection)
    connection.send({
      type: 'hello',
      num_connections: this.#connections.size,
      connection_info: { app_id: 'A1' },
      debug_info: { approximate_connection_time: 18_060 },
    })
    for (const delivery of this.#undelivered) this.#send(delivery)
    for (const resolve of this.#connected) resolve()
    this.#connected.clear()
  }

  deliver(delivery: Delivery): void {
    this.#undelivered.add(delivery)
    if (this.#held === undefined) this.#send(delivery)
    else this.#held.push(delivery)
  }

  /** What happens from now on is delivered later. */
  hold(): void {
    this.#held = []
  }

  /** Delivers what was held, in the order of the day. */
  release(order: 'oldest first' | 'newest first'): void {
    const held = this.#held ?? []
    this.#held = undefined
    for (const delivery of order === 'oldest first' ? held : held.toReversed()) this.#send(delivery)
  }

  repeat(delivery: Delivery): void {
    this.#send(delivery)
  }

  /** What could not be delivered is given up. */
  forget(): void {
    this.#undelivered.clear()
  }

  /** The lines are cut, without a word. */
  drop(): void {
    for (const connection of this.#connections) connection.drop()
  }

  /** Slack is about to move the connections and asks for new ones. */
  refresh(): void {
    for (const connection of this.#connections)
      connection.send({ type: 'disconnect', reason: 'refresh_requested' })
  }

  /** Resolves when a bot connects anew. */
  reconnected(): Promise<void> {
    return new Promise((resolve) => this.#connected.add(resolve))
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#undelivered.clear()
    for (const connection of this.#connections) connection.drop()
  }

  #send(delivery: Delivery): void {
    const connections = [...this.#connections].toReversed()
    const connection = connections[this.spread ? this.#turn++ % connections.length : 0]
    if (connection === undefined) return
    const id = randomUUID()
    const { type, payload, attempts } = delivery
    delivery.attempts += 1
    this.#sent.set(id, delivery)
    const retry =
      attempts > 0 && type === 'events_api' ? { retry_attempt: attempts, retry_reason: 'timeout' } : {}
    connection.send({
      envelope_id: id,
      type,
      payload,
      accepts_response_payload: type !== 'events_api',
      ...retry,
    })
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      this.#late(id, delivery)
    }, this.#options.ackWithin)
    this.#timers.add(timer)
  }

  /** What is not acknowledged in time counts as not delivered. A press is not sent again: its sender sees a warning. */
  #late(id: string, delivery: Delivery): void {
    this.#sent.delete(id)
    if (delivery.acked) return
    if (delivery.type === 'events_api') this.#send(delivery)
    else this.#undelivered.delete(delivery)
  }

  #acknowledged(text: string): void {
    const { envelope_id: id, payload } = Ack.parse(JSON.parse(text))
    const delivery = this.#sent.get(id)
    this.#sent.delete(id)
    if (delivery === undefined) {
      this.strayAcks.push(id)
      return
    }
    this.#undelivered.delete(delivery)
    delivery.settle(payload)
  }
}
