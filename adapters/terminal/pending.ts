/** The messages that were handed to the core and have no final reply yet, oldest first. */
import type { CommandInfo, Inbound, Message, TextReply } from '../../src/contract.ts'

export class Pending {
  #messages: Message[] = []
  #commands: ReadonlySet<string> = new Set()
  /** Of all that was handed to the core in this run. */
  readonly #own = new Set<string>()
  readonly #introduced = new Set<string>()

  /** Those that Claude answers, one after another. */
  get turns(): readonly Message[] {
    return this.#messages.filter((message) => !this.isCommand(message))
  }

  know(commands: readonly CommandInfo[]): void {
    this.#commands = new Set(commands.map(({ name }) => name))
  }

  isCommand({ text }: Message): boolean {
    return this.#commands.has(/^\s*\/([a-z]+)(?:\s|$)/i.exec(text)?.[1]?.toLowerCase() ?? '')
  }

  get all(): readonly Message[] {
    return this.#messages
  }

  /** Added before it is handed over: the answer to a command may come before its receipt. */
  add(inbound: Inbound): void {
    this.#own.add(inbound.id)
    if (inbound.kind === 'message') this.#messages.push(inbound)
  }

  remove(message: Message): void {
    this.#messages = this.#messages.filter(({ id }) => id !== message.id)
  }

  /** The messages that this reply ends, the one that it answers first; none when they are of an earlier run. */
  ended({ key, outcome, ends = [] }: TextReply): readonly Message[] {
    if (outcome === undefined) return []
    const others = this.#messages.filter(({ id }) => ends.includes(id))
    const ended = [this.of(key), ...others].filter((message) => message !== undefined)
    for (const message of ended) this.remove(message)
    return ended
  }

  /** Whether this answers what an earlier run left; other words that nobody asked for answer nothing. */
  isEarlier(key: string): boolean {
    const id = idOf(key)
    return id !== undefined && !this.#own.has(id)
  }

  /** The same, but only for the first reply to each message. */
  introduces(key: string): boolean {
    const id = idOf(key)
    if (id === undefined || this.#own.has(id) || this.#introduced.has(id)) return false
    this.#introduced.add(id)
    return true
  }

  /** The core makes a reply's key from the id of the message that it answers. */
  of(key: string): Message | undefined {
    return this.#messages.find(({ id }) => key.includes(id))
  }
}

/** The id of the message that is answered. */
function idOf(key: string): string | undefined {
  return /^[^:/]+:([^/]+)\//.exec(key)?.[1]
}
