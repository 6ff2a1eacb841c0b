/**
 * A turn shown as a card that text is streamed into: created, sent, filled, closed. Feishu has a card close itself
 * after ten minutes; it is opened again then. What is too long for one card is left to the core, which sends it as
 * several.
 */
import {
  type Address,
  AdapterError,
  type Log,
  type ReplyStream,
  type Sent,
  type TextReply,
  type TurnView,
} from '../../src/contract.ts'
import type { Budget } from './budget.ts'
import type { CardEntity } from './entity.ts'
import { asAdapterError, larkCode } from './faults.ts'
import type { Outbound } from './outbound.ts'
import { measure } from './render.ts'
import { finalCard, type Shown, shownOf, streamingCard } from './turn-card.ts'
import type { Words } from './words.ts'

/** The least time between two showings, in milliseconds: each takes up to three operations of ten a second. */
const everyMs = 350
const mostDoubts = 10
/** Feishu has closed the card, for its age or because nothing came. */
const closed: ReadonlySet<number | undefined> = new Set([200850, 300309])
/** This content is not taken while it streams; the end may be shown otherwise. */
const refusedContent: ReadonlySet<number | undefined> = new Set([200220, 200860, 230099, 300305])

interface Connected {
  readonly entity: CardEntity
  readonly outbound: Outbound
  readonly log: Log
}

export interface StreamParts {
  /** Throws {@link AdapterError} where Feishu is not reached yet. */
  readonly connected: () => Connected
  readonly budget: Budget
  readonly words: Words
  /** The longest text of one message, by `measure`. */
  readonly most: number
}

type Mode = 'waiting' | 'growing' | 'frozen' | 'over'

export class LarkStream implements ReplyStream {
  readonly #parts: StreamParts
  readonly #to: Address
  readonly #key: string
  #connected: Connected | undefined
  #mode: Mode = 'waiting'
  #shown: Shown = { text: '', tools: '', status: '' }
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
  }

  get sent(): Sent | undefined {
    return this.#connected?.entity.sent
  }

  async show(view: TurnView): Promise<void> {
    if (this.#failure !== undefined) throw asAdapterError('the card', this.#failure)
    this.#newest = view
    this.#tools = view.tools
    // Shown with what comes until then: Feishu takes only so many calls.
    if (this.#timer !== undefined || this.#work !== undefined || this.#mode === 'over') return
    const wait = this.#lastAt + everyMs - Date.now()
    if (wait > 0) return this.#later(wait)
    await this.#flush()
    if (this.#failure !== undefined) throw asAdapterError('the card', this.#failure)
  }

  async finish(reply: TextReply): Promise<boolean> {
    await this.#rest()
    const { most, words } = this.#parts
    if (this.#mode === 'over' || measure(reply.markdown) > most) return false
    const { entity, outbound } = this.#connect()
    // It came faster than anything could be shown.
    if (this.#mode === 'waiting') await outbound.send(this.#to, reply)
    else await entity.finish(finalCard(reply, this.#tools, words, await outbound.pictures.of(reply)))
    this.#mode = 'over'
    return true
  }

  /** What is shown stays, closed: the core puts something in its place. */
  async abandon(): Promise<void> {
    await this.#rest()
    const done = this.#mode === 'over'
    this.#mode = 'over'
    if (done || this.#connected === undefined) return
    const { entity, log } = this.#connected
    try {
      await entity.abandon()
    } catch (error) {
      log.warn(
        { err: error, key: this.#key },
        'a card could not be closed: it closes itself after ten minutes',
      )
    }
  }

  #connect(): Connected {
    this.#connected ??= this.#parts.connected()
    return this.#connected
  }

  #later(ms: number): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      // What fails here is told to whoever shows the next view.
      void this.#flush()
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
      await this.#connect().entity.reopen()
      this.#newest ??= view
    } catch (error) {
      this.#failure = error
    }
  }

  async #bring(view: TurnView | undefined): Promise<void> {
    if (view === undefined || this.#mode === 'frozen' || this.#mode === 'over') return
    const { budget, most, words } = this.#parts
    const { entity, outbound } = this.#connect()
    const wait = budget.take('stream')
    if (wait > 0) {
      this.#newest ??= view
      return this.#later(wait)
    }
    const next = shownOf(view, most, this.#shown.text, words)
    if (this.#mode === 'waiting') {
      const fresh = await entity.open(
        streamingCard(next, this.#to, words),
        outbound.poster(this.#to, this.#key),
      )
      this.#mode = 'growing'
      // A card that a process before this one left shows what that one knew.
      if (!fresh) await entity.replace(streamingCard(next, this.#to, words))
    } else await entity.stream(this.#shown, next, words)
    this.#shown = next
  }
}
