/** Events from one side to the other, in order, kept until somebody takes them. */
export interface Channel<T> {
  /** Ignored after end. */
  push(event: T): void
  end(): void
  readonly events: AsyncIterable<T>
}

/** A channel for one reader. */
export function createChannel<T>(): Channel<T> {
  const waiting: T[] = []
  let ended = false
  let wake: (() => void) | undefined

  async function* read(): AsyncGenerator<T, void> {
    for (;;) {
      // Taken as a batch: shift() on a long array is slow.
      yield* waiting.splice(0)
      if (waiting.length > 0) continue
      if (ended) return
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  }

  const signal = (): void => {
    wake?.()
    wake = undefined
  }
  return {
    push(event) {
      if (ended) return
      waiting.push(event)
      signal()
    },
    end() {
      ended = true
      signal()
    },
    events: read(),
  }
}
