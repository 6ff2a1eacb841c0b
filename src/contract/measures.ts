/** What the core tells of its work, for adapters that show it to whoever watches over the bot. Imports nothing. */

/** Something that has just happened. */
export type Happening =
  | {
      readonly type: 'turn'
      /** Where it was asked. */
      readonly adapter: string
      readonly state: 'answered' | 'failed' | 'cancelled'
      readonly durationMs: number
      readonly costUsd: number
      readonly tokens: {
        readonly input: number
        readonly output: number
        readonly cacheRead: number
        readonly cacheWrite: number
      }
    }
  /** A reply was handed to an adapter: it stands, is tried again later, or is given up. */
  | {
      readonly type: 'delivery'
      readonly adapter: string
      readonly state: 'sent' | 'later' | 'undeliverable'
    }
  /** A send failed and is tried again at once. */
  | { readonly type: 'retry'; readonly adapter: string }

/** How much there is, now. */
export interface Standing {
  /** Messages behind others, and those that are worked on. */
  readonly waiting: number
  readonly running: number
  /** Replies that are still to be delivered. */
  readonly undelivered: number
  /** Conversations that hold a place for a process of the CLI. */
  readonly warm: number
}

export interface Measures {
  readonly standing: () => Promise<Standing>
  /** Calls back with what happens from now on, until the signal is aborted. The listener returns at once and never throws. */
  readonly listen: (listener: (happening: Happening) => void, signal: AbortSignal) => void
}
