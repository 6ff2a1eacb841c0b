/** The terminal as a chat platform with one user, who started the process. */
import {
  type Adapter,
  AdapterError,
  type Bot,
  type CreateAdapter,
  type ReplyStream,
} from '../../src/contract.ts'
import { Chat } from './chat.ts'
import type { Face } from './face.ts'
import { address } from './inbound.ts'
import { canMoveCursor, hasLeft, processIo, type TerminalIo } from './io.ts'
import { Pipe } from './pipe.ts'
import type { TerminalSettings } from './settings.ts'

export type { TerminalEvent } from './events.ts'

/** @param io - The streams to use in place of the process's own. */
export function createTerminal(settings: TerminalSettings, io: TerminalIo = processIo()): Adapter {
  const face: Face = chats(settings, io) ? new Chat(io, settings) : new Pipe(io, settings)
  const watch = new Watch(io)
  let closed = false
  const open = (): Face => {
    if (closed) throw new AdapterError('network', 'the terminal is closed')
    return face
  }
  const stop = async (): Promise<void> => {
    closed = true
    await face.stop()
    watch.stop()
  }
  return {
    name: address.adapter,
    local: true,
    // A terminal takes any length, and shows where a file lies; the core may reckon with the numbers.
    limits: { text: Number.MAX_SAFE_INTEGER, editEvery: 50, buttons: 9, fileBytes: Number.MAX_SAFE_INTEGER },
    measure: (markdown) => markdown.length,
    async start(bot, signal) {
      signal.throwIfAborted()
      // Rejects never: what fails while a terminal is put in order has nobody to tell.
      signal.addEventListener('abort', () => void stop(), { once: true })
      watch.start(bot)
      await face.start(bot)
      if (signal.aborted) await stop()
    },
    stop,
    async send(to, reply, signal) {
      signal?.throwIfAborted()
      await open().send(reply)
      return { address: to, id: reply.kind === 'prompt' ? reply.prompt : reply.key }
    },
    async edit(_, reply) {
      if (reply.kind === 'prompt' && reply.settled !== undefined) return open().settle(reply)
      throw new AdapterError('unsupported', 'what stands in a terminal cannot be changed: send it again')
    },
    stream: (_, key) => guarded(open().stream(key), open),
  }
}

/** A stream that ends with its terminal. */
function guarded(stream: ReplyStream, open: () => Face): ReplyStream {
  return {
    async show(view) {
      open()
      await stream.show(view)
    },
    async finish(reply) {
      open()
      return stream.finish(reply)
    },
    abandon: () => stream.abandon(),
  }
}

function chats({ mode = 'auto', ask, json }: TerminalSettings, io: TerminalIo): boolean {
  if (ask !== undefined || json === true || mode === 'pipe') return false
  return mode === 'chat' || (io.input.isTTY === true && canMoveCursor(io))
}

/** Ends when the output breaks: quietly where its reader has left, as in `parley ask … | head`. */
class Watch {
  readonly #io: TerminalIo
  #bot: Bot | undefined

  constructor(io: TerminalIo) {
    this.#io = io
  }

  start(bot: Bot): void {
    this.#bot = bot
    this.#io.output.on('error', this.#broken)
    this.#io.error.on('error', this.#unheard)
  }

  stop(): void {
    this.#bot = undefined
  }

  // The listeners stay: an output that breaks after the end has nobody left to tell.
  readonly #broken = (error: Error): void => {
    const { output, error: told } = this.#io
    const quiet = output.isTTY === true || hasLeft(error)
    this.#bot?.log.debug({ err: error }, 'the output is closed')
    if (!quiet && this.#bot !== undefined)
      told.write(`parley: the answer cannot be written: ${error.message}\n`)
    this.#bot?.leave(quiet ? 0 : 1)
  }

  /** The answer is still worth having. */
  readonly #unheard = (error: Error): void => {
    this.#bot?.log.debug({ err: error }, 'standard error is closed')
  }
}

const create: CreateAdapter<TerminalSettings> = createTerminal
export default create
