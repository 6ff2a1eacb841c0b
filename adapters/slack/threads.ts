/** Which threads the bot takes part in. Slack knows it; what it said is remembered for a while. */
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { AdapterError, Newest } from '../../src/contract.ts'
import type { Api } from './api.ts'
import type { Budget } from './budget.ts'
import { slackCode, throttled } from './faults.ts'
import type { Self } from './inbound.ts'

const mostRemembered = 10_000
/** An event must be acknowledged within 3 s, and what is said next in its channel waits for it. */
const patienceMs = 1000
/** Messages of a thread that are looked through. */
const mostLooked = 999

const Replies = z.object({
  messages: z.array(
    z.object({ user: z.string().optional(), bot_id: z.string().optional(), text: z.string().default('') }),
  ),
})

export class Threads {
  readonly #api: Api
  readonly #self: Self
  readonly #budget: Budget
  readonly #known = new Newest<boolean>(mostRemembered)
  /** What is being found out. */
  readonly #looks = new Map<string, Promise<boolean>>()
  /** Before that Slack wants to be asked no more; milliseconds since 1970. */
  #notBefore = 0

  constructor(api: Api, self: Self, budget: Budget) {
    this.#api = api
    this.#self = self
    this.#budget = budget
  }

  /** The bot was named there, or has written there. */
  joined(channel: string, thread: string | undefined): void {
    if (thread !== undefined) this.#known.set(`${channel}:${thread}`, true)
  }

  /**
   * Throws {@link AdapterError}, soon: the platform then delivers the event again, several times within minutes. What was
   * found out meanwhile is known by then. `patience`: milliseconds, where nothing waits for an acknowledgement.
   */
  async takesPart(channel: string, thread: string, patience = patienceMs): Promise<boolean> {
    const key = `${channel}:${thread}`
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const late = sleep(patience, undefined, { ref: false })
    const found = await Promise.race([this.#find(key, channel, thread), late])
    if (found !== undefined) return this.#known.get(key) ?? found
    throw new AdapterError('network', 'Slack is slow to say who takes part in a thread')
  }

  #find(key: string, channel: string, thread: string): Promise<boolean> {
    const begun = this.#looks.get(key)
    if (begun !== undefined) return begun
    const look = this.#learn(key, channel, thread).finally(() => this.#looks.delete(key))
    this.#looks.set(key, look)
    return look
  }

  async #learn(key: string, channel: string, thread: string): Promise<boolean> {
    const wait = this.#notBefore - Date.now()
    if (wait > 0) throw throttled('conversations.replies', wait)
    const found = await this.#look(channel, thread)
    // It may have joined meanwhile.
    if (this.#known.get(key) === undefined) this.#known.set(key, found)
    return found
  }

  async #look(channel: string, thread: string): Promise<boolean> {
    this.#budget.book('history')
    try {
      const answer = await this.#api.run('conversations.replies', (client) =>
        client.conversations.replies({ channel, ts: thread, limit: mostLooked }),
      )
      const { user, bot } = this.#self
      return Replies.parse(answer).messages.some(
        (message) => message.user === user || message.bot_id === bot || message.text.includes(`<@${user}>`),
      )
    } catch (error) {
      // Gone meanwhile: nobody is in it.
      if (slackCode(error) === 'thread_not_found') return false
      if (error instanceof AdapterError && error.code === 'throttled') {
        this.#notBefore = Date.now() + (error.retryAfter ?? 0)
      }
      throw error
    }
  }
}
