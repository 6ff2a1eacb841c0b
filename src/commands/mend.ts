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
  /** Id of the message whose turn it is about; absent: none waits. */
  readonly head: string | undefined
}
