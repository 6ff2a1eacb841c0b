/** What an adapter is handed at start. */
import type { CommandInfo, Suggestion, Typing } from './commands.ts'
import type { Address, Arrival, Inbound, Person, Receipt } from './inbound.ts'
import type { Measures } from './measures.ts'
import type { Office } from './office.ts'
import type { Operating } from './operating.ts'
import type { Page } from './reply.ts'
import type { Finding } from './setup.ts'

/** A logger, already bound to the adapter. Message texts and secrets are redacted by it. */
export interface Log {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** Up to where the bot has heard one chat. */
export interface HeardMark {
  readonly address: Address
  /** Id of the last message that came from there; absent: only the time is known. */
  readonly id?: string
  /** Milliseconds since 1970, by the platform's clock. */
  readonly at: number
}

/** What an adapter keeps between runs: with the bot's records, tokens of workspaces too. Rejects when the disk fails. */
export interface Keep {
  get(key: string): Promise<string | undefined>
  set(key: string, value: string): Promise<void>
  delete(key: string): Promise<void>
  /** All that is kept, in no order. */
  entries(): AsyncIterable<readonly [key: string, value: string]>
}

/** Files that an adapter keeps for its users until they are fetched. Rejects when the disk fails. */
export interface FileKeep {
  /** Keeps what lies at this path, that of a FileReply, under an id of the adapter's own. Safe to repeat. */
  put(id: string, path: string): Promise<void>
  /** Undefined: there is none of this id. `stream` holds the file open until it is read or cancelled. */
  open(
    id: string,
  ): Promise<{ readonly bytes: number; readonly stream: ReadableStream<Uint8Array> } | undefined>
  delete(id: string): Promise<void>
}

/** What an adapter is handed at start. */
export interface Bot {
  /** Resolves once the message is on disk, not when it is answered. Acknowledge the platform after that. */
  receive(inbound: Inbound): Promise<Receipt>
  /**
   * The adapter is connected again after a gap, which began at `since` (milliseconds since 1970) where it knows: the
   * core asks {@link Adapter.history} for what came meanwhile. After a start it asks by itself.
   */
  missed(since?: number): void
  /**
   * Somebody is seen to type where what they write is for the bot: the session that it will go to is woken, so that the
   * answer need not wait for that, where a place for its process is free. Returns at once; may be called again and again.
   */
  expects(address: Address, from: Person, direct: boolean): void
  /** Somebody's own page, in their language, for platforms that show each their own. `address`: the direct chat with them. */
  page(from: Person, address: Address): Promise<Page>
  /** What somebody of this adapter can see and do besides writing messages. */
  office(from: Person): Office
  /** The bot as a whole, for those of them who run it. */
  operating(from: Person): Operating
  /** True: nothing new is begun. What can wait is kept; a program that asks is better told to come again. */
  readonly draining: boolean
  /** Is all there that a message needs? The store, the queue, the CLI: one finding each. Never rejects. */
  readiness(): Promise<readonly Finding[]>
  /**
   * What fits what somebody is typing, the likeliest first; nothing for whoever may not talk to the bot. Rejects when the
   * records cannot be read.
   */
  suggest(
    from: Person,
    where: Pick<Arrival, 'address' | 'direct'>,
    typing: Typing,
  ): Promise<readonly Suggestion[]>
  /** What the bot does, in figures. */
  readonly measures: Measures
  readonly keep: Keep
  readonly files: FileKeep
  readonly commands: readonly CommandInfo[]
  readonly log: Log
  /** One line that greets people who see the bot first, e.g. `on the stand-in model, nothing leaves this machine`. */
  readonly greeting: string
  /** Asks the program to end, as SIGTERM does: the only user has left. */
  leave(exitCode: number): void
}
