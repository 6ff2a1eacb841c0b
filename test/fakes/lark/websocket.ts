/** The server's end of a WebSocket (RFC 6455), as much of it as the long connection needs: whole binary frames. */
import { createHash } from 'node:crypto'
import { EventEmitter } from 'node:events'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'

const opcodes = { binary: 2, close: 8, ping: 9, pong: 10 } as const
type Opcode = (typeof opcodes)[keyof typeof opcodes]

/** Emits `message` with what came, and `close` once. */
export class WebSocketConnection extends EventEmitter<{ message: [Buffer]; close: [] }> {
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

  send(payload: Buffer): void {
    this.#write(opcodes.binary, payload)
  }

  /** Ends it as the protocol wants it. */
  close(): void {
    this.#closing = true
    this.#write(opcodes.close, Buffer.from([0x03, 0xe8]))
  }

  /** The line is cut. */
  drop(): void {
    this.#socket.destroy()
  }

  #read(data: Buffer): void {
    this.#unread = Buffer.concat([this.#unread, data])
    for (let size = sizeOf(this.#unread); size !== undefined; size = sizeOf(this.#unread)) {
      const frame = this.#unread.subarray(0, size.whole)
      this.#unread = this.#unread.subarray(size.whole)
      this.#take((frame[0] ?? 0) & 0x0f, unmasked(frame, size.payload))
    }
  }

  #take(opcode: number, payload: Buffer): void {
    if (opcode === opcodes.binary) this.emit('message', payload)
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

/** Bytes of the first frame; undefined: it is not whole yet. */
function sizeOf(data: Buffer): { whole: number; payload: number } | undefined {
  if (data.length < 2) return undefined
  const [first = 0, second = 0] = data
  if ((first & 0x80) === 0) throw new Error('this fake takes whole frames only')
  const short = second & 0x7f
  const extra = short === 126 ? 2 : short === 127 ? 8 : 0
  if (data.length < 2 + extra) return undefined
  const payload = extra === 0 ? short : extra === 2 ? data.readUInt16BE(2) : Number(data.readBigUInt64BE(2))
  const whole = 2 + extra + 4 + payload
  return data.length < whole ? undefined : { whole, payload }
}

function unmasked(frame: Buffer, length: number): Buffer {
  const start = frame.length - length
  const mask = frame.subarray(start - 4, start)
  return Buffer.from(frame.subarray(start).map((byte, index) => byte ^ (mask[index % 4] ?? 0)))
}
