/** The messages that were handed to the core and have no final reply yet, oldest first. */
import type { CommandInfo, Inbound, Message, TextReply } from '../../src/contract.ts'

export class Pending {
  #messages: Message[] = []
  #commands: ReadonlyMap<string, CommandInfo['when']> = new Map()
  /** Of all that was handed to the core in this run. */
  readonly #own = new Set<string>()
  readonly #introduced = new Set<string>()

  /** Those that are taken up one after another. */
  get turns(): readonly Message[] {
    return this.#messages.filter((message) => this.takesTurn(message))
  }

  /** What is worked on: the turn, else what is asked beside it. */
  get underWay(): Message | undefined {
    return this.turns[0] ?? this.#messages.find((message) => this.#when(message) === 'aside')
  }

  know(commands: readonly CommandInfo[]): void {
    this.#commands = new Map(commands.map(({ name, when = 'now' }) => [name, when]))
  }

  /** False: it is answered at once. */
  takesTurn(message: Message): boolean {
    const when = this.#when(message)
    return when === undefined || when === 'in-order' || when === 'turn'
  }

  isCommand(message: Message): boolean {
    return this.#when(message) !== undefined
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

  /** Undefined: it is no command. */
  #when({ text }: Message): CommandInfo['when'] {
    return this.#commands.get(/^\s*\/([\w-]+)(?:\s|$)/.exec(text)?.[1]?.toLowerCase() ?? '')
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
