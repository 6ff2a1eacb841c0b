/** What a turn does at this moment, for whoever asks why nothing comes. Types only. */
import type { TurnView } from '../contract.ts'

export interface Doing {
  /** `waits` for a place among the turns that may run; `works` it has one; `decides`: somebody has to decide something. */
  readonly phase: 'waits' | 'works' | 'decides'
  /** Milliseconds since 1970. */
  readonly since: number
  /** What was shown last; absent: nothing came from Claude yet. */
  readonly view?: TurnView
}
