/** A message of Slack's that grows: begun, appended to, closed. Throws {@link AdapterError} only. */
import type { types } from '@slack/bolt'
import { z } from 'zod'
import { type Address, AdapterError } from '../../src/contract.ts'
import type { Api } from './api.ts'
import { slackCode } from './faults.ts'
import { metadataOf } from './finder.ts'
import { removeStrays } from './strays.ts'

/** Slack no longer appends to this message, for whatever reason of its own. */
const closed: ReadonlySet<string | undefined> = new Set([
  'message_not_in_streaming_state',
  'streaming_state_conflict',
  'msg_too_long',
  'msg_blocks_too_long',
  'invalid_chunks',
])

const Started = z.object({ ts: z.string() })

export function isClosed(error: unknown): boolean {
  return closed.has(slackCode(error))
}

/** Slack streams in threads only. */
export type Thread = Address & { readonly thread: string }

export interface GrowingParts {
  readonly api: Api
  /** The bot's id as the sender of messages. */
  readonly bot: string
  /** Messages that grow now, by their ids. */
  readonly live: Set<string>
  /** Whom it is shown to; wanted everywhere but in direct chats. */
  readonly recipient: { readonly user: string; readonly team: string | undefined }
}

export class Growing {
  readonly #parts: GrowingParts
  readonly #to: Thread
  /** When a message was begun of which nothing was heard; milliseconds since 1970. */
  #lostAt: number | undefined
  /** Its id; empty: it does not stand yet. */
  ts = ''

  constructor(parts: GrowingParts, to: Thread) {
    this.#parts = parts
    this.#to = to
  }

  async start(chunks: types.AnyChunk[]): Promise<void> {
    const { api, recipient, live } = this.#parts
    const { channel, thread } = this.#to
    const { user, team } = recipient
    const begun = Date.now()
    try {
      const started = await api.run('chat.startStream', (client) =>
        client.chat.startStream({
          channel,
          thread_ts: thread,
          chunks,
          recipient_user_id: user,
          ...(team === undefined ? {} : { recipient_team_id: team }),
        }),
      )
      this.ts = Started.parse(started).ts
      live.add(this.ts)
    } catch (error) {
      if (error instanceof AdapterError && error.uncertain) this.#lostAt = begun
      throw error
    }
  }

  async append(chunks: types.AnyChunk[]): Promise<void> {
    const { ts } = this
    const { channel } = this.#to
    await this.#parts.api.run('chat.appendStream', (client) =>
      client.chat.appendStream({ channel, ts, chunks }),
    )
  }

  /** From here on it is found by its key. */
  async close(key: string, chunks: types.AnyChunk[] = []): Promise<void> {
    const { ts } = this
    const { channel } = this.#to
    await this.#parts.api.run('chat.stopStream', (client) =>
      client.chat.stopStream({
        channel,
        ts,
        ...(chunks.length === 0 ? {} : { chunks }),
        metadata: metadataOf(key),
      }),
    )
  }

  async remove(): Promise<void> {
    const { ts } = this
    const { channel } = this.#to
    await this.#parts.api.run('chat.delete', (client) => client.chat.delete({ channel, ts }))
  }

  /** Takes back what may have been begun unheard. */
  async findLost(): Promise<void> {
    const since = this.#lostAt
    if (since === undefined) return
    const { api, bot, live } = this.#parts
    const { channel, thread } = this.#to
    await removeStrays(api, { channel, thread, bot, since, live })
    this.#lostAt = undefined
  }

  /** It grows no more. */
  over(): void {
    this.#parts.live.delete(this.ts)
  }
}
