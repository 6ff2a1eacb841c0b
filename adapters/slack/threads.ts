/** Which threads the bot takes part in. Slack knows it; what it said is remembered for a while. */
import { z } from 'zod'
import type { Api } from './api.ts'
import { slackCode } from './faults.ts'
import type { Self } from './inbound.ts'

const mostRemembered = 10_000
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
  readonly #known = new Map<string, boolean>()

  constructor(api: Api, self: Self) {
    this.#api = api
    this.#self = self
  }

  /** The bot was named there, or has written there. */
  joined(channel: string, thread: string | undefined): void {
    if (thread !== undefined) this.#remember(`${channel}:${thread}`, true)
  }

  /** Throws {@link AdapterError}: the platform then delivers the event again. */
  async takesPart(channel: string, thread: string): Promise<boolean> {
    const key = `${channel}:${thread}`
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const found = await this.#look(channel, thread)
    // It may have joined meanwhile.
    if (this.#known.get(key) === undefined) this.#remember(key, found)
    return this.#known.get(key) ?? found
  }

  async #look(channel: string, thread: string): Promise<boolean> {
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
      throw error
    }
  }

  #remember(key: string, value: boolean): void {
    this.#known.delete(key)
    this.#known.set(key, value)
    if (this.#known.size <= mostRemembered) return
    for (const oldest of this.#known.keys()) {
      this.#known.delete(oldest)
      return
    }
  }
}
