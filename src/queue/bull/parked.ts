/** Conversations that gave up their place and wait to be woken: in Redis, and seen from this node. */
import { z } from 'zod'
import type { Log } from '../../contract.ts'
import type { Connection } from './connection.ts'
import type { Jobs } from './jobs.ts'
import * as lua from './lua/hold.ts'
import type { Told } from './messages.ts'
import type { Places } from './places.ts'
import { parse } from './rows.ts'

const Names = z.array(z.string())
const Reason = z.object({ w: z.string() })

export class Parked {
  readonly #node: string
  readonly #connection: Connection
  readonly #jobs: Jobs
  readonly #places: Places
  readonly #log: Log
  /** As this node has heard of it. */
  readonly #reasons = new Map<string, string>()
  /** Wakings under way, and those that Redis was not there for. */
  readonly #underWay = new Set<Promise<void>>()
  readonly #owed = new Map<string, () => Promise<void>>()

  constructor(node: string, connection: Connection, jobs: Jobs, places: Places, log: Log) {
    this.#node = node
    this.#connection = connection
    this.#jobs = jobs
    this.#places = places
    this.#log = log
  }

  reason(conversation: string): string | undefined {
    const hold = this.#places.get(conversation)
    return hold === undefined ? this.#reasons.get(conversation) : undefined
  }

  /** This node parked it, or (undefined) took it. */
  note(conversation: string, waitsFor: string | undefined): void {
    if (waitsFor === undefined) this.#reasons.delete(conversation)
    else this.#reasons.set(conversation, waitsFor)
  }

  hear(told: Told): void {
    // What this node did itself it knows already, and before others hear of it.
    if (told.t === 'parked') this.#reasons.set(told.c, told.w)
    if (told.t === 'woken') this.#reasons.delete(told.c)
    if (told.t === 'wake') this.#places.keepAwake(({ conversation }) => conversation === told.c)
    if (told.t === 'wakeAll') this.#places.keepAwake(({ parked }) => parked?.waitsFor === told.w)
  }

  wake(conv: string): void {
    this.#places.keepAwake(({ conversation }) => conversation === conv)
    this.#reasons.delete(conv)
    this.#owe(`conversation ${conv}`, async () => {
      await this.#connection.tell('all', JSON.stringify({ t: 'wake', c: conv }))
      const woken = await this.#connection.script(lua.wake, { conv, node: this.#node })
      if (woken === 1) await this.#readd([conv])
    })
  }

  wakeAll(waitsFor: string): void {
    this.#places.keepAwake(({ parked }) => parked?.waitsFor === waitsFor)
    for (const [conversation, what] of this.#reasons)
      if (what === waitsFor) this.#reasons.delete(conversation)
    this.#owe(`reason ${waitsFor}`, async () => {
      await this.#connection.tell('all', JSON.stringify({ t: 'wakeAll', w: waitsFor }))
      await this.#wakeSome({ waitsFor })
    })
  }

  /** Those that were parked by a node that is gone: what they wait for may have been there alone. */
  async wakeOrphans(): Promise<void> {
    await this.#wakeSome({ dead: true })
  }

  /** What Redis missed of wakings, and this node of what others parked. */
  async mend(): Promise<void> {
    for (const [name, work] of this.#owed) {
      await work()
      this.#owed.delete(name)
    }
    const pairs = parse(Names, await this.#connection.script(lua.parkedNow, {}))
    this.#reasons.clear()
    for (let n = 0; n + 1 < pairs.length; n += 2) {
      const [conversation = '', reason = ''] = pairs.slice(n)
      this.#reasons.set(conversation, Reason.parse(JSON.parse(reason)).w)
    }
  }

  /** What this node parked goes on elsewhere. */
  async leave(): Promise<void> {
    await Promise.all(this.#underWay)
    await this.#wakeSome({ by: this.#node })
  }

  #owe(name: string, work: () => Promise<void>): void {
    const done = work()
      .catch((err: unknown) => {
        if (this.#connection.closed) return
        this.#log.warn({ err }, `Redis could not be told to wake ${name}; it is tried again`)
        this.#owed.set(name, work)
      })
      .finally(() => this.#underWay.delete(done))
    this.#underWay.add(done)
  }

  async #wakeSome(which: object): Promise<void> {
    await this.#readd(
      parse(Names, await this.#connection.script(lua.wakeSome, { node: this.#node, ...which })),
    )
  }

  async #readd(conversations: readonly string[]): Promise<void> {
    for (const conversation of conversations) await this.#jobs.add(conversation)
    if (conversations.length === 0) return
    this.#places.poke()
    await this.#connection.tell('all', JSON.stringify({ t: 'ready' }))
  }
}
