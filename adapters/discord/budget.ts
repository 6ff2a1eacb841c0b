/** How many edits a channel still takes, as Discord announces it with every answer. */
import { heldBack } from './faults.ts'

interface Announced {
  readonly remaining: number
  readonly resetAt: number
}

/** Drafts leave so many for what is final. */
const kept = 1
const mostRemembered = 10_000

export class Budget {
  readonly #announced = new Map<string, Announced>()

  /** Remembers what the headers of an answer say. `path`: of the call, e.g. `/channels/1/messages/2`. */
  note(method: string, path: string, headers: Pick<Headers, 'get'>): void {
    const bucket = bucketOf(method, path)
    const remaining = Number(headers.get('x-ratelimit-remaining') ?? Number.NaN)
    const resetAfter = Number(headers.get('x-ratelimit-reset-after') ?? Number.NaN)
    if (bucket === undefined || !Number.isFinite(remaining) || !Number.isFinite(resetAfter)) return
    this.#announced.delete(bucket)
    this.#announced.set(bucket, { remaining, resetAt: Date.now() + resetAfter * 1000 })
    for (const oldest of this.#announced.keys()) {
      if (this.#announced.size <= mostRemembered) return
      this.#announced.delete(oldest)
    }
  }

  /** Throws {@link AdapterError} `throttled` when a draft would use up what a final answer may need. */
  forDraft(method: 'PATCH' | 'POST', channel: string): void {
    const known = this.#announced.get(`${method} ${channel}`)
    if (known === undefined || known.remaining > kept) return
    const wait = known.resetAt - Date.now()
    if (wait > 0) throw heldBack(wait)
  }
}

/** Of messages only: their limits count by channel. */
function bucketOf(method: string, path: string): string | undefined {
  const channel = /^\/channels\/(\d+)\/messages(?:\/\d+)?$/.exec(path)?.[1]
  return channel === undefined ? undefined : `${method.toUpperCase()} ${channel}`
}
