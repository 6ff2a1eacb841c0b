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
  #news = Promise.withResolvers<void>()

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

  /** Nothing more will come. */
  end(): void {
    this.#ended = true
    this.#wake()
  }

  /** Those after this id, as they come; ends with the log, or with the signal. */
  async *after(id: number, signal: AbortSignal): AsyncGenerator<LoggedEvent, void> {
    const aborted = new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true })
    })
    let at = id
    while (!signal.aborted) {
      const news = this.#news.promise
      const next = this.#next(at)
      if (next !== undefined) {
        at = next.id
        yield next
      } else if (this.#ended) return
      else await Promise.race([news, aborted])
    }
  }

  #next(after: number): LoggedEvent | undefined {
    const [first] = this.#events
    if (first === undefined) return undefined
    // Ids have no gaps.
    return this.#events[Math.max(0, after + 1 - first.id)]
  }

  #wake(): void {
    this.#news.resolve()
    this.#news = Promise.withResolvers()
  }
}
