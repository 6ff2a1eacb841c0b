/** One attached terminal, as the bot sees it. */
import type { Socket } from 'node:net'
import { type Address, type Bot, type Fault, AdapterError } from '../contract.ts'
import { attached } from '../conversation/place.ts'
import { type Call, type FromTerminal, type Typed, sendLine } from './wire.ts'

/** Whom a terminal speaks for. */
export type Chosen =
  | { readonly ok: true; readonly person: string }
  | { readonly ok: false; readonly words: string }

interface Waiting {
  resolve(value: unknown): void
  reject(error: AdapterError): void
}

const faults: ReadonlySet<string> = new Set<Fault>(['gone', 'unsupported', 'rejected', 'network'])

export class Desk {
  /** `<adapter>:<user id>`. */
  readonly person: string
  readonly #bot: Bot
  readonly #socket: Socket
  readonly #calls = new Map<number, Waiting>()
  #count = 0

  constructor(bot: Bot, socket: Socket, person: string) {
    this.#bot = bot
    this.#socket = socket
    this.person = person
  }

  /** Rejects with {@link AdapterError}. */
  call(call: Call): Promise<unknown> {
    if (this.#socket.destroyed) return Promise.reject(gone())
    const n = ++this.#count
    return new Promise((resolve, reject) => {
      this.#calls.set(n, { resolve, reject })
      sendLine(this.#socket, { type: 'call', n, call })
    })
  }

  /** Never rejects. */
  async abandon(to: Address, key: string): Promise<void> {
    await this.call({ method: 'abandon', to, key }).catch(() => undefined)
  }

  take(line: FromTerminal): void {
    if (line.type === 'typed') {
      void this.#receive(line.n, line.inbound)
      return
    }
    const waiting = this.#calls.get(line.n)
    this.#calls.delete(line.n)
    if (line.type === 'done') waiting?.resolve(line.value)
    else waiting?.reject(new AdapterError(isFault(line.code) ? line.code : 'unknown', line.message))
  }

  left(): void {
    for (const waiting of this.#calls.values()) waiting.reject(gone())
    this.#calls.clear()
  }

  /** Another terminal speaks for this person now. */
  replaced(): void {
    sendLine(this.#socket, { type: 'refused', message: 'another terminal was attached in place of this one' })
    this.#socket.end()
  }

  /** Never rejects: what went wrong is told to the terminal. */
  async #receive(n: number, typed: Typed): Promise<void> {
    const address = { adapter: attached, channel: this.person }
    const arrival = { at: Date.now(), from: { id: this.person }, address, direct: true }
    try {
      sendLine(this.#socket, {
        type: 'receipt',
        n,
        receipt: await this.#bot.receive({ ...typed, ...arrival }),
      })
    } catch (err) {
      this.#bot.log.error({ err }, 'could not accept what was typed in an attached terminal')
      sendLine(this.#socket, { type: 'failed', n, message: err instanceof Error ? err.message : String(err) })
    }
  }
}

function gone(): AdapterError {
  return new AdapterError('gone', 'the terminal was closed')
}

function isFault(code: string): code is Fault {
  return faults.has(code)
}
