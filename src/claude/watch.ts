/** Watches over the clock of one turn. */
export interface Watch {
  /** The CLI said something. */
  heard(): void
  /** From now on silence is no fault: something that takes its time is under way. */
  hold(reason: string): void
  release(reason: string): void
  end(): void
}

/** Longer delays overflow a timer, which then fires at once. */
const longestDelay = 2 ** 31 - 1

/** Calls one of the two at most once, and neither after `end`. Times in milliseconds. */
export function createWatch(
  limits: { readonly timeout: number; readonly silence: number },
  on: { timeout(): void; silence(): void },
): Watch {
  const holds = new Set<string>()
  const silence = setTimeout(
    () => {
      if (holds.size > 0) silence.refresh()
      else on.silence()
    },
    Math.min(limits.silence, longestDelay),
  )
  const timeout = setTimeout(() => on.timeout(), Math.min(limits.timeout, longestDelay))
  return {
    heard: () => void silence.refresh(),
    hold: (reason) => void holds.add(reason),
    release(reason) {
      // Silence counts from here, not from when the hold began.
      if (holds.delete(reason)) silence.refresh()
    },
    end() {
      clearTimeout(silence)
      clearTimeout(timeout)
    },
  }
}
