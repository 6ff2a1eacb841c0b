/**
 * A turn shown while it runs, as a message of Slack's that grows. Slack can only append to it: where the text starts
 * over, or Slack closes the message under our hands, it is edited from then on, and stays the one message.
 */
import type { types } from '@slack/bolt'
import {
  AdapterError,
  type Log,
  type ReplyStream,
  type Sent,
  type TextReply,
  type TurnView,
} from '../../src/contract.ts'
import type { Budget } from './budget.ts'
import { asAdapterError } from './faults.ts'
import { Growing, type GrowingParts, isClosed, type Thread } from './growing.ts'
import type { Outbound } from './outbound.ts'
import { measure, textContent } from './render.ts'
import type { Sessions } from './sessions.ts'
import { Tasks } from './tasks.ts'
import { harmless, type Mentions, wholeMentions } from './text.ts'

/** The least time between two calls for one stream, in milliseconds. */
const everyMs = 600
/** How long a turn waits until it may begin to grow. Then it is posted and edited: that is seen sooner. */
const patienceMs = 1000
const hasTable = /^[\s>]*\|?[\s:|-]*-[\s:|-]*\|[\s:|-]*$/m

export interface StreamParts extends GrowingParts {
  readonly budget: Budget
  readonly outbound: Outbound
  readonly sessions: Sessions
  readonly log: Log
  /** The longest text of one message, by `measure`. */
  readonly most: number
  /** Whom it may ping. */
  readonly mentions: Mentions
}

type Mode = 'waiting' | 'growing' | 'edited'

export class SlackStream implements ReplyStream {
  readonly #parts: StreamParts
  readonly #to: Thread
  readonly #key: string
  readonly #message: Growing
  readonly #tasks = new Tasks()
  #mode: Mode = 'waiting'
  /** True from its end on: nothing is shown any more. */
  #over = false
  /** Whether somebody knows where it stands. */
  #told = false
  /** What stands, in the text of the message. */
  #text = ''
  #newest: TurnView | undefined
  #timer: NodeJS.Timeout | undefined
  #work: Promise<void> | undefined
  #failure: unknown
  #lastAt = 0

  constructor(parts: StreamParts, to: Thread, key: string) {
    this.#parts = parts
    this.#to = to
    this.#key = key
    this.#message = new Growing(parts, to)
  }

  get sent(): Sent | undefined {
    const { ts } = this.#message
    if (ts === '') return undefined
    this.#told = true
    return { address: this.#to, id: ts }
  }

  async show(view: TurnView): Promise<void> {
    if (this.#failure !== undefined) throw asAdapterError('the stream', this.#failure)
    if (this.#over) return
    this.#newest = view
    // Shown with what comes until then: Slack takes only so many calls.
    if (this.#timer !== undefined || this.#work !== undefined) return
    const wait = this.#lastAt + everyMs - Date.now()
    if (wait > 0) return this.#later(wait)
    await this.#flush(view)
    if (this.#failure !== undefined) throw asAdapterError('the stream', this.#failure)
  }

  async finish(reply: TextReply): Promise<boolean> {
    if (!(await this.#end()) || measure(reply.markdown) > this.#parts.most) return false
    const { outbound, mentions } = this.#parts
    await this.#message.findLost()
    // It came faster than anything could be shown.
    if (this.#mode === 'waiting') await outbound.send(this.#to, reply)
    if (this.#mode === 'growing' && !(await this.#close(reply))) this.#mode = 'edited'
    if (this.#mode === 'edited') {
      await outbound.update(this.#to.channel, this.#message.ts, textContent(reply, mentions), reply.key)
    }
    this.#told = true
    this.#mode = 'edited'
    this.#parts.sessions.ended(this.#to)
    return true
  }

  /** What stands stays, if somebody knows it as {@link sent}: they edit it. Else it is taken back. */
  async abandon(): Promise<void> {
    await this.#end()
    try {
      await this.#message.findLost()
      if (this.#mode !== 'waiting' && !this.#told) await this.#message.remove()
      else if (this.#mode === 'growing') await this.#message.close(`${this.#key}/draft`)
    } catch (error) {
      // Slack closes it by itself after a while.
      this.#parts.log.debug({ err: error, key: this.#key }, 'a message that grew could not be closed')
    }
    this.#mode = 'edited'
    this.#parts.sessions.ended(this.#to)
  }

  /** Nothing is shown any more. Resolves when what is under way has ended; false: it was at its end before. */
  async #end(): Promise<boolean> {
    const first = !this.#over
    this.#over = true
    clearTimeout(this.#timer)
    await this.#work
    this.#message.over()
    return first
  }

  #later(ms: number): void {
    if (this.#over) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      // What fails here is told to whoever shows the next view.
      if (this.#newest !== undefined) void this.#flush(this.#newest)
    }, ms)
  }

  /** Never rejects: a failure is kept. */
  #flush(view: TurnView): Promise<void> {
    this.#newest = undefined
    this.#work = this.#bring(view)
      .catch((error: unknown) => this.#failed(view, error))
      .finally(() => {
        this.#work = undefined
        this.#lastAt = Date.now()
        const more = this.#newest !== undefined && this.#failure === undefined
        if (more && this.#timer === undefined) this.#later(everyMs)
      })
    return this.#work
  }

  #failed(view: TurnView, error: unknown): void {
    const known = error instanceof AdapterError ? error : undefined
    if (known?.code === 'throttled' && this.#mode !== 'waiting') {
      return this.#notYet(view, known.retryAfter ?? everyMs)
    }
    // What was appended is not known, or nothing can be: the message is edited from now on, as a whole.
    if (this.#mode === 'growing' && (isClosed(error) || known?.uncertain === true)) {
      this.#mode = 'edited'
      this.#newest ??= view
    } else this.#failure = error
  }

  #notYet(view: TurnView, wait: number): void {
    this.#newest ??= view
    this.#later(wait)
  }

  async #bring(view: TurnView): Promise<void> {
    const text = harmless(wholeMentions(view.markdown).replace(/[\uD800-\uDBFF]$/, ''), this.#parts.mentions)
    if (this.#mode === 'growing' && !text.startsWith(this.#text)) this.#mode = 'edited'
    if (this.#mode === 'edited') return this.#replace(view)
    const room = this.#roomBeside(text)
    const added = room < 0 ? '' : text.slice(this.#text.length)
    const chunks: types.AnyChunk[] = [...this.#tasks.changes(view.tools, room), ...asChunk(added)]
    if (chunks.length === 0) return
    const begins = this.#mode === 'waiting'
    const wait = this.#parts.budget.take(begins ? 'chat.startStream' : 'chat.appendStream')
    if (begins && wait > patienceMs)
      throw new AdapterError('unsupported', `Slack lets no further message grow for ${wait} ms`)
    if (wait > 0) return this.#notYet(view, wait)
    await (begins ? this.#message.start(chunks) : this.#message.append(chunks))
    this.#mode = 'growing'
    this.#tasks.shown(chunks)
    if (room >= 0) this.#text = text
  }

  async #replace(view: TurnView): Promise<void> {
    if (view.markdown.trim() === '' || measure(view.markdown) > this.#parts.most) return
    const { budget, outbound, mentions } = this.#parts
    const wait = budget.take('chat.update')
    if (wait > 0) return this.#notYet(view, wait)
    const content = textContent({ markdown: view.markdown, tone: 'answer' }, mentions)
    await outbound.update(this.#to.channel, this.#message.ts, content, `${this.#key}/draft`)
  }

  /** Ends the message with what is still missing. False: that cannot be appended. */
  async #close({ markdown, key, tone }: TextReply): Promise<boolean> {
    const text = harmless(markdown, this.#parts.mentions)
    const fits = text.startsWith(this.#text) && this.#roomBeside(text) >= 0
    // Slack shows tables as tables only where a message comes whole.
    if (!fits || tone !== 'answer' || hasTable.test(text)) return false
    try {
      await this.#message.close(key, [...this.#tasks.ended(), ...asChunk(text.slice(this.#text.length))])
      this.#parts.sessions.endedByStream(this.#to)
      return true
    } catch (error) {
      if (isClosed(error)) return false
      throw error
    }
  }

  #roomBeside(text: string): number {
    return this.#parts.most - measure(text) - this.#tasks.bytes
  }
}

function asChunk(text: string): types.MarkdownTextChunk[] {
  return text === '' ? [] : [{ type: 'markdown_text', text }]
}
