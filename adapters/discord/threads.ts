/** Threads that the bot opens for its answers, and where it answers when none can be opened. Throws {@link AdapterError} only. */
import type { REST } from 'discord.js'
import { z } from 'zod'
import { type Address, AdapterError, type Fault, type Log } from '../../src/contract.ts'
import type { Api } from './api.ts'
import { discordCode } from './faults.ts'
import type { Places } from './places.ts'
import { line } from './text.ts'
import { threadName } from './words.ts'

const unknownChannel = 10_003
const threadExists = 160_004
/** The bot may open none there, such a channel has none, or it has as many as it takes. */
const noThread: ReadonlySet<Fault> = new Set(['forbidden', 'unsupported', 'rejected'])
const mostRemembered = 1000

const Asked = z.object({ content: z.string() })

export interface ThreadsParts {
  readonly api: Api
  readonly log: Log
  readonly places: Places
}

export class Threads {
  readonly #parts: ThreadsParts
  /** Whether a thread that is not there is opened. */
  readonly #opens: boolean
  /** Threads that could not be opened, and the channels that they were to be in. */
  readonly #threadless = new Map<string, string>()

  constructor(parts: ThreadsParts, opens: boolean) {
    this.#parts = parts
    this.#opens = opens
  }

  /** A thread that is not there yet is opened first, from the message that it belongs to; where none can be, it is the channel. */
  async at(
    to: Address,
    what: string,
    call: (rest: REST, at: Address) => Promise<unknown>,
  ): Promise<{ readonly where: Address; readonly answer: unknown }> {
    const { api } = this.#parts
    const { thread, channel } = to
    const go = async (where: Address): Promise<{ where: Address; answer: unknown }> => ({
      where,
      answer: await api.run(what, (rest) => call(rest, where)),
    })
    if (thread === undefined) return go(to)
    if (this.#threadless.has(thread)) return go(channelOf(to))
    try {
      return await go(to)
    } catch (error) {
      if (discordCode(error) !== unknownChannel || !this.#opens) throw error
      return go((await this.#opened(channel, thread)) ? to : channelOf(to))
    }
  }

  /** False: Discord takes no thread there. A question that is not in the channel throws: what a thread held is not for the channel. */
  async #opened(channel: string, thread: string): Promise<boolean> {
    const { api, places } = this.#parts
    const path = `/channels/${channel}/messages/${thread}` as const
    const message = Asked.parse(await api.run('a look at the question', (rest) => rest.get(path)))
    const name = line(message.content.replaceAll(/<@[!&]?\d+>/g, ' '), 90)
    try {
      await api.run('a new thread', (rest) =>
        rest.post(`${path}/threads`, { body: { name: name === '…' ? threadName : name } }),
      )
    } catch (error) {
      if (!(error instanceof AdapterError)) throw error
      const exists = discordCode(error) === threadExists
      if (!exists && !noThread.has(error.code)) throw error
      if (!exists) return this.#without(channel, thread, error)
    }
    places.join(thread, channel)
    return true
  }

  #without(channel: string, thread: string, why: AdapterError): false {
    if (![...this.#threadless.values()].includes(channel))
      this.#parts.log.warn({ err: why, channel }, 'no thread can be opened: answers go into the channel')
    this.#threadless.set(thread, channel)
    for (const oldest of this.#threadless.keys()) {
      if (this.#threadless.size <= mostRemembered) break
      this.#threadless.delete(oldest)
    }
    return false
  }
}

/** The chat that a thread is in. */
function channelOf({ adapter, tenant, channel }: Address): Address {
  return { adapter, ...(tenant === undefined ? {} : { tenant }), channel }
}
