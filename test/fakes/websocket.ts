/** The server's end of a WebSocket (RFC 6455), as much of it as the platforms use: whole frames, ping and close. */
import { createHash } from 'node:crypto'
import { EventEmitter } from 'node:events'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'

const opcodes = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const
type Opcode = (typeof opcodes)[keyof typeof opcodes]

interface Frame {
  readonly opcode: number
  readonly payload: Buffer
  /** Bytes that it took. */
  readonly length: number
}

/** Emits `message` with a text, `bytes` with what is none, and `close` once. */
export class WebSocketConnection extends EventEmitter<{ message: [string]; bytes: [Buffer]; close: [] }> {
  readonly #socket: Duplex
  #unread = Buffer.alloc(0)
  #closing = false

  constructor(request: IncomingMessage, socket: Duplex) {
    super()
    this.#socket = socket
    const accept = createHash('sha1')
      .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest('base64')
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    )
    socket.on('data', (data: Buffer) => this.#read(data))
    // A client that is killed resets the connection; `close` follows.
    socket.on('error', () => undefined)
    socket.on('close', () => this.emit('close'))
  }

  send(message: unknown): void {
    this.raw(JSON.stringify(message))
  }

  /** A text as it is. */
  raw(text: string): void {
    this.#write(opcodes.text, Buffer.from(text))
  }

  bytes(payload: Buffer): void {
    this.#write(opcodes.binary, payload)
  }

  /** Ends it as the protocol wants it. */
  close(code = 1000): void {
    this.#closing = true
    const payload = Buffer.alloc(2)
    payload.writeUInt16BE(code)
    this.#write(opcodes.close, payload)
  }

  /** The line is cut. */
  drop(): void {
    this.#socket.destroy()
  }

  #read(data: Buffer): void {
    this.#unread = Buffer.concat([this.#unread, data])
    for (let frame = frameIn(this.#unread); frame !== undefined; frame = frameIn(this.#unread)) {
      this.#unread = this.#unread.subarray(frame.length)
      this.#take(frame)
    }
  }

  #take({ opcode, payload }: Frame): void {
    if (opcode === opcodes.text) this.emit('message', payload.toString())
    if (opcode === opcodes.binary) this.emit('bytes', payload)
    if (opcode === opcodes.ping) this.#write(opcodes.pong, payload)
    if (opcode !== opcodes.close) return
    if (!this.#closing) this.#write(opcodes.close, payload.subarray(0, 2))
    this.#socket.end()
  }

  #write(opcode: Opcode, payload: Buffer): void {
    if (this.#socket.writable) this.#socket.write(Buffer.concat([header(opcode, payload.length), payload]))
  }
}

function header(opcode: Opcode, length: number): Buffer {
  if (length < 126) return Buffer.from([0x80 | opcode, length])
  if (length < 65_536) return Buffer.from([0x80 | opcode, 126, length >> 8, length & 0xff])
  const long = Buffer.alloc(10)
  long[0] = 0x80 | opcode
  long[1] = 127
  long.writeBigUInt64BE(BigInt(length), 2)
  return long
}

/** The first frame of `data`, unmasked; undefined: it is not whole yet. */
function frameIn(data: Buffer): Frame | undefined {
  if (data.length < 2) return undefined
  const [first = 0, second = 0] = data
  if ((first & 0x80) === 0) throw new Error('this fake takes whole frames only')
  const short = second & 0x7f
  const extra = short === 126 ? 2 : short === 127 ? 8 : 0
  if (data.length < 2 + extra) return undefined
  const size = extra === 0 ? short : extra === 2 ? data.readUInt16BE(2) : Number(data.readBigUInt64BE(2))
  const start = 2 + extra + 4
  if (data.length < start + size) return undefined
  const mask = data.subarray(start - 4, start)
  const payload = data.subarray(start, start + size).map((byte, index) => byte ^ (mask[index % 4] ?? 0))
  return { opcode: first & 0x0f, payload: Buffer.from(payload), length: start + size }
}
