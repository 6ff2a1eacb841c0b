/** How fast we may write to a chat: finals and prompts first, drafts with what is left. One for all of a process. */
import type { Address } from '../contract.ts'

interface Lane {
  /** Nothing may be sent before; milliseconds since 1970. */
  blockedUntil: number
  /** Nor drafts before. */
  draftsBlockedUntil: number
  /** Drafts are edited so many times more seldom than the platform allows. */
  slower: number
  /** Finals that wait or are being sent. */
  finals: number
  /** When the last draft was edited. */
  editedAt: number
}

const slowest = 64
/** A lane that nothing happened in for so long is forgotten. */
const idleMs = 10 * 60_000
const fewest = 1000

export class Pace {
  readonly #lanes = new Map<string, Lane>()
  #sweepAt = fewest

  /** Marks that a final is under way, until disposed: drafts in the same chat wait. */
  final(address: Address): Disposable {
    const lane = this.#lane(address)
    lane.finals += 1
    return {
      [Symbol.dispose]: () => {
        lane.finals -= 1
      },
    }
  }

  /** Milliseconds until something may be sent. */
  blockedFor(address: Address): number {
    return Math.max(0, this.#lane(address).blockedUntil - Date.now())
  }

  /** Milliseconds until a draft may be posted. */
  draftIn(address: Address): number {
    const { blockedUntil, draftsBlockedUntil } = this.#lane(address)
    return Math.max(0, Math.max(blockedUntil, draftsBlockedUntil) - Date.now())
  }

  /** Milliseconds until a draft may be edited, `every` being the platform's own least time between two edits. */
  editIn(address: Address, every: number): number {
    const lane = this.#lane(address)
    const now = Date.now()
    const next = Math.max(lane.blockedUntil, lane.draftsBlockedUntil, lane.editedAt + every * lane.slower)
    return Math.max(next - now, lane.finals > 0 ? Math.max(every, 100) : 0, 0)
  }

  /** A draft was edited; what a 429 slowed down recovers a little. */
  edited(address: Address): void {
    const lane = this.#lane(address)
    lane.editedAt = Date.now()
    lane.slower = Math.max(1, lane.slower * 0.9)
  }

  /** The platform said 429. */
  throttled(address: Address, retryAfter: number): void {
    const lane = this.#lane(address)
    lane.blockedUntil = Math.max(lane.blockedUntil, Date.now() + retryAfter)
    lane.slower = Math.min(slowest, lane.slower * 2)
  }

  /** The adapter holds drafts back, to keep its rate for what is final. */
  heldBack(address: Address, ms: number): void {
    const lane = this.#lane(address)
    lane.draftsBlockedUntil = Math.max(lane.draftsBlockedUntil, Date.now() + ms)
  }

  /** Chats that are remembered. */
  get size(): number {
    return this.#lanes.size
  }

  /** Threads share the limits of their chat. */
  #lane({ adapter, tenant, channel }: Address): Lane {
    const key = JSON.stringify([adapter, tenant, channel])
    const known = this.#lanes.get(key)
    if (known !== undefined) return known
    if (this.#lanes.size >= this.#sweepAt) this.#sweep()
    const lane = { blockedUntil: 0, draftsBlockedUntil: 0, slower: 1, finals: 0, editedAt: 0 }
    this.#lanes.set(key, lane)
    return lane
  }

  #sweep(): void {
    const old = Date.now() - idleMs
    for (const [key, lane] of this.#lanes) {
      const idle =
        lane.finals === 0 &&
        Math.max(lane.blockedUntil, lane.draftsBlockedUntil) < Date.now() &&
        lane.editedAt < old
      if (idle) this.#lanes.delete(key)
    }
    this.#sweepAt = Math.max(fewest, this.#lanes.size * 2)
  }
}
