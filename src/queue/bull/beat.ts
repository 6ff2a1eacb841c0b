/** What a node does again and again: keeps what it holds, and looks for what nobody was told of. */
import { z } from 'zod'
import type { Log } from '../../contract.ts'
import type { Nodes } from './cluster.ts'
import type { Connection } from './connection.ts'
import type { Deliveries } from './deliveries.ts'
import type { Jobs } from './jobs.ts'
import { beat, orphans } from './lua/hold.ts'
import type { Parked } from './parked.ts'
import type { Places } from './places.ts'
import { parse } from './rows.ts'

/** How often at the least; a lease is renewed four times before it ends. */
const MOST_MS = 1000
/** After so many beats one of the nodes looks for what was forgotten. */
const SWEEP = 5

interface Options {
  readonly node: string
  readonly connection: Connection
  readonly jobs: Jobs
  readonly places: Places
  readonly deliveries: Deliveries
  readonly parked: Parked
  readonly cluster: Nodes
  readonly leaseMs: number
  readonly log: Log
}

export class Beat {
  readonly #options: Options
  readonly #everyMs: number
  #timer: NodeJS.Timeout | undefined
  #beating: Promise<void> | undefined
  #beats = 0
  #soon = false
  #stopped = false

  constructor(options: Options) {
    this.#options = options
    this.#everyMs = Math.min(MOST_MS, options.leaseMs / 4)
  }

  async start(): Promise<void> {
    await this.#presence()
    await this.#options.jobs.watch()
    await this.#options.parked.mend()
    this.#later(this.#everyMs)
  }

  /** At the next turn: this node has just begun to work, or to send. */
  soon(): void {
    this.#soon = true
    this.#later(0)
  }

  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#timer)
    await this.#beating
  }

  #later(ms: number): void {
    if (this.#stopped) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#beating ??= this.#once().finally(() => {
        this.#beating = undefined
        this.#later(this.#soon ? 0 : this.#everyMs)
      })
    }, ms)
  }

  /** Never rejects. Each part stands for itself: what fails of one must not keep the next from its turn. */
  async #once(): Promise<void> {
    const { places, deliveries } = this.#options
    const soon = this.#soon
    this.#soon = false
    await this.#try(() => places.renew())
    await this.#try(() => this.#presence())
    places.poke()
    await this.#try(() => deliveries.poll())
    if (soon || ++this.#beats % SWEEP === 0) await this.#try(() => this.#sweep(soon))
  }

  async #presence(): Promise<void> {
    const { node, connection, leaseMs, places, deliveries, cluster } = this.#options
    const holds = places.all()
    const held = holds.map(({ conversation, epoch }) => ({ c: conversation, e: epoch }))
    const values = { node, leaseMs: leaseMs * 2, held, sending: deliveries.sending }
    const found = parse(z.array(z.number()), await connection.script(beat, values))
    for (const [n, hold] of holds.entries()) hold.seen(found[n] ?? 0)
    await cluster.look()
  }

  async #sweep(now: boolean): Promise<void> {
    const { node, connection, jobs, places, parked } = this.#options
    await parked.wakeOrphans()
    await parked.mend()
    const restMs = this.#everyMs * SWEEP
    const found = parse(z.array(z.string()), await connection.script(orphans, { node, restMs, now }))
    for (const conversation of await jobs.missing(found)) await jobs.add(conversation)
    places.poke()
  }

  async #try(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (err) {
      if (!this.#stopped) this.#options.log.debug({ err }, 'a beat was missed')
    }
  }
}
