/** What the core asks to show, as cards in Feishu's chats. Throws {@link AdapterError} only. */
import {
  Newest,
  type Address,
  AdapterError,
  type Log,
  type Reply,
  type Sent,
  type TextReply,
} from '../../src/contract.ts'
import { placeOf } from './answers.ts'
import { Nothing } from './api.ts'
import { type CardJson, marked } from './card.ts'
import { apart, CardEntity, cardIn, orPlainly, standing } from './entity.ts'
import { isDead, isRejected, larkCode } from './faults.ts'
import { type Finder, markOf } from './finder.ts'
import type { Numbers } from './numbers.ts'
import type { Pending } from './pending.ts'
import { Pictures } from './pictures.ts'
import { textContent } from './post.ts'
import { Posting, type PostingParts } from './posting.ts'
import { promptCard } from './prompt-card.ts'
import { textCard } from './render.ts'
import type { Speech } from './words.ts'

/** Feishu changes no card after 14 days. */
const tooOld: ReadonlySet<number | undefined> = new Set([230031, 200750])
const mostRemembered = 1000

export interface OutboundParts extends PostingParts {
  readonly numbers: Numbers
  readonly pending: Pending
  readonly finder: Finder
  readonly speech: Speech
  readonly log: Log
}

/** How replies get into chats. */
export interface Showing {
  send(to: Address, reply: Reply, signal?: AbortSignal): Promise<Sent>
  edit(sent: Sent, reply: Reply): Promise<void>
}

export class Outbound implements Showing {
  readonly #parts: OutboundParts
  readonly #posting: Posting
  readonly pictures: Pictures
  /** Ids of messages that were taken back. */
  readonly #withdrawn = new Newest<true>(mostRemembered)

  constructor(parts: OutboundParts) {
    this.#parts = parts
    this.pictures = new Pictures(parts.api, parts.log)
    this.#posting = new Posting(parts)
  }

  async send(to: Address, reply: Reply, signal?: AbortSignal): Promise<Sent> {
    if (reply.kind === 'prompt')
      return this.#card(to, await this.#cardOf(reply, to), reply.key, { draft: false, signal })
    if (reply.kind === 'text') return this.#text(to, reply, signal)
    const sent = await this.#posting.file(to, reply, signal)
    const { caption: markdown, key } = reply
    if (markdown !== undefined) {
      await this.#text(to, { kind: 'text', key: `${key}/caption`, markdown, tone: 'notice' }, signal)
    }
    return sent
  }

  /** As a card; as bare text where no card of it is taken. */
  async #text(to: Address, reply: TextReply, signal: AbortSignal | undefined): Promise<Sent> {
    const draft = reply.draft === true
    try {
      if (isAnswer(reply)) return await this.#answer(to, reply, signal)
      return await this.#card(to, await this.#cardOf(reply, to), reply.key, { draft, signal })
    } catch (error) {
      if (!isRejected(error) || draft) throw error
      return this.#posting.post(to, textContent(reply), `${reply.key}/text`, false, signal)
    }
  }

  /**
   * A stream goes by the same key, of this process or of one that died: what it has posted is answered in place of a
   * second message, and has to be given the whole text.
   */
  async #answer(to: Address, reply: TextReply, signal: AbortSignal | undefined): Promise<Sent> {
    const card = await this.#cardOf(reply, to)
    const entity = new CardEntity(this.#parts)
    try {
      if (!(await entity.open(card, this.poster(to, reply.key, signal)))) await entity.finish(card)
    } catch (error) {
      // Made, and not sent: the chat takes no message.
      if (entity.stage === 'made' || !isDead(error)) throw error
      return this.#anew(to, reply, card, entity, signal)
    }
    if (entity.sent === undefined) throw new AdapterError('unknown', 'a card stands nowhere')
    return entity.sent
  }

  /**
   * As a card that is no entity, in the place of an entity that takes no change. By a key of its own: by the entity's,
   * Feishu would answer that it stands already. Sent before the other goes, so that at no time nothing stands.
   */
  async #anew(
    to: Address,
    reply: Exclude<Reply, { kind: 'file' }>,
    card: CardJson,
    entity: CardEntity,
    signal?: AbortSignal,
  ): Promise<Sent> {
    const sent = await this.#card(to, card, `${reply.key}/again`, { signal })
    await this.drop(entity)
    return sent
  }

  /** The first card is to hold what was in all of them: the others are taken back, the one too that nobody was told of. */
  async #alone(first: Sent, further: readonly Sent[]): Promise<void> {
    for (const each of further) await this.withdraw(each)
    const key = cardIn(first) === undefined ? undefined : await this.#parts.pending.of(first)
    if (key === undefined) return
    // Sent again it is found, where it stands.
    const content = JSON.stringify(textCard({ markdown: '…', tone: 'notice' }, this.#parts.speech()))
    await this.withdraw(await this.poster(first.address, key)(content))
    await this.#parts.pending.ends(first)
  }

  /** Takes a card back that a turn went on in; once. Never rejects. */
  async withdraw(sent: Sent): Promise<void> {
    if (this.#withdrawn.has(sent.id)) return
    this.#withdrawn.set(sent.id, true)
    await this.drop(new CardEntity(this.#parts, sent))
  }

  /** Takes back what was sent of it, if anything was. Never rejects. */
  async drop(entity: CardEntity): Promise<void> {
    try {
      await entity.withdraw()
    } catch (error) {
      const level = isGone(error) ? 'debug' : 'warn'
      this.#parts.log[level]({ err: error }, 'an unfinished card could not be withdrawn')
    }
  }

  /** Sends what a card entity is shown by. */
  poster(to: Address, key: string, signal?: AbortSignal): (content: string) => Promise<Sent> {
    return (content) => this.#posting.post(to, { msg_type: 'interactive', content }, key, false, signal)
  }

  async edit(all: Sent, reply: Reply): Promise<void> {
    if (reply.kind === 'file')
      throw new AdapterError('unsupported', 'a file cannot be put in the place of a message')
    const [sent = all, ...further] = apart(all)
    await this.#alone(sent, further)
    const card = await this.#cardOf(reply, sent.address)
    try {
      await (cardIn(sent) === undefined ? this.#patch(sent, reply, card) : this.#put(sent, reply, card))
    } catch (error) {
      const settles = reply.kind === 'prompt' && reply.settled !== undefined
      if (!settles || !tooOld.has(larkCode(error))) throw error
      // The buttons stay on the old card, and are answered by a toast.
      await this.#card(sent.address, card, reply.key)
    }
  }

  /** Of cards alone: nothing else has a mark. An answer that may stand in part is made whole. */
  async find(to: Address, key: string, reply?: Reply): Promise<Sent | undefined> {
    const id = await this.#parts.finder.find(to, markOf(key))
    if (id === undefined) return undefined
    const sent = await standing(this.#parts.api, { address: to, id })
    if (reply?.kind === 'text' && !isDraft(reply)) await this.edit(sent, reply)
    return sent
  }

  async #patch({ id }: Sent, reply: Reply, card: CardJson): Promise<void> {
    const patch = (taken: CardJson) => {
      const body = { content: JSON.stringify(taken) }
      return this.#parts.api.call({ method: 'PATCH', path: `/im/v1/messages/${id}`, body }, Nothing)
    }
    await orPlainly(card, (taken) => this.#posting.change(id, isDraft(reply), () => patch(taken)))
  }

  /** What a stream began, of this process or of one before it. */
  async #put(sent: Sent, reply: Exclude<Reply, { kind: 'file' }>, card: CardJson): Promise<void> {
    const entity = new CardEntity(this.#parts, sent)
    if (isDraft(reply)) return entity.replace(card)
    try {
      await entity.finish(card)
    } catch (error) {
      if (isGone(error)) {
        // It never takes anything again: the core sends anew.
        await this.drop(entity)
        throw error
      }
      if (isDead(error)) {
        await this.#anew(sent.address, reply, card, entity)
        return
      }
      // It will stand elsewhere: here nothing may look as if it went on.
      if (isRejected(error)) await this.#leave(entity)
      throw error
    }
  }

  /** Never rejects. */
  async #leave(entity: CardEntity): Promise<void> {
    try {
      await entity.abandon()
    } catch (error) {
      this.#parts.log.debug({ err: error }, 'a card shows what it showed')
    }
  }

  #card(
    to: Address,
    card: CardJson,
    key: string,
    { draft = false, signal }: { draft?: boolean; signal?: AbortSignal | undefined } = {},
  ): Promise<Sent> {
    return orPlainly(card, (taken) => {
      const content = JSON.stringify(taken)
      return this.#posting.post(to, { msg_type: 'interactive', content }, key, draft, signal)
    })
  }

  async #cardOf(reply: Exclude<Reply, { kind: 'file' }>, to: Address): Promise<CardJson> {
    const words = this.#parts.speech(reply.language)
    const mark = markOf(reply.key)
    if (reply.kind === 'prompt') return marked(promptCard(reply, placeOf(to), words), mark)
    return marked(textCard(reply, words, await this.pictures.of(reply)), mark)
  }
}

/** Whether a stream may have shown the begin of it. */
function isAnswer(reply: TextReply): boolean {
  return reply.draft !== true && reply.tone !== 'notice' && !reply.key.includes('#')
}

function isGone(error: unknown): boolean {
  return error instanceof AdapterError && error.code === 'gone'
}

function isDraft(reply: Reply): boolean {
  return reply.kind === 'text' && reply.draft === true
}
