/** Where sessions are begun, and when: so many at a time, so many a day, as Discord says. */
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { AdapterError, type Log } from '../../src/contract.ts'
import type { Api } from './api.ts'
import { Brake, leastKept, type Spacing, usualSpacing } from './brake.ts'

/** Shards whose numbers leave the same remainder may not identify within this time of each other. */
const identifyMs = 5000
/** How long Discord's answer is good for: the limit counts by the day. */
const freshMs = 60_000

const Answer = z.object({
  url: z.url({ protocol: /^wss?$/ }),
  shards: z.int().min(1).max(100_000).catch(1),
  session_start_limit: z.object({
    remaining: z.number(),
    reset_after: z.number(),
    max_concurrency: z.int().min(1).catch(1),
  }),
})

/** Leave to begin a session, once. */
export interface Turn extends Disposable {
  /** Where. */
  readonly url: string
  /** The session is asked for just now. A turn that is disposed of unused is the next one's. */
  used(): void
}

interface Known {
  readonly answer: z.infer<typeof Answer>
  readonly until: number
  /** Sessions that were begun since, or are about to be. */
  begun: number
}

export interface EntranceOptions {
  readonly api: Api
  readonly log: Log
  readonly signal: AbortSignal
  readonly spacing?: Spacing
  /** See {@link identifyMs}. */
  readonly rowMs?: number
}

export class Entrance {
  readonly #api: Api
  readonly #log: Log
  readonly #signal: AbortSignal
  readonly #spacing: Spacing
  readonly #rowMs: number
  /** By the numbers of shards. */
  readonly #brakes = new Map<number, Brake>()
  /** The last turn of each row, and when it is over. */
  readonly #rows = new Map<number, Promise<void>>()
  #known: Known | undefined
  #looking: Promise<Known> | undefined

  constructor({ api, log, signal, spacing = usualSpacing, rowMs = identifyMs }: EntranceOptions) {
    this.#api = api
    this.#log = log
    this.#signal = signal
    this.#spacing = spacing
    this.#rowMs = rowMs
  }

  /** How many shards Discord wants, asked just now. Throws {@link AdapterError}. */
  async shards(): Promise<number> {
    this.#known = undefined
    return (await this.#look()).answer.shards
  }

  /** Resolves when this shard may begin a session. Throws {@link AdapterError}, or the reason of the signal. */
  async turn(shard: number, signal: AbortSignal): Promise<Turn> {
    const brake = this.#brakeOf(shard)
    await this.#braked(shard, brake, signal)
    const { max_concurrency: rows } = (await this.#look()).answer.session_start_limit
    const over = Promise.withResolvers<void>()
    const before = this.#rows.get(shard % rows)
    this.#rows.set(shard % rows, over.promise)
    await before
    try {
      // It may have taken long until it was this one's turn.
      const known = await this.#look()
      this.#check(known, brake)
      return this.#turn(known, brake, over.resolve)
    } catch (error) {
      over.resolve()
      throw error
    }
  }

  #brakeOf(shard: number): Brake {
    const brake = this.#brakes.get(shard) ?? new Brake(this.#spacing)
    this.#brakes.set(shard, brake)
    return brake
  }

  /** Before it takes its place in a row: others need not wait for it. */
  async #braked(shard: number, brake: Brake, signal: AbortSignal): Promise<void> {
    const ms = brake.wait(Date.now())
    if (ms === 0) return
    const seconds = Math.ceil(ms / 1000)
    this.#log.warn({ shard, seconds }, 'sessions with Discord are lost again and again: the next one waits')
    await sleep(ms, undefined, { signal })
  }

  #turn(known: Known, brake: Brake, over: () => void): Turn {
    known.begun += 1
    let isUsed = false
    return {
      url: known.answer.url,
      used: () => {
        isUsed = true
        brake.began(Date.now())
        void sleep(this.#rowMs, undefined, { signal: this.#signal }).then(over, over)
      },
      [Symbol.dispose]: () => {
        if (isUsed) return
        known.begun -= 1
        over()
      },
    }
  }

  #check({ answer, begun }: Known, { hasBegun }: Brake): void {
    this.#signal.throwIfAborted()
    const { remaining, reset_after: resetAfter } = answer.session_start_limit
    const left = Math.max(0, remaining - begun)
    const kept = hasBegun ? Math.max(leastKept, answer.shards) : 0
    if (left > kept) return
    const minutes = Math.ceil(resetAfter / 60_000)
    const why =
      left === 0
        ? `Discord allows no further session for ${minutes} minutes`
        : `of the sessions that Discord allows a day ${left} are left, which are kept for starts of the bot: the next one is begun in ${minutes} minutes`
    throw new AdapterError('throttled', why, { retryAfter: resetAfter })
  }

  /** Many shards that come at once ask once. */
  #look(): Promise<Known> {
    if (this.#known !== undefined && this.#known.until > Date.now()) return Promise.resolve(this.#known)
    this.#looking ??= this.#ask().finally(() => (this.#looking = undefined))
    return this.#looking
  }

  async #ask(): Promise<Known> {
    const answer = await this.#api.run('the way to the gateway', (rest) => rest.get('/gateway/bot'))
    const parsed = Answer.safeParse(answer)
    if (!parsed.success)
      throw new AdapterError('network', 'Discord does not say where its gateway is', { cause: parsed.error })
    this.#known = { answer: parsed.data, until: Date.now() + freshMs, begun: 0 }
    return this.#known
  }
}
