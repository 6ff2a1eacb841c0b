/** The one place where a prompt changes: one change at a time, on disk before anybody hears of it, and ended once. */
import type { Queue } from '../queue/port.ts'
import { type Exclusive, Lanes } from '../store/lanes.ts'
import type { PromptRecord } from '../store/prompt-record.ts'
import type { PromptShelf } from '../store/prompts.ts'
import { Deadlines } from './deadlines.ts'
import { type Ending, settled } from './shown.ts'

export interface LedgerParts {
  readonly shelf: PromptShelf
  readonly queue: Pick<Queue, 'post'>
  /** Keeps other nodes from the same prompt. */
  readonly exclusive?: Exclusive | undefined
  /** Told of each that has ended, whoever ended it. */
  readonly onEnd: (ended: PromptRecord) => void
}

/** Told how a prompt ended: decided or expired. */
export type Follower = (ended: PromptRecord) => void

export class Ledger {
  readonly #parts: LedgerParts
  readonly #lanes: Lanes
  readonly #followers = new Map<string, readonly Follower[]>()
  readonly #deadlines: Deadlines

  /** `due`: a watched prompt is to be reminded of, or expires. */
  constructor(parts: LedgerParts, due: (id: string) => void) {
    this.#parts = parts
    this.#lanes = new Lanes(parts.exclusive)
    this.#deadlines = new Deadlines(due)
  }

  find(id: string): Promise<PromptRecord | undefined> {
    return this.#parts.shelf.get(id)
  }

  watch({ id, state, reminded, remindAt, expiresAt }: PromptRecord): void {
    if (state === 'open') this.#deadlines.set(id, reminded ? expiresAt : remindAt)
  }

  /** Looks at it again in so many milliseconds. */
  retry(id: string, afterMs: number): void {
    this.#deadlines.set(id, Date.now() + afterMs)
  }

  /** Changes one that is open, and shows what changed before anything else happens to it. Undefined: it is not open. */
  update(
    id: string,
    work: (open: PromptRecord) => PromptRecord,
    show?: (changed: PromptRecord, before: PromptRecord) => Promise<void>,
  ): Promise<PromptRecord | undefined> {
    return this.#lanes.run(id, async () => {
      const record = await this.find(id)
      if (record?.state !== 'open') return undefined
      const changed = work(record)
      await this.#parts.shelf.set(changed)
      await show?.(changed, record)
      return changed
    })
  }

  /** Ends one that is open, by the {@link end} that `work` gives; its followers hear of it. False: it did not end. */
  close(id: string, work: (open: PromptRecord) => Promise<PromptRecord | undefined>): Promise<boolean> {
    return this.#lanes.run(id, async () => {
      const record = await this.find(id)
      if (record?.state !== 'open') {
        this.#tellFollowers(record)
        return false
      }
      const ended = await work(record)
      if (ended === undefined) return false
      this.#tellFollowers(ended)
      this.#parts.onEnd(ended)
      return true
    })
  }

  /** Another node may have ended it. */
  ended(id: string): Promise<void> {
    return this.#lanes.run(id, async () => {
      const record = await this.find(id)
      if (record?.state === 'open') return
      this.#deadlines.delete(id)
      this.#tellFollowers(record)
    })
  }

  /** What somebody here waits for. */
  get followed(): readonly string[] {
    return [...this.#followers.keys()]
  }

  #tellFollowers(ended: PromptRecord | undefined): void {
    if (ended === undefined) return
    const followers = this.#followers.get(ended.id) ?? []
    this.#followers.delete(ended.id)
    if (ended.state !== 'withdrawn') for (const follower of followers) follower(ended)
  }

  async end(
    record: PromptRecord,
    change: Pick<PromptRecord, 'state'> & Partial<PromptRecord>,
    how: Ending,
  ): Promise<PromptRecord> {
    const at = Date.now()
    const ended = { ...record, ...change, endedAt: at }
    // The outbox first: it takes the same reply once, however often this is tried.
    await this.#parts.queue.post(settled(record, how, at))
    await this.#parts.shelf.set(ended)
    this.#deadlines.delete(record.id)
    return ended
  }

  /** Calls once when the prompt is decided or expires; at once when it has. */
  follow(id: string, follower: Follower): Promise<void> {
    return this.#lanes.run(id, async () => {
      const record = await this.find(id)
      if (record?.state === 'open') this.#followers.set(id, [...(this.#followers.get(id) ?? []), follower])
      else if (record !== undefined) follower(record)
    })
  }

  /** Claude is being told: the decision is used up. */
  async applied(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      await this.#lanes.run(id, async () => {
        const record = await this.find(id)
        if (record !== undefined) await this.#parts.shelf.set({ ...record, applied: true })
      })
    }
  }

  stop(): void {
    this.#deadlines.close()
    this.#followers.clear()
  }
}
