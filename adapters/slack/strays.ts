/** Messages that a stream began without hearing of it: the connection was cut before Slack's answer came. */
import { z } from 'zod'
import type { Api } from './api.ts'

/** Slack's clock and ours may differ by so much. */
const clockMs = 5000

const Replies = z.object({
  messages: z.array(
    z.object({
      ts: z.string(),
      bot_id: z.string().optional(),
      metadata: z.unknown().optional(),
      files: z.unknown().optional(),
    }),
  ),
})

export interface Search {
  readonly channel: string
  readonly thread: string
  /** The bot's id as the sender of messages. */
  readonly bot: string
  /** When the stream was begun; milliseconds since 1970. */
  readonly since: number
  /** Those that are known of. */
  readonly live: ReadonlySet<string>
}

/** Only streams that have not ended, and files, carry no key: whatever else the bot sends does. Throws {@link AdapterError}. */
export async function removeStrays(api: Api, { channel, thread, bot, since, live }: Search): Promise<void> {
  const oldest = ((since - clockMs) / 1000).toFixed(6)
  const answer = await api.run('conversations.replies', (client) =>
    client.conversations.replies({ channel, ts: thread, oldest, limit: 200, include_all_metadata: true }),
  )
  const strays = Replies.parse(answer).messages.filter(
    ({ ts, bot_id: by, metadata, files }) =>
      by === bot && metadata === undefined && files === undefined && ts > oldest && !live.has(ts),
  )
  for (const { ts } of strays) {
    await api.run('chat.delete', (client) => client.chat.delete({ channel, ts }))
  }
}
