/** The other end: a terminal adapter of this process that talks to a bot in another. */
import { once } from 'node:events'
import { type Socket, connect } from 'node:net'
import {
  type Adapter,
  type Inbound,
  type Log,
  type Receipt,
  type ReplyStream,
  AdapterError,
} from '../contract.ts'
import { distantBot } from './distant-bot.ts'
import { type Call, type FromBot, FromBot as FromBotLine, onLines, sendLine } from './wire.ts'

/** `nobody`: no bot listens there; `refused`: it does, and says why not. */
class AttachError extends Error {
  override readonly name = 'AttachError'
  readonly code: 'nobody' | 'refused'

  constructor(code: AttachError['code'], message: string, options: { cause?: unknown } = {}) {
    super(message, options)
    this.code = code
  }
}

export interface AttachOptions {
  /** Path of the bot's socket. */
  readonly path: string
  /** `<adapter>:<user id>` of whom to speak for; absent: the only person that the bot knows. */
  readonly as: string | undefined
  readonly terminal: Adapter
  readonly log: Log
}

/** Resolves with the exit code when the terminal or the bot has left. Throws {@link AttachError}. */
export async function attach({ path, as, terminal, log }: AttachOptions): Promise<number> {
  const socket = connect(path)
  try {
    await once(socket, 'connect')
  } catch (error) {
    throw new AttachError(
      'nobody',
      `No bot runs on this data: nothing listens at ${path}. Start one by \`parley start\`, or chat alone by \`parley chat\`.`,
      { cause: error },
    )
  }
  const link = new Link(socket, terminal, log)
  try {
    sendLine(socket, { type: 'hello', ...(as === undefined ? {} : { as }) })
    return await link.left
  } finally {
    await terminal.stop()
    socket.destroy()
  }
}

class Link {
  readonly left: Promise<number>
  readonly #socket: Socket
  readonly #terminal: Adapter
  readonly #log: Log
  readonly #receipts = new Map<number, { resolve(receipt: Receipt): void; reject(error: Error): void }>()
  readonly #streams = new Map<string, ReplyStream>()
  readonly #leave: (code: number) => void
  readonly #fail: (error: Error) => void
  #count = 0

  constructor(socket: Socket, terminal: Adapter, log: Log) {
    this.#socket = socket
    this.#terminal = terminal
    this.#log = log
    const { promise, resolve, reject } = Promise.withResolvers<number>()
    this.left = promise
    this.#leave = resolve
    this.#fail = reject
    onLines(socket, FromBotLine, (line) => this.#take(line))
    socket.on('error', (error) =>
      this.#fail(new AttachError('nobody', `The bot hung up: ${error.message}`, { cause: error })),
    )
    socket.on('close', () => this.#hungUp())
  }

  #take(line: FromBot): void {
    if (line.type === 'welcome') void this.#start(line)
    else if (line.type === 'refused') this.#fail(new AttachError('refused', line.message))
    else if (line.type === 'call') void this.#call(line.n, line.call)
    else this.#receipt(line)
  }

  async #start({ as, greeting, commands }: Extract<FromBot, { type: 'welcome' }>): Promise<void> {
    const words = [`as ${as}`, greeting].filter((part) => part !== '').join(' · ')
    const bot = distantBot({
      receive: (inbound) => this.#send(inbound),
      commands,
      log: this.#log,
      greeting: words,
      leave: (code) => this.#leave(code),
    })
    try {
      await this.#terminal.start(bot, new AbortController().signal)
    } catch (error) {
      this.#fail(error instanceof Error ? error : new Error(String(error)))
    }
  }

  #send(inbound: Inbound): Promise<Receipt> {
    // In a terminal nothing that was sent can be changed.
    if (inbound.kind === 'edit' || inbound.kind === 'deletion') return Promise.resolve('refused')
    const { at: _at, from: _from, address: _address, direct: _direct, ...typed } = inbound
    const n = ++this.#count
    return new Promise((resolve, reject) => {
      this.#receipts.set(n, { resolve, reject })
      sendLine(this.#socket, { type: 'typed', n, inbound: typed })
    })
  }

  #receipt(line: Extract<FromBot, { type: 'receipt' | 'failed' }>): void {
    const waiting = this.#receipts.get(line.n)
    this.#receipts.delete(line.n)
    if (line.type === 'receipt') waiting?.resolve(line.receipt)
    else waiting?.reject(new Error(line.message))
  }

  /** Never rejects: what went wrong is told to the bot. */
  async #call(n: number, call: Call): Promise<void> {
    try {
      sendLine(this.#socket, { type: 'done', n, value: await this.#carryOut(call) })
    } catch (error) {
      const code = error instanceof AdapterError ? error.code : 'unknown'
      const message = error instanceof Error ? error.message : String(error)
      sendLine(this.#socket, { type: 'fault', n, code, message })
    }
  }

  async #carryOut(call: Call): Promise<boolean> {
    switch (call.method) {
      case 'send':
        await this.#terminal.send(call.to, call.reply)
        return true
      case 'edit':
        await this.#edit(call)
        return true
      case 'show':
        await this.#stream(call).show(call.view)
        return true
      case 'finish':
        return call.reply.kind === 'text' && (await this.#ended(call).finish(call.reply)) !== false
      case 'abandon':
        await this.#ended(call).abandon()
        return true
    }
  }

  async #edit({ sent, reply }: Extract<Call, { method: 'edit' }>): Promise<void> {
    if (this.#terminal.edit === undefined)
      throw new AdapterError('unsupported', 'this terminal edits nothing')
    await this.#terminal.edit(sent, reply)
  }

  #stream({ to, key }: Extract<Call, { method: 'show' | 'finish' | 'abandon' }>): ReplyStream {
    const known = this.#streams.get(key)
    if (known !== undefined) return known
    // An attached terminal's chat is called after its only person.
    const stream = this.#terminal.stream?.(to, key, { id: to.channel })
    if (stream === undefined) throw new AdapterError('unsupported', 'this terminal shows no turn as it runs')
    this.#streams.set(key, stream)
    return stream
  }

  #ended(call: Extract<Call, { method: 'finish' | 'abandon' }>): ReplyStream {
    const stream = this.#stream(call)
    this.#streams.delete(call.key)
    return stream
  }

  /** What was typed and not acknowledged may still have been accepted. */
  #hungUp(): void {
    for (const waiting of this.#receipts.values()) waiting.reject(new Error('the bot has stopped'))
    this.#receipts.clear()
    this.#fail(
      new AttachError('nobody', 'The bot has stopped. What it had accepted it answers when it runs again.'),
    )
  }
}
