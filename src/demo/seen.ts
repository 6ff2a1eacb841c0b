/** Remembers the last requests, so that a test can look at what the client sent or wait for it. */

/** A request as the stand-in saw it. */
export interface SeenRequest {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly method: string
  /** Without the query. */
  readonly path: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly model?: string
  /** The system prompt's text. */
  readonly system?: string
  /** What the user wrote last, without the CLI's reminders; empty where there is none. */
  readonly lastUserText: string
  /** The parsed body; undefined where there was none or it was not JSON. */
  readonly body: unknown
}

/** A CLI request carries some 60 KB and grows with the conversation: the count alone would not bound memory. */
const mostRequests = 1000
const mostBytes = 64 * 1024 * 1024

interface Waiter {
  readonly predicate: (request: SeenRequest) => boolean
  readonly resolve: (request: SeenRequest) => void
}

export class SeenRequests {
  readonly list: SeenRequest[] = []
  readonly #sizes: number[] = []
  readonly #waiters = new Set<Waiter>()
  #bytes = 0

  /** @param bytes size of the body on the wire */
  add(request: SeenRequest, bytes: number): void {
    this.list.push(request)
    this.#sizes.push(bytes)
    this.#bytes += bytes
    while (this.list.length > mostRequests || (this.#bytes > mostBytes && this.list.length > 1)) {
      this.list.shift()
      this.#bytes -= this.#sizes.shift() ?? 0
    }
    for (const waiter of this.#waiters) {
      if (waiter.predicate(request)) waiter.resolve(request)
    }
  }

  /** Resolves with the first request, seen or to come, that satisfies. Rejects with the signal's reason. */
  async waitFor(predicate: Waiter['predicate'], signal?: AbortSignal): Promise<SeenRequest> {
    signal?.throwIfAborted()
    const seen = this.list.find(predicate)
    if (seen !== undefined) return seen
    const { promise, resolve, reject } = Promise.withResolvers<SeenRequest>()
    const waiter = { predicate, resolve }
    const abort = (): void => reject(signal?.reason)
    this.#waiters.add(waiter)
    signal?.addEventListener('abort', abort, { once: true })
    try {
      return await promise
    } finally {
      this.#waiters.delete(waiter)
      signal?.removeEventListener('abort', abort)
    }
  }
}
