/** Messages of any type put into chats: in their turn, quoting what they answer, each once. */
import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { type Address, AdapterError, type FileReply, type Sent } from '../../src/contract.ts'
import { Answered, type Api } from './api.ts'
import type { Budget, Turn } from './budget.ts'
import { heldBack, larkCode, throttled } from './faults.ts'
import { upload } from './files.ts'
import { isDirect } from './inbound.ts'
import type { Messages } from './messages.ts'
import type { Topics } from './topics.ts'

/** How long a message waits for its turn here; longer, and the core puts it off. */
const patienceMs = 4000
/** The question was withdrawn, or cannot be seen: it is answered without being quoted. */
const unquotable: ReadonlySet<number | undefined> = new Set([230011, 230050, 230110])

const Posted = Answered({ message_id: z.string() })

export interface Posted {
  readonly msg_type: 'interactive' | 'post' | 'text' | 'image' | 'file'
  /** JSON, as its type wants it. */
  readonly content: string
}

export interface PostingParts {
  readonly api: Api
  readonly budget: Budget
  readonly topics: Topics
  readonly messages: Messages
}

export class Posting {
  readonly #api: Api
  readonly #budget: Budget
  readonly #topics: Topics
  readonly #messages: Messages

  constructor({ api, budget, topics, messages }: PostingParts) {
    this.#api = api
    this.#budget = budget
    this.#topics = topics
    this.#messages = messages
  }

  /** Feishu sends what has the same key to a chat only once within an hour, and answers as if it sent it again. */
  async post(
    to: Address,
    { msg_type, content }: Posted,
    key: string,
    draft = false,
    signal?: AbortSignal,
  ): Promise<Sent> {
    using _turn = await this.#turn('post', to.channel, draft, signal)
    const message = { msg_type, content, uuid: uuidOf(to, key) }
    if (to.thread !== undefined) return await this.#inTopic(to, to.thread, key, message)
    const asked = isDirect(to.channel) ? undefined : await this.#question(to, key)
    if (asked !== undefined) {
      try {
        return await this.#call(to, { path: `/im/v1/messages/${asked}/reply`, body: message })
      } catch (error) {
        if (!unquotable.has(larkCode(error))) throw error
      }
    }
    const type = isDirect(to.channel) ? 'open_id' : 'chat_id'
    const body = { receive_id: to.channel, ...message }
    return await this.#call(to, { path: '/im/v1/messages', query: { receive_id_type: type }, body })
  }

  /** By a reply, to whatever stands there: Feishu hangs it below the topic's first message in any case. */
  async #inTopic(to: Address, topic: string, key: string, message: object): Promise<Sent> {
    const reply = (id: string): Promise<Sent> =>
      this.#call(to, { path: `/im/v1/messages/${id}/reply`, body: { ...message, reply_in_thread: true } })
    const known = this.#topics.known(topic) ?? (await this.#look(to.channel, topic, key))
    try {
      return await reply(known)
    } catch (error) {
      if (!unquotable.has(larkCode(error))) throw error
      return reply(await this.#topics.look(topic))
    }
  }

  /** An app that may not list messages still knows the question. */
  async #look(channel: string, topic: string, key: string): Promise<string> {
    try {
      return await this.#topics.look(topic)
    } catch (error) {
      const asked = await this.#question({ channel, thread: topic }, key)
      if (asked === undefined || !(error instanceof AdapterError) || error.code !== 'forbidden') throw error
      return asked
    }
  }

  /**
   * The message that is answered, where it stands in this chat: quoted in groups, where others talk meanwhile. Of a turn that
   * goes on in another chat it stands elsewhere, and a reply to it would go there.
   */
  async #question({ channel, thread }: Pick<Address, 'channel' | 'thread'>, key: string) {
    const asked = questionIn(key)
    if (asked === undefined) return undefined
    const standing = await this.#messages.standing(asked)
    return standing?.chat === channel && (thread === undefined || standing.thread === thread)
      ? asked
      : undefined
  }

  async file(to: Address, reply: FileReply, signal?: AbortSignal): Promise<Sent> {
    const { thread: _thread, ...chat } = to
    // A direct chat goes by its person's id.
    const where = reply.only === undefined || isDirect(to.channel) ? to : { ...chat, channel: reply.only }
    return this.post(where, await upload(this.#api, reply), reply.key, false, signal)
  }

  /** Makes a change of a message when it may be changed. */
  async change(message: string, draft: boolean, call: () => Promise<unknown>): Promise<void> {
    using _turn = await this.#turn('patch', message, draft)
    await call()
  }

  async #call(
    to: Address,
    request: { path: string; query?: Record<string, string>; body: object },
  ): Promise<Sent> {
    const { data } = await this.#api.call({ method: 'POST', ...request }, Posted)
    return { address: to, id: data.message_id }
  }

  /** Drafts do not wait, the rest for a while. */
  async #turn(rated: 'post' | 'patch', what: string, draft: boolean, signal?: AbortSignal): Promise<Turn> {
    const turn = this.#budget.queue(rated, what, draft ? 0 : patienceMs)
    if (turn === undefined) {
      const calls = rated === 'post' ? 'messages to this chat' : 'edits of this message'
      throw (draft ? heldBack : throttled)(calls, this.#budget.take(rated, what))
    }
    try {
      if (turn.wait > 0) await sleep(turn.wait, undefined, signal && { signal })
    } catch (error) {
      turn[Symbol.dispose]()
      throw error
    }
    return turn
  }
}

/**
 * Feishu takes 50 characters, and goes by them whatever the chat: of a turn that goes on elsewhere it would answer that
 * its answer stands already, where it was begun.
 */
function uuidOf({ channel, thread = '' }: Address, key: string): string {
  return createHash('sha256').update(`${channel}\n${thread}\n${key}`).digest('hex').slice(0, 40)
}

/** The message that is answered. */
function questionIn(key: string): string | undefined {
  return /^lark:(om_\w+)\//.exec(key)?.[1]
}
