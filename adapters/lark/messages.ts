/** Messages looked up by their ids: what an event does not tell. */
import { z } from 'zod'
import { AdapterError, type Fault } from '../../src/contract.ts'
import { Answered, type Api } from './api.ts'
import { Listed } from './events.ts'

/** It comes again when it is asked again. */
const passing: ReadonlySet<Fault> = new Set(['network', 'throttled', 'auth'])
const mostRemembered = 1000

const Found = Answered({ items: z.array(Listed).default([]) })

export class Messages {
  readonly #api: Api
  readonly #appId: string
  /** By their ids: are they the bot's own? */
  readonly #own = new Map<string, boolean>()

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
    this.#own.set(id, own)
    for (const oldest of this.#own.keys()) {
      if (this.#own.size <= mostRemembered) break
      this.#own.delete(oldest)
    }
    return own
  }
}
