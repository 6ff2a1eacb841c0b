/** What happened in Feishu with all that the core wants to know of it, which events tell by half. */
import type { Deletion, Edit, Message } from '../../src/contract.ts'
import type { DirectChats } from './chats.ts'
import { asReceived, type Received, type Recalled } from './events.ts'
import { forwardedText } from './forwarded.ts'
import { isNamed, recalled, received, type Self } from './inbound.ts'
import type { Messages } from './messages.ts'
import type { People } from './people.ts'
import type { Struck } from './struck.ts'
import type { Topics } from './topics.ts'

export interface ArrivalsParts {
  readonly self: Self
  readonly chats: DirectChats
  readonly topics: Topics
  readonly messages: Messages
  readonly struck: Struck
  readonly people: People
  /** Is a reply to the bot heard without a mention? */
  readonly replies: boolean
}

/** Methods reject with AdapterError where Feishu cannot say now, and when the disk fails: what has happened is to come again. */
export class Arrivals {
  readonly #parts: ArrivalsParts

  constructor(parts: ArrivalsParts) {
    this.#parts = parts
  }

  /** Null: nothing for the bot. */
  async message(event: Received, tenant: string): Promise<Message | null> {
    const { self, chats, topics, messages, people, struck } = this.#parts
    if (await struck.has(event.message.message_id)) return null
    const message = received(event, tenant, self, await this.#answersBot(event))
    if (message === null) return null
    if (message.address.thread !== undefined) topics.heard(message.address.thread, message.id)
    messages.heard(event.message)
    if (message.direct) await chats.heard(message.from.id, event.message.chat_id)
    return people.introduced({ ...message, ...(await this.#forwarded(event.message)) })
  }

  /**
   * The message as it stands now: of what has changed Feishu tells no more than the id. Of people's messages in groups all
   * are passed on: the core knows which of them it has.
   */
  async edit(id: string, tenant: string): Promise<Edit | null> {
    const { self, chats, messages, people } = this.#parts
    const [listed] = await messages.of(id)
    if (listed === undefined || listed.deleted || listed.sender.sender_type !== 'user') return null
    const { update_time: time = listed.create_time } = listed
    const direct = (await chats.of(listed.sender.id)) === listed.chat_id
    const message = received(asReceived(listed, direct), tenant, self, true)
    if (message === null || time === listed.create_time) return null
    const { from, address, text } = message
    const edit: Edit = {
      kind: 'edit',
      id: `${id}:${time}`,
      of: id,
      at: Number(time),
      from,
      address,
      direct,
      text,
    }
    return people.introduced(edit)
  }

  /** Feishu still knows who wrote what is gone. Null: nobody whom the bot may know of. */
  async recall(event: Recalled, tenant: string): Promise<Deletion | null> {
    const { struck, messages } = this.#parts
    // It may overtake its message, which must not be run then.
    await struck.add(event.message_id)
    const [message] = await messages.of(event.message_id)
    if (message?.sender.sender_type !== 'user') return null
    return recalled(event, tenant, { id: message.sender.id })
  }

  /** What was refused as it came is not run when it is fetched again, where less is told of who wrote it. */
  refused({ id }: Message): Promise<void> {
    return this.#parts.struck.add(id)
  }

  async #answersBot({ message }: Received): Promise<boolean> {
    const { self, messages, replies } = this.#parts
    const { parent_id: parent, chat_type: type, mentions } = message
    const asked = replies && type !== 'p2p' && !isNamed(mentions, self)
    return asked && typeof parent === 'string' && parent !== '' && messages.isOwn(parent)
  }

  async #forwarded({ message_type: type, message_id: id }: Received['message']): Promise<{ text?: string }> {
    if (type !== 'merge_forward') return {}
    const [, ...forwarded] = await this.#parts.messages.of(id)
    return forwarded.length === 0 ? {} : { text: forwardedText(forwarded) }
  }
}
