/** Messages by their ids: where they stand, and what an event does not tell of them. */
import { z } from 'zod'
import { AdapterError, Newest, type Fault } from '../../src/contract.ts'
import { Answered, type Api } from './api.ts'
import { Listed } from './events.ts'

/** It comes again when it is asked again. */
const passing: ReadonlySet<Fault> = new Set(['network', 'throttled', 'auth'])
const mostRemembered = 1000

const Found = Answered({ items: z.array(Listed).default([]) })

/** Where a message stands. */
export interface Standing {
  readonly chat: string
  readonly thread: string | undefined
}

export class Messages {
  readonly #api: Api
  readonly #appId: string
  /** By their ids: are they the bot's own? */
  readonly #own = new Newest<boolean>(mostRemembered)
  /** By their ids: those that were heard, or asked for. */
  readonly #standing = new Newest<Standing>(mostRemembered)

  constructor(api: Api, appId: string) {
    this.#api = api
    this.#appId = appId
  }

  /**
   * The message, gone or not, and behind it those that were forwarded in it. Empty: none that the bot may know of. Rejects
   * with {@link AdapterError} where Feishu cannot say now.
   */
  async of(id: string): Promise<readonly Listed[]> {
    // It becomes a part of a path.
    if (!/^om_\w+$/.test(id)) return []
    try {
      const { data } = await this.#api.call({ method: 'GET', path: `/im/v1/messages/${id}` }, Found)
      return data.items
    } catch (error) {
      if (error instanceof AdapterError && passing.has(error.code)) throw error
      return []
    }
  }

  async isOwn(id: string): Promise<boolean> {
    const known = this.#own.get(id)
    if (known !== undefined) return known
    const [message] = await this.of(id)
    const own = message?.sender.sender_type === 'app' && message.sender.id === this.#appId
    return this.#own.set(id, own)
  }

  heard({ message_id: id, chat_id: chat, thread_id: thread }: Heard): void {
    this.#standing.set(id, { chat, thread: thread ?? undefined })
  }

  /** Undefined: nowhere that the bot may know of. Rejects as `of` does. */
  async standing(id: string): Promise<Standing | undefined> {
    const known = this.#standing.get(id)
    if (known !== undefined) return known
    const [message] = await this.of(id)
    if (message !== undefined) this.heard(message)
    return this.#standing.get(id)
  }
}

type Heard = Pick<Listed, 'message_id' | 'chat_id' | 'thread_id'>
