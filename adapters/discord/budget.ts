/** What Discord still takes: of edits in a channel as it announces with every answer, of calls in all fifty a second. */
import { heldBack } from './faults.ts'

interface Announced {
  readonly remaining: number
  readonly resetAt: number
}

/** Drafts leave so many for what is final. */
const kept = 1
const mostRemembered = 10_000
/** Of the fifty calls of a second drafts leave some for what is final, and typing signs more for drafts. */
const perSecond = { drafts: 40, typing: 20 }
const secondMs = 1000

export class Budget {
  readonly #announced = new Map<string, Announced>()
  /** When the calls of the last second were made, oldest first; milliseconds since 1970. */
  #calls: number[] = []

  /** A call is made, of whatever kind. */
  called(): void {
    const now = Date.now()
    const recent = this.#calls.findIndex((at) => at > now - secondMs)
    this.#calls = recent === -1 ? [] : this.#calls.slice(recent)
    this.#calls.push(now)
  }

  hasRoomForTyping(): boolean {
    return this.#wait(perSecond.typing) <= 0
  }

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
    const early = this.#wait(perSecond.drafts)
    if (early > 0) throw heldBack(early)
    const known = this.#announced.get(`${method} ${channel}`)
    if (known === undefined || known.remaining > kept) return
    const wait = known.resetAt - Date.now()
    if (wait > 0) throw heldBack(wait)
  }

  /** Milliseconds until fewer than `most` calls were made within a second. */
  #wait(most: number): number {
    const at = this.#calls.at(-most)
    return at === undefined ? 0 : at + secondMs - Date.now()
  }
}

/** Of messages only: their limits count by channel. */
function bucketOf(method: string, path: string): string | undefined {
  const channel = /^\/channels\/(\d+)\/messages(?:\/\d+)?$/.exec(path)?.[1]
  return channel === undefined ? undefined : `${method.toUpperCase()} ${channel}`
}
