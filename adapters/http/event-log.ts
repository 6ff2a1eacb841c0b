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
  readonly #events: LoggedEvent[]
  #chars: number
  #last: number
  #ended = false
  /** Each wakes one reader. Not a promise for all: whoever waits long for one leaves a trace with every event. */
  readonly #readers = new Set<() => void>()

  /** `before`: what an earlier process has told. */
  constructor(before: readonly LoggedEvent[] = []) {
    this.#events = [...before]
    this.#chars = before.reduce((sum, { data }) => sum + data.length, 0)
    // Beyond what that one may have told besides.
    this.#last = Math.max(Date.now() * 1000, before.at(-1)?.id ?? 0)
  }

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

  /** The id of the oldest event that is known; 0: there is none. */
  get first(): number {
    return this.#events[0]?.id ?? 0
  }

  /** Those after this id that are there now. */
  since(id: number): readonly LoggedEvent[] {
    return id >= this.#last ? [] : this.#events.slice(this.#placeAfter(id))
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
    return after >= this.#last ? undefined : this.#events[this.#placeAfter(after)]
  }

  /** Ids have a gap where another process went on. */
  #placeAfter(id: number): number {
    let [low, high] = [0, this.#events.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#events[middle]?.id ?? 0) > id) high = middle
      else low = middle + 1
    }
    return low
  }

  #wake(): void {
    for (const news of this.#readers) news()
  }
}
