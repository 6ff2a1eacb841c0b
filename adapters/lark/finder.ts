/** Does what may have been sent stand in the chat? Feishu knows a send again for an hour; cards are known by a mark of their own. */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { type Address, AdapterError, type Fault } from '../../src/contract.ts'
import { Answered, type Api } from './api.ts'
import type { DirectChats } from './chats.ts'
import { Listed } from './events.ts'
import { isDirect } from './inbound.ts'

const mostPages = 4
/** The chat cannot be looked into. */
const closed: ReadonlySet<Fault> = new Set(['forbidden', 'gone', 'rejected', 'unsupported'])

const Page = Answered({
  items: z.array(Listed).default([]),
  has_more: z.boolean().default(false),
  page_token: z.string().optional(),
})

/** What a card of this key has as the id of one of its elements: a letter first, at most 20 characters. */
export function markOf(key: string): string {
  return `k${createHash('sha256').update(key).digest('hex').slice(0, 19)}`
}

/** How lists name it. Undefined: a chat of two whose id is not known. */
export async function containerOf(
  chats: DirectChats,
  { channel, thread }: Address,
): Promise<Readonly<Record<string, string>> | undefined> {
  if (thread !== undefined) return { container_id_type: 'thread', container_id: thread }
  const chat = isDirect(channel) ? await chats.of(channel) : channel
  return chat === undefined ? undefined : { container_id_type: 'chat', container_id: chat }
}

export class Finder {
  readonly #api: Api
  readonly #appId: string
  readonly #chats: DirectChats

  constructor(api: Api, appId: string, chats: DirectChats) {
    this.#api = api
    this.#appId = appId
    this.#chats = chats
  }

  /** The id of the message whose card has this mark, among the newest of the chat. Throws {@link AdapterError}. */
  async find(to: Address, mark: string): Promise<string | undefined> {
    const container = await containerOf(this.#chats, to)
    if (container === undefined) return undefined
    try {
      return await this.#look(container, mark)
    } catch (error) {
      if (error instanceof AdapterError && closed.has(error.code)) return undefined
      throw error
    }
  }

  async #look(container: Readonly<Record<string, string>>, mark: string): Promise<string | undefined> {
    let page: string | undefined
    for (let pages = 0; pages < mostPages; pages += 1) {
      // As it was written: otherwise Feishu tells of no card what it says.
      const content = { card_msg_content_type: 'user_card_content' }
      const order = { sort_type: 'ByCreateTimeDesc', page_size: '50', page_token: page }
      const query = { ...container, ...content, ...order }
      const { data } = await this.#api.call({ method: 'GET', path: '/im/v1/messages', query }, Page)
      const found = data.items.find((item) => this.#isOwn(item) && item.body?.content.includes(mark) === true)
      if (found !== undefined) return found.message_id
      page = data.page_token
      if (!data.has_more || page === undefined) return undefined
    }
    return undefined
  }

  #isOwn({ deleted, sender }: Listed): boolean {
    return !deleted && sender.sender_type === 'app' && sender.id === this.#appId
  }
}
