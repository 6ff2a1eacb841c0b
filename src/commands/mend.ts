/** What can be done about a conversation that waits. */
import type { Right } from '../access.ts'

/**
 * `show` asks again, below, what Claude asks leave for; `deny` refuses it; `stop` ends the turn; `retry` sends what could
 * not be sent; `new` ends the turn and begins another session.
 */
export const mends = ['show', 'deny', 'stop', 'retry', 'new'] as const
export type Mend = (typeof mends)[number]

/** Whoever may mend somebody else's conversation. */
export const mendsOthers: Right = 'stop-others'

export interface Mending {
  readonly mends: readonly Mend[]
  /** The message whose turn it is about, by its id, and the beginning of its text; absent: none waits. */
  readonly head: { readonly id: string; readonly excerpt: string } | undefined
}
