/** A card entity: the calls that create, show, fill and close it, each later one with a higher number. */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { Sent } from '../../src/contract.ts'
import { Answered, type Api, Nothing } from './api.ts'
import type { Budget } from './budget.ts'
import { type CardJson, plainly } from './card.ts'
import { isRejected, larkCode, throttled } from './faults.ts'
import type { Numbers } from './numbers.ts'
import { ids, type Shown, toolPanel } from './turn-card.ts'
import type { Words } from './words.ts'

/** How long a change waits for its turn. */
const patienceMs = 3000

const Created = Answered({ card_id: z.string() })
const staleNumber = 300317
const noEntity = 300303
/** Not in streaming mode, or no higher number: to be closed all the same. */
const closedAlready: ReadonlySet<number | undefined> = new Set([200850, 300309, staleNumber])

export interface EntityParts {
  readonly api: Api
  readonly budget: Budget
  readonly numbers: Numbers
}

/** A message that shows a card: this one, or that of an earlier attempt. */
interface Posted {
  readonly sent: Sent
  readonly own: string
}

export class CardEntity {
  readonly #parts: EntityParts
  #card: string
  #sent: Sent | undefined
  #own: string | undefined
  #posted: Posted | undefined

  /** `sent`: where it stands already. */
  constructor(parts: EntityParts, sent?: Sent) {
    this.#parts = parts
    this.#sent = sent
    this.#card = sent === undefined ? '' : (cardIn(sent) ?? '')
  }

  /** The message that shows it; undefined: it stands in none yet. */
  get sent(): Sent | undefined {
    return this.#sent
  }

  /** How far it got: `sent` in a message, this card or that of an earlier attempt. */
  get stage(): 'none' | 'made' | 'sent' {
    if (this.#posted !== undefined) return 'sent'
    return this.#own === undefined ? 'none' : 'made'
  }

  /**
   * `post` sends it. True: it stands as it was given. False: the card of an earlier attempt stands, and this is that
   * card now. What failed may be called again.
   */
  async open(card: CardJson, post: (content: string) => Promise<Sent>): Promise<boolean> {
    const { api } = this.#parts
    this.#posted ??= await orPlainly(card, (taken) => this.#post(taken, post))
    const { sent, own } = this.#posted
    // A send that was made before is answered with the message that it led to then.
    this.#card = await cardOf(api, sent.id)
    this.#sent = { address: sent.address, id: `${sent.id}/${this.#card}` }
    return this.#card === own
  }

  async #post(card: CardJson, post: (content: string) => Promise<Sent>): Promise<Posted> {
    const body = { type: 'card_json', data: JSON.stringify(card) }
    const { data } = await this.#parts.api.call({ method: 'POST', path: '/cardkit/v1/cards', body }, Created)
    const own = data.card_id
    this.#own = own
    return { own, sent: await post(JSON.stringify({ type: 'card', data: { card_id: own } })) }
  }

  /** What has changed is streamed; the full text each time. */
  async stream(before: Shown, next: Shown, words: Words): Promise<void> {
    if (next.tools !== '' && before.tools === '') await this.#addTools(next.tools, words)
    else if (next.tools !== before.tools) await this.#fill(ids.tools, next.tools)
    if (next.text !== before.text) await this.#fill(ids.text, next.text)
    if (next.status !== before.status) await this.#fill(ids.status, next.status)
  }

  /** Puts another card in the place of what stands. */
  async replace(card: CardJson): Promise<void> {
    await orPlainly(card, (taken) => {
      const body = { card: { type: 'card_json', data: JSON.stringify(taken) } }
      return this.#change('PUT', '', body)
    })
  }

  /** The streaming mode, for ten minutes more. */
  async reopen(): Promise<void> {
    await this.#settings({ streaming_mode: true })
  }

  /** Closed first: whatever becomes of the last update, nothing is left that looks as if it went on. */
  async finish(card: CardJson): Promise<void> {
    await this.#close(card.config.summary)
    await this.replace(card)
  }

  /** Nothing is streamed into it any more. */
  async #close(summary: { readonly content: string }): Promise<void> {
    try {
      await this.#settings({ streaming_mode: false, summary })
    } catch (error) {
      if (!closedAlready.has(larkCode(error))) throw error
      if (larkCode(error) === staleNumber) this.#parts.numbers.leap(this.#card)
    }
  }

  /** Ends without a text: what stands is closed, for something else to take its place, or taken back. */
  async abandon(): Promise<void> {
    if (this.#sent !== undefined) {
      await this.#close({ content: '…' })
      // Whatever comes of that something else: nothing says any more that it goes on.
      return this.#act('delete_elements', { element_ids: [ids.status, ids.controls] })
    }
    await this.withdraw()
  }

  /** Takes back the message that shows it, which wants no right to change cards. */
  async withdraw(): Promise<void> {
    const [id] = (this.#sent ?? this.#posted?.sent)?.id.split('/') ?? []
    if (id === undefined) return
    await this.#parts.api.call({ method: 'DELETE', path: `/im/v1/messages/${id}` }, Nothing)
  }

  async #addTools(lines: string, words: Words): Promise<void> {
    const params = {
      type: 'insert_before',
      target_element_id: ids.text,
      elements: [toolPanel(lines, true, words)],
    }
    await this.#act('add_elements', params)
  }

  async #act(action: string, params: object): Promise<void> {
    await this.#change('POST', '/batch_update', { actions: JSON.stringify([{ action, params }]) })
  }

  async #fill(element: string, content: string): Promise<void> {
    // Feishu refuses an empty text.
    await this.#change('PUT', `/elements/${element}/content`, { content: content === '' ? ' ' : content })
  }

  async #settings(config: object): Promise<void> {
    await this.#change('PATCH', '/settings', { settings: JSON.stringify({ config }) })
  }

  async #change(method: 'PUT' | 'PATCH' | 'POST', path: string, body: object): Promise<void> {
    const { api, budget, numbers } = this.#parts
    using turn = budget.queue('card', this.#card, patienceMs)
    if (turn === undefined) throw throttled('changes of this card', patienceMs)
    if (turn.wait > 0) await sleep(turn.wait)
    const order = { sequence: numbers.next(this.#card), uuid: randomUUID() }
    await api.call(
      { method, path: `/cardkit/v1/cards/${this.#card}${path}`, body: { ...body, ...order } },
      Nothing,
    )
  }
}

/** What Feishu does not take for its markup it may take without. */
export async function orPlainly<T>(card: CardJson, call: (card: CardJson) => Promise<T>): Promise<T> {
  try {
    return await call(card)
  } catch (error) {
    if (!isRejected(error)) throw error
    return call(plainly(card))
  }
}

/** A message with the card entity that it shows, where it shows one. Throws AdapterError. */
export async function standing(api: Api, { address, id }: Sent): Promise<Sent> {
  try {
    return { address, id: `${id}/${await cardOf(api, id)}` }
  } catch (error) {
    // It holds its card itself.
    if (larkCode(error) === noEntity) return { address, id }
    throw error
  }
}

async function cardOf(api: Api, message: string): Promise<string> {
  const body = { message_id: message }
  const { data } = await api.call({ method: 'POST', path: '/cardkit/v1/cards/id_convert', body }, Created)
  return data.card_id
}

/** The messages that one name stands for: a turn may have gone on in several cards. */
export function apart({ address, id }: Sent): Sent[] {
  return id.split(',').map((each) => ({ address, id: each }))
}

/** One name for messages of one chat, the first of them first. Undefined: there are none. */
export function together(all: readonly Sent[]): Sent | undefined {
  const [first] = all
  return first && { address: first.address, id: all.map(({ id }) => id).join(',') }
}

/** The card entity that a message shows; undefined: it holds its card itself. */
export function cardIn({ id }: Sent): string | undefined {
  return id.split('/')[1]
}
