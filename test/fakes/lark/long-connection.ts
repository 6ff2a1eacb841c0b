/** The long connection: events over a WebSocket, to one of the clients that are connected, again until acknowledged. */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { z } from 'zod'
import type { Courier, Delivery } from './courier.ts'
import { decodeFrame, encodeFrame, type Frame, methods } from './frame.ts'
import { WebSocketConnection } from '../websocket.ts'

export interface LongConnectionOptions {
  /** Milliseconds that the bot has to acknowledge. */
  readonly ackWithin: number
  /** Bytes of one frame's payload; what is longer comes in parts. */
  readonly frameBytes: number
}

const clientConfig = { PingInterval: 120, ReconnectCount: -1, ReconnectInterval: 0.05, ReconnectNonce: 0 }
const Answer = z.object({ code: z.number(), data: z.string().optional() })

export class LongConnection implements Courier {
  /** When false, no client gets in. */
  open = true
  readonly #options: LongConnectionOptions
  readonly #connections = new Set<WebSocketConnection>()
  readonly #waiting = new Map<string, { delivery: Delivery; timer: NodeJS.Timeout }>()
  readonly #backlog = new Set<Delivery>()
  #ids = 0

  constructor(options: LongConnectionOptions) {
    this.#options = options
  }

  /** What `POST /callback/ws/endpoint` hands out. */
  endpoint(host: string): object {
    const url = `ws://${host}/ws?x=1&device_id=d1&service_id=7&ticket=secret-ticket`
    return { code: 0, msg: '', data: { URL: url, ClientConfig: clientConfig } }
  }

  get connected(): number {
    return this.#connections.size
  }

  accept(request: IncomingMessage, socket: Duplex): void {
    if (!this.open) return void socket.destroy()
    const connection = new WebSocketConnection(request, socket)
    this.#connections.add(connection)
    connection.on('bytes', (data) => this.#take(connection, decodeFrame(data)))
    connection.on('close', () => this.#connections.delete(connection))
    for (const delivery of this.#backlog) this.deliver(delivery)
  }

  deliver(delivery: Delivery): void {
    this.#send(delivery, (late) => this.deliver(late))
  }

  repeat(delivery: Delivery): void {
    this.#send(delivery, () => undefined)
  }

  /** All lines are cut. */
  drop(): void {
    for (const connection of this.#connections) connection.drop()
  }

  close(): void {
    for (const { timer } of this.#waiting.values()) clearTimeout(timer)
    this.#waiting.clear()
    this.drop()
  }

  #send(delivery: Delivery, late: (delivery: Delivery) => void): void {
    const [connection] = this.#connections
    if (connection === undefined) return void this.#backlog.add(delivery)
    this.#backlog.delete(delivery)
    delivery.attempts += 1
    this.#ids += 1
    const id = `m${this.#ids}`
    const timer = setTimeout(() => {
      this.#waiting.delete(id)
      late(delivery)
    }, this.#options.ackWithin)
    this.#waiting.set(id, { delivery, timer })
    for (const frame of this.#frames(id, delivery)) connection.bytes(encodeFrame(frame))
  }

  #frames(id: string, delivery: Delivery): Frame[] {
    const payload = Buffer.from(JSON.stringify(delivery.body))
    const { frameBytes } = this.#options
    const sum = Math.ceil(payload.length / frameBytes)
    return Array.from({ length: sum }, (_, seq) => ({
      seq: this.#ids,
      log: 1,
      service: 7,
      method: methods.data,
      headers: {
        type: 'event',
        message_id: id,
        sum: String(sum),
        seq: String(seq),
        trace_id: `t${this.#ids}`,
      },
      payload: payload.subarray(seq * frameBytes, (seq + 1) * frameBytes),
    }))
  }

  #take(connection: WebSocketConnection, frame: Frame): void {
    if (frame.method === methods.control) {
      const payload = Buffer.from(JSON.stringify(clientConfig))
      return connection.bytes(encodeFrame({ ...frame, headers: { type: 'pong' }, payload }))
    }
    const waiting = this.#waiting.get(frame.headers.message_id ?? '')
    if (waiting === undefined) return
    const { code, data } = Answer.parse(JSON.parse(frame.payload.toString()))
    // Sent again when its time is up, as if nothing had been said.
    if (code !== 200) return
    clearTimeout(waiting.timer)
    this.#waiting.delete(frame.headers.message_id ?? '')
    waiting.delivery.settle(
      data === undefined ? undefined : JSON.parse(Buffer.from(data, 'base64').toString()),
    )
  }
}
