/**
 * Slack's own view of who works in which thread, with a Stop button there while somebody does. Cosmetic: nothing
 * depends on it. Not every app is declared as an agent, and not every workspace has it.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { type Address, AdapterError, type Inbound, type Log, type Person } from '../../src/contract.ts'
import { userOf } from './apart.ts'
import type { Api } from './api.ts'
import type { Budget } from './budget.ts'
import { slackCode } from './faults.ts'
import { line } from './text.ts'

/** Answers of Slack's that mean: not for this app, not in this workspace. */
const absent: ReadonlySet<string | undefined> = new Set([
  'not_authorized',
  'feature_disabled',
  'unknown_method',
  'method_deprecated',
  'not_allowed_token_type',
])
/** An operator may declare the app meanwhile. */
const againMs = 10 * 60 * 1000
/** Left alone, Slack shows for an hour that somebody works. */
const mostTries = 4
const retryMs = 5000
const longestTitle = 80
const mostTitles = 1000

const Answer = z.object({
  warning: z.string().optional(),
  response_metadata: z.object({ warnings: z.array(z.string()).optional() }).optional(),
})
const noStop = 'missing_agent_session_stopped_event_subscription'

type Status = 'processing' | 'active'

export class Sessions {
  readonly #api: Api
  readonly #budget: Budget
  readonly #log: Log
  readonly #end = new AbortController()
  /** Threads in which Slack shows that somebody works; whether it has heard so yet. */
  readonly #busy = new Map<string, { heard: boolean }>()
  /** The newest call for each thread: they must not overtake one another. */
  readonly #calls = new Map<string, Promise<unknown>>()
  readonly #resting = new Set<Promise<void>>()
  readonly #titles = new Map<string, string>()
  /** Milliseconds since 1970. */
  #absentUntil = 0
  #warned = false

  constructor(api: Api, budget: Budget, log: Log) {
    this.#api = api
    this.#budget = budget
    this.#log = log
  }

  /** What begins a thread is the title of its session. */
  heard(inbound: Inbound): void {
    const { channel, thread } = inbound.address
    if (inbound.kind !== 'message' || inbound.id !== `${channel}:${thread}`) return
    this.#titles.set(keyOf(inbound.address), line(inbound.text, longestTitle))
    for (const oldest of this.#titles.keys()) {
      if (this.#titles.size <= mostTitles) break
      this.#titles.delete(oldest)
    }
  }

  /** Somebody is at work for `asker`. False: Slack does not show it this way. Never rejects. */
  async begins(address: Address, asker: Person): Promise<boolean> {
    const key = keyOf(address)
    if (address.thread === undefined || this.#end.signal.aborted) return false
    if (this.#busy.has(key)) return true
    if (Date.now() < this.#absentUntil || this.#budget.take('agents.sessions.setStatus') > 0) return false
    const busy = { heard: false }
    this.#busy.set(key, busy)
    try {
      await this.#set(address, 'processing', asker)
      busy.heard = true
      return true
    } catch (error) {
      if (this.#busy.get(key) === busy) this.#busy.delete(key)
      if (absent.has(slackCode(error))) this.#absentUntil = Date.now() + againMs
      this.#log.debug({ err: error }, 'Slack shows no session here')
      return false
    }
  }

  /** Nobody is any more. Nothing waits for Slack to hear of it. */
  ended(address: Address): void {
    if (this.#busy.delete(keyOf(address))) this.#track(this.#rest(address))
  }

  /** The same where Slack has been told by the end of a stream. */
  endedByStream(address: Address): void {
    const key = keyOf(address)
    if (this.#busy.get(key)?.heard === true) this.#busy.delete(key)
    else this.ended(address)
  }

  /**
   * Somebody pressed Slack's Stop button, which leaves it to the app to say whether it stopped. It may be none of their
   * business: the button stays until the turn is at its end.
   */
  stopped(address: Address): void {
    const busy = this.#busy.has(keyOf(address))
    this.#track(busy ? this.#goesOn(address) : this.#rest(address))
  }

  /** Never rejects. */
  async close(): Promise<void> {
    this.#end.abort()
    await Promise.all(this.#resting)
  }

  #track(work: Promise<void>): void {
    const tracked = work.finally(() => this.#resting.delete(tracked))
    this.#resting.add(tracked)
  }

  /** Never rejects. */
  async #goesOn(address: Address): Promise<void> {
    this.#budget.book('agents.sessions.setStatus')
    try {
      await this.#set(address, 'processing')
    } catch (error) {
      this.#log.debug({ err: error }, 'Slack could not be told that somebody still works there')
    }
  }

  /** Never rejects. */
  async #rest(address: Address): Promise<void> {
    const { signal } = this.#end
    for (let tries = 1; tries <= mostTries && !signal.aborted; tries += 1) {
      // Somebody works there again.
      if (this.#busy.has(keyOf(address))) return
      this.#budget.book('agents.sessions.setStatus')
      try {
        return await this.#set(address, 'active')
      } catch (error) {
        const known = error instanceof AdapterError ? error : undefined
        this.#log.debug({ err: error }, 'Slack could not be told that nobody works there any more')
        if (known?.code !== 'throttled' && known?.code !== 'network') return
        await sleep(known.retryAfter ?? retryMs, undefined, { signal }).catch(() => undefined)
      }
    }
  }

  async #set(address: Address, status: Status, asker?: Person): Promise<void> {
    const key = keyOf(address)
    const before = this.#calls.get(key)
    const call = (before ?? Promise.resolve())
      .catch(() => undefined)
      .then(() => this.#call(address, status, asker))
    this.#calls.set(key, call)
    try {
      this.#heed(Answer.parse(await call))
    } finally {
      if (this.#calls.get(key) === call) this.#calls.delete(key)
    }
  }

  #call({ channel, thread = '' }: Address, status: Status, asker: Person | undefined): Promise<unknown> {
    const title = this.#titles.get(`${channel}:${thread}`)
    return this.#api.run('agents.sessions.setStatus', (client) =>
      client.agents.sessions.setStatus({
        channel_id: channel,
        thread_ts: thread,
        status,
        // Heeded where this begins the session.
        ...(title === undefined ? {} : { title }),
        ...(asker === undefined ? {} : { initiator_user_id: userOf(asker.id) }),
      }),
    )
  }

  #heed({ warning = '', response_metadata: more }: z.infer<typeof Answer>): void {
    if (this.#warned || ![warning, ...(more?.warnings ?? [])].includes(noStop)) return
    this.#warned = true
    this.#log.warn(
      {},
      'Slack shows no Stop button: add the bot event agent_session_stopped to the app, or its manifest anew (parley init slack writes it)',
    )
  }
}

function keyOf({ channel, thread }: Address): string {
  return `${channel}:${thread}`
}
