/**
 * A turn shown while it runs, as a message of Slack's that grows. Slack can only append to it: where the text starts
 * over, or Slack closes the message under our hands, it is edited from then on, and stays the one message.
 */
import type { types } from '@slack/bolt'
import { z } from 'zod'
import {
  type Address,
  AdapterError,
  type Log,
  type ReplyStream,
  type Sent,
  type TextReply,
  type TurnView,
} from '../../src/contract.ts'
import type { Api } from './api.ts'
import type { Budget } from './budget.ts'
import { asAdapterError, slackCode } from './faults.ts'
import { metadataOf, type Outbound } from './outbound.ts'
import { measure, textContent } from './render.ts'
import { removeStrays } from './strays.ts'
import { harmless } from './text.ts'
import { Tasks } from './tasks.ts'

/** The least time between two calls for one stream, in milliseconds. */
const everyMs = 600
const hasTable = /^[\s>]*\|?[\s:|-]*-[\s:|-]*\|[\s:|-]*$/m
/** Slack no longer appends to this message, for whatever reason of its own. */
const closed: ReadonlySet<string | undefined> = new Set([
  'message_not_in_streaming_state',
  'streaming_state_conflict',
  'msg_too_long',
  'msg_blocks_too_long',
  'invalid_chunks',
])

const Started = z.object({ ts: z.string() })

export interface StreamParts {
  readonly api: Api
  readonly budget: Budget
  readonly outbound: Outbound
  readonly log: Log
  /** The bot's id as the sender of messages. */
  readonly bot: string
  /** Messages that grow now, by their ids. */
  readonly live: Set<string>
  /** The longest text of one message, by `measure`. */
  readonly most: number
  /** Whom it is shown to; wanted everywhere but in direct chats. */
  readonly recipient: { readonly user: string; readonly team: string | undefined }
}

/** Slack streams in threads only. */
export type Thread = Address & { readonly thread: string }

type Mode = 'waiting' | 'growing' | 'edited' | 'over'

export class SlackStream implements ReplyStream {
  readonly #parts: StreamParts
  readonly #to: Thread
  readonly #key: string
  readonly #tasks = new Tasks()
  #mode: Mode = 'waiting'
  #ts = ''
  /** What stands, in the text of the message. */
  #text = ''
  #newest: TurnView | undefined
  #timer: NodeJS.Timeout | undefined
  #work: Promise<void> | undefined
  #failure: unknown
  #lastAt = 0
  /** When a message was begun of which nothing was heard; milliseconds since 1970. */
  #lostAt: number | undefined

  constructor(parts: StreamParts, to: Thread, key: string) {
    this.#parts = parts
    this.#to = to
    this.#key = key
  }

  get sent(): Sent | undefined {
    return this.#ts === '' ? undefined : { address: this.#to, id: this.#ts }
  }

  async show(view: TurnView): Promise<void> {
    if (this.#failure !== undefined) throw asAdapterError('the stream', this.#failure)
    this.#newest = view
    // Shown with what comes until then: Slack takes only so many calls.
    if (this.#timer !== undefined || this.#work !== undefined || this.#mode === 'over') return
    const wait = this.#lastAt + everyMs - Date.now()
    if (wait > 0) return this.#later(wait)
    await this.#flush()
    if (this.#failure !== undefined) throw asAdapterError('the stream', this.#failure)
  }

  async finish(reply: TextReply): Promise<boolean> {
    await this.#rest()
    const { most, outbound } = this.#parts
    if (this.#mode === 'over' || measure(reply.markdown) > most) return false
    if (this.#lostAt !== undefined) await this.#searchFor(this.#lostAt)
    // It came faster than anything could be shown.
    if (this.#mode === 'waiting') await outbound.send(this.#to, reply)
    if (this.#mode === 'growing' && !(await this.#close(reply))) this.#mode = 'edited'
    if (this.#mode === 'edited') {
      await outbound.update(this.#to.channel, this.#ts, textContent(reply), reply.key)
    }
    this.#over()
    return true
  }

  async abandon(): Promise<void> {
    await this.#rest()
    const { log } = this.#parts
    const open = this.#mode === 'growing'
    this.#over()
    try {
      if (open) await this.#leave()
      else if (this.#lostAt !== undefined) await this.#searchFor(this.#lostAt)
    } catch (error) {
      // Slack closes it by itself after a while.
      log.debug({ err: error, key: this.#key }, 'a message that grew could not be closed')
    }
  }

  #over(): void {
    this.#mode = 'over'
    this.#parts.live.delete(this.#ts)
  }

  /** What stands stays: whoever knows it as {@link sent} edits it. */
  async #leave(): Promise<void> {
    const ts = this.#ts
    const { channel } = this.#to
    await this.#parts.api.run('chat.stopStream', (client) =>
      client.chat.stopStream({ channel, ts, metadata: metadataOf(`${this.#key}/draft`) }),
    )
  }

  async #searchFor(since: number): Promise<void> {
    this.#lostAt = undefined
    const { api, bot, live } = this.#parts
    const { channel, thread } = this.#to
    await removeStrays(api, { channel, thread, bot, since, live })
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
  }

  /** Shows the newest view. Never rejects: a failure is kept. */
  #flush(): Promise<void> {
    this.#work = this.#bring()
      .catch((error: unknown) => this.#failed(error))
      .finally(() => {
        this.#work = undefined
        this.#lastAt = Date.now()
        if (this.#newest !== undefined && this.#timer === undefined && this.#failure === undefined) {
          this.#later(everyMs)
        }
      })
    return this.#work
  }

  #failed(error: unknown): void {
    const throttled = error instanceof AdapterError && error.code === 'throttled'
    if (throttled && this.#mode !== 'waiting') return this.#later(error.retryAfter ?? everyMs)
    const code = slackCode(error)
    const uncertain = error instanceof AdapterError && error.uncertain
    // What was appended is not known, or nothing can be: the message is edited from now on, as a whole.
    if (this.#mode === 'growing' && (closed.has(code) || uncertain)) this.#mode = 'edited'
    else this.#failure = error
    // It was heard, and refused.
    if (!uncertain) this.#lostAt = undefined
  }

  async #bring(): Promise<void> {
    const view = this.#newest
    this.#newest = undefined
    if (view === undefined) return
    const text = harmless(view.markdown.replace(/[\uD800-\uDBFF]$/, ''))
    if (this.#mode === 'growing' && !text.startsWith(this.#text)) this.#mode = 'edited'
    if (this.#mode === 'edited') return this.#replace(view)
    const added = text.slice(this.#text.length)
    const room = this.#parts.most - measure(text) - this.#tasks.bytes
    const chunks: types.AnyChunk[] = [
      ...this.#tasks.changes(view.tools, room),
      ...asChunk(room < 0 ? '' : added),
    ]
    if (chunks.length === 0) return
    const wait = this.#parts.budget.take(this.#mode === 'waiting' ? 'chat.startStream' : 'chat.appendStream')
    if (wait > 0) return this.#notYet(view, wait)
    await this.#append(chunks)
    this.#tasks.shown(chunks)
    if (room >= 0) this.#text = text
  }

  #notYet(view: TurnView, wait: number): void {
    this.#newest ??= view
    this.#later(wait)
  }

  async #append(chunks: types.AnyChunk[]): Promise<void> {
    const { api, recipient } = this.#parts
    const { channel, thread } = this.#to
    const { user, team } = recipient
    if (this.#mode === 'growing') {
      const ts = this.#ts
      await api.run('chat.appendStream', (client) => client.chat.appendStream({ channel, ts, chunks }))
      return
    }
    this.#lostAt = Date.now()
    const started = await api.run('chat.startStream', (client) =>
      client.chat.startStream({
        channel,
        thread_ts: thread,
        chunks,
        recipient_user_id: user,
        ...(team === undefined ? {} : { recipient_team_id: team }),
      }),
    )
    this.#lostAt = undefined
    this.#ts = Started.parse(started).ts
    this.#parts.live.add(this.#ts)
    this.#mode = 'growing'
  }

  async #replace(view: TurnView): Promise<void> {
    if (view.markdown.trim() === '' || measure(view.markdown) > this.#parts.most) return
    const wait = this.#parts.budget.take('chat.update')
    if (wait > 0) return this.#notYet(view, wait)
    const content = textContent({ markdown: view.markdown, tone: 'answer' })
    await this.#parts.outbound.update(this.#to.channel, this.#ts, content, `${this.#key}/draft`)
  }

  /** Ends the message with what is still missing. False: that cannot be appended. */
  async #close({ markdown, key, tone }: TextReply): Promise<boolean> {
    const text = harmless(markdown)
    const rest = text.slice(this.#text.length)
    const room = this.#parts.most - measure(text) - this.#tasks.bytes
    // Slack shows tables as tables only where a message comes whole.
    if (!text.startsWith(this.#text) || tone !== 'answer' || hasTable.test(text) || room < 0) return false
    const chunks = [...this.#tasks.ended(), ...asChunk(rest)]
    try {
      await this.#parts.api.run('chat.stopStream', (client) =>
        client.chat.stopStream({
          channel: this.#to.channel,
          ts: this.#ts,
          ...(chunks.length === 0 ? {} : { chunks }),
          metadata: metadataOf(key),
        }),
      )
      return true
    } catch (error) {
      if (closed.has(slackCode(error))) return false
      throw error
    }
  }
}

function asChunk(text: string): types.MarkdownTextChunk[] {
  return text === '' ? [] : [{ type: 'markdown_text', text }]
}
