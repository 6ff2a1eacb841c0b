/**
 * A turn shown as a card that text is streamed into: created, sent, filled, closed. Feishu has a card close itself
 * after ten minutes; it is opened again then. What is too long for one card goes on in the next. At the end each holds the
 * part of the whole that the core cuts for it.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type Address,
  AdapterError,
  type ReplyStream,
  type Sent,
  type TextReply,
  type TurnView,
} from '../../src/contract.ts'
import type { Budget } from './budget.ts'
import { Cards, type CardsParts } from './cards.ts'
import { asAdapterError, larkCode } from './faults.ts'
import { overflow } from './overflow.ts'
import { measure } from './render.ts'
import { type Shown, shownOf } from './turn-card.ts'

/** The least time between two showings, in milliseconds: each takes up to three operations of ten a second. */
const everyMs = 350
const mostDoubts = 10
/** What takes more cards follows at the end; as many messages as an answer takes, unless configured, before it is a file. */
const mostCards = 8
const nothing: Shown = { text: '', tools: '', status: '' }
/** Feishu has closed the card, for its age or because nothing came. */
const closed: ReadonlySet<number | undefined> = new Set([200850, 300309])
/** This content is not taken while it streams; the end may be shown otherwise. */
const refusedContent: ReadonlySet<number | undefined> = new Set([200220, 200860, 230099, 300305])

export interface StreamParts extends CardsParts {
  readonly budget: Budget
  /** The longest text of one message, by `measure`. */
  readonly most: number
}

type Mode = 'waiting' | 'growing' | 'frozen' | 'over'

export class LarkStream implements ReplyStream {
  readonly #parts: StreamParts
  readonly #to: Address
  readonly #key: string
  readonly #cards: Cards
  #mode: Mode = 'waiting'
  /** A next card is to be sent when somebody will know of it. */
  #wants = false
  #shown = nothing
  #tools: TurnView['tools'] = []
  #newest: TurnView | undefined
  #timer: NodeJS.Timeout | undefined
  #work: Promise<void> | undefined
  #failure: unknown
  #lastAt = 0
  #doubts = 0

  constructor(parts: StreamParts, to: Address, key: string) {
    this.#parts = parts
    this.#to = to
    this.#key = key
    this.#cards = new Cards(parts, to, key)
  }

  get sent(): Sent | undefined {
    return this.#cards.sent
  }

  async show(view: TurnView): Promise<void> {
    if (this.#failure !== undefined) throw asAdapterError('the card', this.#failure)
    this.#newest = view
    this.#tools = view.tools
    await this.#cards.known()
    if (this.#wants) await this.#goOn()
    // Shown with what comes until then: Feishu takes only so many calls.
    if (this.#timer !== undefined || this.#work !== undefined || this.#mode === 'over') return
    const wait = this.#lastAt + everyMs - Date.now()
    if (wait > 0) return this.#later(wait)
    await this.#flush()
    if (this.#failure !== undefined) throw asAdapterError('the card', this.#failure)
  }

  /** Sends the next card while whoever shows the turn waits: they ask afterwards where it stands, and write that down. */
  async #goOn(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    await this.#work
    await sleep(Math.max(0, this.#lastAt + everyMs - Date.now()))
    this.#wants = false
    if (this.#newest !== undefined) await this.#flush()
  }

  async finish(reply: TextReply, parts: readonly TextReply[] = [reply]): Promise<boolean | readonly Sent[]> {
    await this.#rest()
    const isTooLong = parts.length === 1 && measure(reply.markdown) > this.#parts.most
    if (this.#mode === 'over' || isTooLong) return false
    await this.#cards.known()
    if (this.#cards.count === 0) {
      if (parts.length > 1) return false
      // It came faster than anything could be shown.
      await this.#parts.connected().outbound.send(this.#to, reply)
    } else await this.#cards.end(parts, this.#tools, this.#shown)
    this.#mode = 'over'
    return parts.length > Math.max(this.#cards.count, 1) ? this.#cards.standing : true
  }

  /** What is shown stays, closed: the core puts something in its place. */
  async abandon(): Promise<void> {
    await this.#rest()
    const done = this.#mode === 'over'
    this.#mode = 'over'
    if (done) return
    try {
      await this.#cards.abandon()
    } catch (error) {
      this.#parts
        .connected()
        .log.warn(
          { err: error, key: this.#key },
          'a card could not be closed: it closes itself after ten minutes',
        )
    }
  }

  #later(ms: number): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      // What fails here is told to whoever shows the next view; they are waited for where there is a card to send.
      if (!this.#wants) void this.#flush()
    }, ms)
  }

  /** Nothing is shown any more. Resolves when what is under way has ended. */
  async #rest(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#newest = undefined
    await this.#work
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  /** Shows the newest view. Never rejects: a failure is kept. */
  #flush(): Promise<void> {
    const view = this.#newest
    this.#newest = undefined
    this.#work = this.#bring(view)
      .catch((error: unknown) => this.#failed(error, view))
      .finally(() => {
        this.#work = undefined
        this.#lastAt = Date.now()
        const more = this.#newest !== undefined && this.#failure === undefined && this.#mode !== 'over'
        if (more && this.#timer === undefined) this.#later(everyMs)
      })
    return this.#work
  }

  async #failed(error: unknown, view: TurnView | undefined): Promise<void> {
    const code = larkCode(error)
    if (this.#isPassing(error)) {
      this.#newest ??= view
      this.#later((error instanceof AdapterError ? error.retryAfter : undefined) ?? everyMs)
    } else if (this.#mode === 'growing' && refusedContent.has(code)) this.#mode = 'frozen'
    else if (this.#mode === 'growing' && closed.has(code)) await this.#reopen(view)
    else this.#failure = error
  }

  /** A rate; or first calls that were not heard, or may have been: made again, they lead to the same message. */
  #isPassing(error: unknown): boolean {
    if (!(error instanceof AdapterError)) return false
    if (error.code === 'throttled') return true
    this.#doubts += 1
    return this.#mode === 'waiting' && error.code === 'network' && this.#doubts <= mostDoubts
  }

  async #reopen(view: TurnView | undefined): Promise<void> {
    try {
      await this.#cards.reopen()
      this.#newest ??= view
    } catch (error) {
      this.#failure = error
    }
  }

  async #bring(view: TurnView | undefined): Promise<void> {
    if (view === undefined || this.#mode === 'frozen' || this.#mode === 'over') return
    const { budget, most, words } = this.#parts
    const text = this.#cards.going(view.markdown)
    // It starts over, which cards that are full do not: the end shows it whole.
    if (text === undefined) return void (this.#mode = 'frozen')
    const wait = budget.take('stream')
    if (wait > 0) {
      this.#newest ??= view
      return this.#later(wait)
    }
    const cut = this.#cards.count < mostCards ? overflow(text, most) : undefined
    const next = shownOf({ ...view, markdown: cut?.page ?? text }, most, this.#shown.text, words)
    if (this.#mode === 'waiting') await this.#cards.open(next)
    else await this.#cards.stream(this.#shown, next)
    this.#mode = 'growing'
    this.#shown = next
    if (cut === undefined || this.#cards.count === mostCards) return
    await this.#cards.turn(cut, view)
    this.#shown = nothing
    this.#mode = 'waiting'
    this.#wants = true
  }
}
