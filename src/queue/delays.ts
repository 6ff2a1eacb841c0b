/** Conversations that wait for their time. A timer each, owned here; nothing is kept of one whose time has come. */
export class Delays {
  readonly #timers = new Map<string, { timer: NodeJS.Timeout; wake: () => void; reason: string }>()

  /** Calls `wake` after `ms`, or sooner by {@link hurry}. `reason` is what `hurry` names. */
  set(conversation: string, ms: number, wake: () => void, reason = ''): void {
    clearTimeout(this.#timers.get(conversation)?.timer)
    const due = (): void => {
      this.#timers.delete(conversation)
      wake()
    }
    this.#timers.set(conversation, { timer: setTimeout(due, longest(ms)), wake, reason })
  }

  has(conversation: string): boolean {
    return this.#timers.has(conversation)
  }

  /** Wakes all that wait for this reason now. */
  hurry(reason: string): void {
    const hurried = [...this.#timers].filter(([, waiting]) => waiting.reason === reason)
    for (const [conversation, { timer, wake }] of hurried) {
      clearTimeout(timer)
      this.#timers.delete(conversation)
      wake()
    }
  }

  /** Nobody is woken any more. */
  clear(): void {
    for (const { timer } of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
  }
}

/** The longest delay that setTimeout takes; beyond it, it fires at once. */
const LONGEST_MS = 2 ** 31 - 1

export function longest(ms: number): number {
  return Math.min(ms, LONGEST_MS)
}

const BACK_OFF_MS = [200, 1000, 5000, 30_000, 120_000]

/** How long to wait after the `failures`-th failure in a row, milliseconds. */
export function backOff(failures: number): number {
  return BACK_OFF_MS[Math.min(failures, BACK_OFF_MS.length) - 1] ?? 0
}
