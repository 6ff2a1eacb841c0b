/** An adapter with every capability of the contract, to a chat that a test plays (fake-chat.ts). */
import { connect, type Socket } from 'node:net'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import {
  type Adapter,
  type AdapterSettings,
  type Address,
  type Attachment,
  type Bot,
  type HeardMark,
  type Inbound,
  type ReplyStream,
  type Sent,
  AdapterError,
} from '../../../src/contract.ts'
import { type Call, type Line, onLine, sendLine } from './wire.ts'

const abilities = ['edit', 'stream', 'typing', 'find', 'download', 'history'] as const

const Settings = z.strictObject({
  module: z.string().optional(),
  /** The adapter's name: a bot may have several chats. */
  name: z.string().default('scripted'),
  /** Path of the fake chat's socket. */
  socket: z.string(),
  /** Capabilities that the adapter has. */
  can: z.array(z.enum(abilities)).default([...abilities]),
  /** Longest text of a message, UTF-16 units. */
  text: z.number().default(2000),
  editEvery: z.number().default(20),
  /** The largest file that the chat takes; 0: none. */
  fileBytes: z.number().default(1024 * 1024),
  buttons: z.number().default(10),
})
type Settings = z.infer<typeof Settings>

const inbounds = z.array(
  z.custom<Inbound>(
    (inbound) => z.looseObject({ kind: z.string(), id: z.string() }).safeParse(inbound).success,
  ),
)
const sentShape = z.custom<Sent>((sent) => z.looseObject({ id: z.string() }).safeParse(sent).success)

export const settings: AdapterSettings<Settings> = { schema: Settings, environment: {} }

export default function createScripted(options: Settings): Adapter {
  const wire = new Wire(options.socket)
  const can = new Set<string>(options.can)
  const adapter: Adapter = {
    name: options.name,
    limits: {
      text: options.text,
      editEvery: options.editEvery,
      buttons: options.buttons,
      fileBytes: options.fileBytes,
    },
    start: (bot) => wire.open(bot),
    stop: () => wire.close(),
    measure: (markdown) => markdown.length,
    send: async (to, reply) => {
      const content = reply.kind === 'file' ? { content: await readFile(reply.path, 'base64') } : {}
      return sentShape.parse(await wire.call({ method: 'send', params: { to, reply, ...content } }))
    },
  }
  return {
    ...adapter,
    ...(can.has('edit') && {
      edit: async (sent, reply) => void (await wire.call({ method: 'edit', params: { sent, reply } })),
    }),
    ...(can.has('typing') && {
      typing: async (to: Address) => void (await wire.call({ method: 'typing', params: { to } })),
    }),
    ...(can.has('find') && {
      find: async (to: Address, key: string) =>
        sentShape.optional().parse(await wire.call({ method: 'find', params: { to, key } })),
    }),
    ...(can.has('download') && {
      download: async (attachment: Attachment, from: Address) => {
        const halves = await wire.call({ method: 'download', params: { attachment, from } })
        return ReadableStream.from(
          z
            .array(z.base64())
            .parse(halves)
            .map((half) => new Uint8Array(Buffer.from(half, 'base64'))),
        )
      },
    }),
    ...(can.has('history') && {
      history: async function* history(marks: readonly HeardMark[]) {
        yield* inbounds.parse(await wire.call({ method: 'history', params: { marks } }))
      },
    }),
    ...(can.has('stream') && { stream: (to: Address, key: string) => wire.stream(to, key) }),
  }
}

class Wire {
  readonly #path: string
  #socket: Socket | undefined
  #bot: Bot | undefined
  #calls = 0
  readonly #waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()

  constructor(path: string) {
    this.#path = path
  }

  async open(bot: Bot): Promise<void> {
    this.#bot = bot
    await this.#connect()
  }

  async #connect(): Promise<void> {
    const socket = connect(this.#path)
    this.#socket = socket
    socket.on('error', (error) => this.#lost(error))
    await once(socket, 'connect')
    onLine(socket, (line) => void this.#take(line))
    socket.on('close', () => {
      this.#lost(new Error('the fake chat hung up'))
      if (this.#socket !== socket) return
      this.#connect().catch((error: unknown) => this.#bot?.log.warn({ err: error }, 'the fake chat is gone'))
    })
  }

  async close(): Promise<void> {
    const socket = this.#socket
    this.#socket = undefined
    if (socket === undefined || socket.destroyed) return
    const closed = once(socket, 'close')
    socket.end()
    socket.destroySoon()
    await closed
  }

  call(call: Call): Promise<unknown> {
    const socket = this.#socket
    if (socket === undefined)
      return Promise.reject(new AdapterError('network', 'not connected to the fake chat'))
    const id = ++this.#calls
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      sendLine(socket, { type: 'call', id, call })
    })
  }

  stream(to: Address, key: string): ReplyStream {
    let sent: Sent | undefined
    return {
      get sent() {
        return sent
      },
      show: async (view) => {
        sent = sentShape.parse(await this.call({ method: 'stream.show', params: { to, key, view } }))
      },
      finish: async (reply) =>
        (await this.call({ method: 'stream.finish', params: { to, key, reply } })) === true,
      abandon: async () =>
        void (await this.call({ method: 'stream.abandon', params: { to, key } }).catch(() => undefined)),
    }
  }

  async #take(line: Line): Promise<void> {
    if (line.type === 'event') return this.#receive(line.id, line.inbound)
    if (line.type === 'gap') return this.#bot?.missed(line.since)
    if (line.type !== 'result' && line.type !== 'refused') return
    const waiting = this.#waiting.get(line.id)
    this.#waiting.delete(line.id)
    if (line.type === 'result') return waiting?.resolve(line.result)
    const { code, message, ...options } = line.refusal
    waiting?.reject(new AdapterError(code, message, options))
  }

  async #receive(id: number, inbound: Inbound): Promise<void> {
    const socket = this.#socket
    const bot = this.#bot
    if (socket === undefined || bot === undefined) return
    try {
      sendLine(socket, { type: 'ack', id, receipt: await bot.receive(inbound) })
    } catch (error) {
      bot.log.error({ err: error }, 'could not accept; the chat will deliver it again')
      sendLine(socket, { type: 'nack', id, reason: String(error) })
    }
  }

  #lost(cause: Error): void {
    for (const { reject } of this.#waiting.values()) {
      reject(new AdapterError('network', cause.message, { cause, uncertain: true }))
    }
    this.#waiting.clear()
  }
}
