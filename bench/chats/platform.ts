/** What a chat platform is to the benchmark: a fake of it, where people write and see what is answered. */
import type { ConfigInput } from '../../src/config.ts'

/** What somebody wrote, and what the bot has answered to it as people read it now. */
export interface Asked {
  /** All that the bot has said there since. */
  read(): string
  /** False while the platform still shows it as being written. */
  settled(): boolean
}

/** Somewhere that people write. */
export interface Place {
  /** E.g. `direct`. */
  readonly name: string
  /** The most rounds that the platform's rates leave undisturbed; absent: as many as are wanted. */
  readonly rounds?: number
  /** Somebody writes to the bot: the event is on its way when this returns. */
  say(person: string, text: string): Asked
}

export interface Platform {
  /** What a bot's config says of it. */
  readonly adapters: NonNullable<ConfigInput['adapters']>
  /** Whose a conversation is there; absent: as usual, each person's. */
  readonly scope?: 'thread'
  /** Where people write; a crowd writes in the first. */
  readonly places: readonly [Place, ...Place[]]
  /** Somebody is seen to type to the bot, in the first place. Absent: nobody is told. */
  type?(person: string): void
  /** Waits until the look, taken whenever the bot has done something, finds something. */
  until<T>(look: () => T | undefined): Promise<T>
  close(): Promise<void>
}
