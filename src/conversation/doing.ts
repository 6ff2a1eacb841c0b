/** What a turn does at this moment, for whoever asks why nothing comes. Types only. */
import type { TurnView } from '../contract.ts'

export interface Doing {
  /**
   * `begins`: what belongs to it is gathered; `waits` for a place among the turns that may run; `works` it has one;
   * `decides`: somebody has to decide something.
   */
  readonly phase: 'begins' | 'waits' | 'works' | 'decides'
  /** Milliseconds since 1970. */
  readonly since: number
  /** What was shown last; absent: nothing came from Claude yet. */
  readonly view?: TurnView
}

/** The same in the few words that people have for it; `none`: nothing runs or waits. */
export type TurnState = 'none' | 'works' | 'waits' | 'decides'
