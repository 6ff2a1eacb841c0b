/** Hands out replies on this node: one at a time in a conversation, in order; conversations side by side. */
import { once } from 'node:events'
import type { Log, Sent } from '../../contract.ts'
import { backOff, Delays } from '../delays.ts'
import { QueueError } from '../port.ts'
import type { Delivered, Delivery } from '../port.ts'
import type { Connection } from './connection.ts'
import * as lua from './lua/outbox.ts'
import { claimedOf, parse } from './rows.ts'
import { z } from 'zod'

type Send = (delivery: Delivery) => Promise<Delivered>

/** Most replies on their way at a time. */
const SIDE_BY_SIDE = 64
/** How long a send that is on its way when the queue closes may take. */
const LAST_SENDS_MS = 5000
/** Conversations looked at in one go. */
const PORTION = 500

const Names = z.array(z.string())

interface Options {
  readonly node: string
  readonly connection: Connection
  readonly leaseMs: number
  readonly log: Log
  /** Names of the adapters that this node can send by; undefined: by all. */
  readonly adapters: (() => readonly string[]) | undefined
}

export class Deliveries {
  readonly #options: Options
  /** Conversations with replies to send; the first waits longest. */
  readonly #ready = new Set<string>()
  readonly #busy = new Map<string, Promise<void>>()
  readonly #putOff = new Delays()
  /** How often an adapter has asked for a retry: tells a hand-out that one came while it was on its way. */
  readonly #retries = new Map<string, number>()
  #send: Send | undefined
  #closing = false
  /** Nothing was hurried since this node began to send: what is put off may have waited for just that. */
  #fresh = true

  constructor(options: Options) {
    this.#options = options
  }

  get sends(): boolean {
    return this.#send !== undefined && !this.#closing
  }

  /** Conversations that this node sends for now. */
  get sending(): readonly string[] {
    return [...this.#busy.keys()]
  }

  start(send: Send): void {
    if (this.#send !== undefined) throw new Error('deliver() was called twice')
    this.#send = send
  }

  /** These conversations have new replies. */
  arrived(conversations: Iterable<string>): void {
    if (this.#send === undefined || this.#closing) return
    for (const conversation of conversations) {
      if (!this.#putOff.has(conversation)) this.#ready.add(conversation)
    }
    this.#schedule(this.#send)
  }

  /** Looks for what is due and nobody sends: its node died, or its time has come. */
  async poll(): Promise<void> {
    if (!this.sends) return
    if (this.#fresh) await this.#options.connection.script(lua.retry, {})
    this.#fresh = false
    const due = parse(Names, await this.#options.connection.script(lua.due, { most: PORTION }))
    this.arrived(due)
  }

  async retry(adapter: string): Promise<void> {
    this.#retries.set(adapter, (this.#retries.get(adapter) ?? 0) + 1)
    const found = parse(Names, await this.#options.connection.script(lua.retry, { adapter }))
    this.#putOff.hurry(adapter)
    this.arrived(found)
  }

  /** Goes on handing out for up to `withinMs`, then lets what is on its way end for a little longer. */
  async close(withinMs: number): Promise<void> {
    const end = new AbortController()
    const timers = [
      setTimeout(() => (this.#closing = true), withinMs),
      setTimeout(() => end.abort(), withinMs + LAST_SENDS_MS),
    ]
    const overdue = once(end.signal, 'abort')
    while (this.#busy.size > 0 && !end.signal.aborted) {
      await Promise.race([Promise.all(this.#busy.values()), overdue])
    }
    for (const timer of timers) clearTimeout(timer)
    this.#closing = true
    this.#putOff.clear()
    if (this.#busy.size > 0)
      this.#options.log.warn({ sends: this.#busy.size }, 'sends did not end in time; they may be repeated')
  }

  #schedule(send: Send): void {
    for (const conversation of this.#ready) {
      if (this.#busy.size >= SIDE_BY_SIDE) return
      if (this.#busy.has(conversation)) continue
      this.#ready.delete(conversation)
      this.#busy.set(conversation, this.#occupy(conversation, send))
    }
  }

  async #occupy(conversation: string, send: Send): Promise<void> {
    const more = await this.#next(conversation, send)
    this.#busy.delete(conversation)
    this.arrived(more ? [conversation] : [])
  }

  /** Hands out a conversation's first reply. True: it has more, now. Never rejects. */
  async #next(conversation: string, send: Send): Promise<boolean> {
    let failures = 1
    try {
      const reply = await this.#claim(conversation)
      if (reply === undefined) return false
      failures = reply.attempt
      return await this.#handOut(reply, send)
    } catch (err) {
      const againInMs = backOff(failures)
      const { log } = this.#options
      log.error({ conversation, againInMs, err }, 'a reply could not be handed out; it is tried again')
      await this.#wait(conversation, againInMs, '').catch(() => undefined)
      return false
    }
  }

  async #claim(conv: string): Promise<Omit<Delivery, 'delivered'> | undefined> {
    const { node, leaseMs, connection, adapters } = this.#options
    const values = { conv, node, leaseMs, ...(adapters === undefined ? {} : { adapters: adapters() }) }
    return claimedOf(await connection.script(lua.claim, values), conv)
  }

  async #handOut(reply: Omit<Delivery, 'delivered'>, send: Send): Promise<boolean> {
    const { key, conversation, attempt } = reply
    const { log, connection, node } = this.#options
    const { adapter } = reply.address
    const retries = this.#retries.get(adapter)
    const delivered = async (part: Sent): Promise<void> => {
      const values = { conv: conversation, node, key, part: JSON.stringify(part) }
      if ((await connection.script(lua.addPart, values)) !== 1) {
        throw new QueueError('fenced', `Reply ${key} of ${conversation} is sent by another node by now.`)
      }
    }
    const end = await send({ ...reply, delivered })
    if (end.state === 'later') {
      const againInMs = this.#retries.get(adapter) === retries ? end.afterMs : 0
      log.info({ conversation, key, attempt, againInMs, reason: end.reason }, 'a reply is put off')
      await this.#wait(conversation, againInMs, adapter)
      return false
    }
    if (end.state === 'undeliverable') {
      log.warn({ conversation, key, attempt, reason: end.reason }, 'a reply is given up')
    }
    return (await connection.script(lua.end, { conv: conversation, node, key })) === 1
  }

  async #wait(conversation: string, ms: number, adapter: string): Promise<void> {
    if (!this.#closing) {
      // What came meanwhile must wait behind the reply that is put off.
      this.#ready.delete(conversation)
      this.#putOff.set(conversation, ms, () => this.arrived([conversation]), adapter)
    }
    const { node, connection } = this.#options
    await connection.script(lua.putOff, { conv: conversation, node, ms })
  }
}
