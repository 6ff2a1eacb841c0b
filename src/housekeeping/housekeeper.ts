/** Sweeps: puts sessions away that nobody uses, tells people whose workspace is too large, forgets what is long over. */
import type { Config } from '../config.ts'
import type { Log } from '../contract.ts'
import { homeDirs } from '../conversation/home.ts'
import type { Queue } from '../queue/port.ts'
import type { Store } from '../store/store.ts'
import type { Confidant } from '../people/people.ts'
import { wordsIn } from '../words/words.ts'
import { folderSize } from './folder-size.ts'
import { notice } from '../queue/notice.ts'

export interface HousekeeperParts {
  readonly store: Pick<Store, 'sessions' | 'marks' | 'prompts' | 'exchanges'>
  readonly queue: Pick<Queue, 'post'>
  readonly config: () => Pick<Config, 'sessions' | 'dataDir' | 'access'>
  /** Conversations at work keep their session. */
  readonly isHeld: (conversation: string) => boolean
  /** Where the owner of a home can be told something. */
  readonly ownerOf: (home: string) => Promise<Confidant | undefined>
  readonly log: Log
  readonly now?: () => number
}

const hourMs = 60 * 60 * 1000
const dayMs = 24 * hourMs
/** How long what became of a prompt can be looked up. */
const promptMemoryMs = 30 * dayMs

export class Housekeeper implements AsyncDisposable {
  readonly #parts: HousekeeperParts
  readonly #now: () => number
  readonly #ending = new AbortController()
  #timer: NodeJS.Timeout | undefined
  #sweeping: Promise<void> = Promise.resolve()

  constructor(parts: HousekeeperParts) {
    this.#parts = parts
    this.#now = parts.now ?? Date.now
  }

  /** Sweeps now and every hour. */
  start(): void {
    this.#sweeping = this.sweep().catch((err: unknown) => {
      if (!this.#ending.signal.aborted)
        this.#parts.log.error({ err }, 'housekeeping failed; it is tried again in an hour')
    })
    this.#timer = setTimeout(() => this.start(), hourMs)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#timer)
    this.#ending.abort()
    await this.#sweeping
  }

  async sweep(): Promise<void> {
    const homes = new Set<string>()
    for await (const { conversation, home } of this.#parts.store.sessions.all()) {
      if (this.#ending.signal.aborted) return
      homes.add(home)
      await this.#putAway(conversation)
    }
    for (const home of homes) await this.#weigh(home)
    await this.#forget()
  }

  /** Once a day. */
  async #forget(): Promise<void> {
    const { store, config } = this.#parts
    const mark = 'forgotten'
    const at = this.#now()
    if (at - ((await store.marks.get(mark)) ?? 0) < dayMs || this.#ending.signal.aborted) return
    await store.prompts.purge(at - promptMemoryMs)
    await store.exchanges.purge(at - config().access.loopGuard.within)
    await store.marks.set(mark, at)
  }

  async #putAway(conversation: string): Promise<void> {
    const { store, config, isHeld, log } = this.#parts
    if (isHeld(conversation)) return
    const at = this.#now()
    const before = at - config().sessions.retentionDays * dayMs
    const sessions = await store.sessions.putAway(conversation, before, at)
    if (sessions > 0) log.info({ conversation, sessions }, 'sessions that nobody used were put away')
  }

  async #weigh(home: string): Promise<void> {
    const { store, queue, config, ownerOf } = this.#parts
    const { dataDir, sessions } = config()
    const mark = `workspace/${home}`
    const at = this.#now()
    const due = at - ((await store.marks.get(mark)) ?? 0) >= dayMs
    if (sessions.workspaceQuota === undefined || !due || this.#ending.signal.aborted) return
    const bytes = await folderSize(homeDirs(dataDir, home).workspace, this.#ending.signal)
    const owner = await ownerOf(home)
    if (bytes > sessions.workspaceQuota && owner !== undefined) {
      const key = `${mark}/${new Date(at).toISOString().slice(0, 10)}`
      const words = wordsIn(owner.language).housekeeping.tooLarge(bytes, sessions.workspaceQuota)
      await queue.post([notice({ key, conversation: mark, address: owner.direct }, words)])
    }
    // After it: a crash in between says it once more under the same key, which the outbox knows.
    await store.marks.set(mark, at)
  }
}
