/** What the core asks to show, as calls to Feishu. Throws {@link AdapterError} only. */
import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { type Address, AdapterError, type Reply, type Sent, type TextReply } from '../../src/contract.ts'
import { placeOf } from './answers.ts'
import { Answered, type Api, Nothing } from './api.ts'
import type { Budget } from './budget.ts'
import type { CardJson } from './card.ts'
import { CardEntity, cardIn } from './entity.ts'
import { larkCode, throttled } from './faults.ts'
import { upload } from './files.ts'
import { isDirect } from './inbound.ts'
import type { Numbers } from './numbers.ts'
import { promptCard, textCard } from './render.ts'
import type { Words } from './words.ts'

/** How long a message waits for its turn here; longer, and the core puts it off. */
const patienceMs = 4000
/** The question was withdrawn, or cannot be seen: it is answered without being quoted. */
const unquotable: ReadonlySet<number | undefined> = new Set([230011, 230050, 230110])

const Posted = Answered({ message_id: z.string() })

export interface OutboundParts {
  readonly api: Api
  readonly budget: Budget
  readonly numbers: Numbers
  readonly words: Words
}

interface Posting {
  readonly msg_type: 'interactive' | 'image' | 'file'
  readonly content: string
}

export class Outbound {
  readonly #parts: OutboundParts

  constructor(parts: OutboundParts) {
    this.#parts = parts
  }

  async send(to: Address, reply: Reply, signal?: AbortSignal): Promise<Sent> {
    const draft = reply.kind === 'text' && reply.draft === true
    if (isAnswer(reply)) return this.#answer(to, reply, signal)
    if (reply.kind !== 'file') return this.#card(to, this.#cardOf(reply, to), reply.key, draft, signal)
    const { api, words } = this.#parts
    const uploaded = await upload(api, reply)
    const sent = await this.post(to, uploaded, reply.key, false, signal)
    if (reply.caption !== undefined) {
      const caption = textCard({ markdown: reply.caption, tone: 'notice' }, words)
      await this.#card(to, caption, `${reply.key}/caption`, false, signal)
    }
    return sent
  }

  /**
   * A stream goes by the same key, of this process or of one that died: what it has posted is answered in place of a
   * second message, and has to be given the whole text.
   */
  async #answer(to: Address, reply: TextReply, signal?: AbortSignal): Promise<Sent> {
    const card = this.#cardOf(reply, to)
    const entity = new CardEntity(this.#parts)
    const post = (key: string) => (content: string) =>
      this.post(to, { msg_type: 'interactive', content }, key, false, signal)
    try {
      if (!(await entity.open(card, post(reply.key)))) await entity.finish(card)
    } catch (error) {
      const code = error instanceof AdapterError ? error.code : undefined
      if (code === 'forbidden' && entity.stage === 'none')
        return this.#card(to, card, reply.key, false, signal)
      // What was posted is taken back meanwhile.
      if (code !== 'unsupported' || entity.stage !== 'sent') throw error
      return this.#card(to, card, `${reply.key}/again`, false, signal)
    }
    if (entity.sent === undefined) throw new AdapterError('unknown', 'a card stands nowhere')
    return entity.sent
  }

  async edit(sent: Sent, reply: Reply): Promise<void> {
    if (reply.kind === 'file')
      throw new AdapterError('unsupported', 'a file cannot be put in the place of a message')
    const { api, budget, numbers } = this.#parts
    const draft = reply.kind === 'text' && reply.draft === true
    const card = this.#cardOf(reply, sent.address)
    if (cardIn(sent) !== undefined) {
      // What a stream began, of this process or of one before it.
      const entity = new CardEntity({ api, budget, numbers }, sent)
      return draft ? entity.replace(card) : entity.finish(card)
    }
    const wait = budget.queue('patch', sent.id, draft ? 0 : patienceMs)
    if (wait === undefined) throw throttled('edits of this message', budget.take('patch', sent.id))
    if (wait > 0) await sleep(wait)
    const body = { content: JSON.stringify(card) }
    await api.call({ method: 'PATCH', path: `/im/v1/messages/${sent.id}`, body }, Nothing)
  }

  /** Feishu sends what has the same key only once within an hour, and answers as if it sent it again. */
  async post(
    to: Address,
    { msg_type, content }: Posting,
    key: string,
    draft = false,
    signal?: AbortSignal,
  ): Promise<Sent> {
    await this.#turn(to, draft, signal)
    const message = { msg_type, content, uuid: uuidOf(key) }
    const asked = questionIn(to, key)
    if (asked !== undefined) {
      try {
        return await this.#call(to, { path: `/im/v1/messages/${asked}/reply`, body: message })
      } catch (error) {
        if (!unquotable.has(larkCode(error))) throw error
      }
    }
    const { id, type } = receiver(to)
    const body = { receive_id: id, ...message }
    return this.#call(to, { path: '/im/v1/messages', query: { receive_id_type: type }, body })
  }

  async #call(
    to: Address,
    request: { path: string; query?: Record<string, string>; body: object },
  ): Promise<Sent> {
    const { data } = await this.#parts.api.call({ method: 'POST', ...request }, Posted)
    return { address: to, id: data.message_id }
  }

  #card(to: Address, card: CardJson, key: string, draft: boolean, signal?: AbortSignal): Promise<Sent> {
    return this.post(to, { msg_type: 'interactive', content: JSON.stringify(card) }, key, draft, signal)
  }

  #cardOf(reply: Exclude<Reply, { kind: 'file' }>, to: Address): CardJson {
    const { words } = this.#parts
    return reply.kind === 'prompt' ? promptCard(reply, placeOf(to), words) : textCard(reply, words)
  }

  /** Waits until the chat may be written to: drafts not at all, the rest for a while. */
  async #turn({ channel }: Address, draft: boolean, signal: AbortSignal | undefined): Promise<void> {
    const { budget } = this.#parts
    const wait = budget.queue('post', channel, draft ? 0 : patienceMs)
    if (wait === undefined) throw throttled('messages to this chat', budget.take('post', channel))
    if (wait > 0) await sleep(wait, undefined, signal && { signal })
  }
}

/** Whether a stream may have shown the begin of it. */
function isAnswer(reply: Reply): reply is TextReply {
  return reply.kind === 'text' && reply.draft !== true && reply.tone !== 'notice' && !reply.key.includes('#')
}

/** Feishu takes 50 characters. */
function uuidOf(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 40)
}

/** The message that is answered, to be quoted: in groups, where others talk meanwhile. A topic needs none. */
function questionIn({ channel, thread }: Address, key: string): string | undefined {
  if (thread !== undefined || isDirect(channel)) return undefined
  return /^lark:(om_\w+)\//.exec(key)?.[1]
}

function receiver({ channel, thread }: Address): { id: string; type: string } {
  if (thread !== undefined) return { id: thread, type: 'thread_id' }
  return { id: channel, type: isDirect(channel) ? 'open_id' : 'chat_id' }
}
