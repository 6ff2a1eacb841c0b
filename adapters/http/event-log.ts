/** What happened, in order, for readers who come and go. A slow one costs nothing but its place. */

export interface LoggedEvent {
  /** Counts up, over restarts too: whoever comes again after one has seen nothing of what is new. */
  readonly id: number
  readonly type: string
  /** JSON. */
  readonly data: string
}

/** What a reader may be behind; of more the oldest are forgotten. */
const mostEvents = 10_000
const mostChars = 4 * 1024 * 1024

export class EventLog {
  readonly #events: LoggedEvent[] = []
  #chars = 0
  #last = Date.now() * 1000
  #ended = false
  /** Each wakes one reader. Not a promise for all: whoever waits long for one leaves a trace with every event. */
  readonly #readers = new Set<() => void>()

  push(type: string, data: object): void {
    this.add(type, JSON.stringify(data))
  }

  /** `text`: one line of JSON. */
  add(type: string, text: string): void {
    if (this.#ended) return
    this.#events.push({ id: ++this.#last, type, data: text })
    this.#chars += text.length
    while (this.#events.length > mostEvents || (this.#chars > mostChars && this.#events.length > 1))
      this.#chars -= this.#events.shift()?.data.length ?? 0
    this.#wake()
  }

  /** Forgets what has come. */
  clear(): void {
    this.#events.length = 0
    this.#chars = 0
  }

  /** Nothing more will come. */
  end(): void {
    this.#ended = true
    this.#wake()
  }

  /** The id of the newest event: whoever begins here sees what comes from now on. */
  get last(): number {
    return this.#last
  }

  /** Does anybody read? */
  get isRead(): boolean {
    return this.#readers.size > 0
  }

  /** Those after this id, as they come; ends with the log, or with the signal. */
  async *after(id: number, signal: AbortSignal): AsyncGenerator<LoggedEvent, void> {
    let wake: (() => void) | undefined
    const news = (): void => wake?.()
    this.#readers.add(news)
    signal.addEventListener('abort', news, { once: true })
    try {
      let at = id
      while (!signal.aborted) {
        const next = this.#next(at)
        if (next !== undefined) {
          at = next.id
          yield next
        } else if (this.#ended) return
        else
          await new Promise<void>((resolve) => {
            wake = resolve
          })
      }
    } finally {
      this.#readers.delete(news)
      signal.removeEventListener('abort', news)
    }
  }

  #next(after: number): LoggedEvent | undefined {
    const [first] = this.#events
    if (first === undefined) return undefined
    // Ids have no gaps.
    return this.#events[Math.max(0, after + 1 - first.id)]
  }

  #wake(): void {
    for (const news of this.#readers) news()
  }
}
