/** Messages that grow while they are read. */
import { z } from 'zod'
import { json, type Method, method, Refusal, ts } from '../method.ts'
import { Chunk, Metadata } from '../shapes.ts'
import { sessionStatuses, type StoredMessage } from '../team.ts'
import { openChannel, own, ownMessage, rootOf } from './chat.ts'

/** What one message holds in all, in bytes of UTF-8: not documented, measured by others at 10,600 to 11,300. */
const mostBytes = 10_600

const scope = 'chat:write'
const more = {
  markdown_text: z.string().min(1).max(12_000).optional(),
  chunks: json(z.array(Chunk)).optional(),
}

export const stream: Readonly<Record<string, Method>> = {
  'chat.startStream': method(
    {
      channel: z.string(),
      thread_ts: ts,
      ...more,
      recipient_user_id: z.string().optional(),
      recipient_team_id: z.string().optional(),
      task_display_mode: z.enum(['timeline', 'plan']).optional(),
    },
    ({ channel, thread_ts: threadTs, recipient_user_id: user, recipient_team_id: to, ...args }, called) => {
      const { team, slack } = called
      if (!slack.streaming) throw new Refusal('feature_disabled')
      openChannel(team, channel)
      if (team.kindOf(channel) !== 'im' && user === undefined) throw new Refusal('missing_recipient_user_id')
      if (team.kindOf(channel) !== 'im' && to === undefined) throw new Refusal('missing_recipient_team_id')
      const root = rootOf(team, channel, threadTs)
      const message = team.add({ ...ownMessage(team, channel, root), text: '', streaming: true })
      append(message, args)
      // Streams take part in sessions by themselves.
      if (slack.agents) team.work(channel, root, 'processing')
      slack.people.saw(team, message)
      return { channel, ts: message.ts }
    },
    { scope },
  ),

  'chat.appendStream': method(
    { channel: z.string(), ts, ...more },
    ({ channel, ts, ...args }, { team }) => {
      const message = own(team, channel, ts, 'message_not_owned_by_app')
      if (message.streaming !== true) throw new Refusal('message_not_in_streaming_state')
      if (args.markdown_text === undefined && args.chunks === undefined) throw new Refusal('no_text')
      append(message, args)
      return { channel, ts }
    },
    { scope },
  ),

  'chat.stopStream': method(
    {
      channel: z.string(),
      ts,
      ...more,
      metadata: json(Metadata).optional(),
      session_status: z.enum(sessionStatuses).optional(),
    },
    ({ channel, ts, metadata, session_status: status = 'active', ...args }, { team, slack }) => {
      const message = own(team, channel, ts, 'message_not_owned_by_app')
      if (message.streaming !== true) throw new Refusal('message_not_in_streaming_state')
      const before = { ...message }
      append(message, args)
      message.streaming = false
      if (slack.agents) team.work(channel, message.threadTs ?? '', status)
      if (metadata !== undefined) message.metadata = metadata
      slack.people.changed(team, message, before)
      return { channel, ts }
    },
    { scope },
  ),
}

function append(
  message: StoredMessage,
  { markdown_text: text, chunks = [] }: { markdown_text?: string | undefined; chunks?: Chunk[] | undefined },
): void {
  const all: Chunk[] = text === undefined ? chunks : [{ type: 'markdown_text', text }, ...chunks]
  const bytes = all.reduce((sum, chunk) => sum + weight(chunk), message.streamed)
  if (bytes > mostBytes) throw new Refusal('msg_too_long')
  message.streamed = bytes
  for (const chunk of all) {
    if (chunk.type === 'markdown_text') message.text += chunk.text
    if (chunk.type === 'task_update')
      message.tasks.set(chunk.id, { title: chunk.title, status: chunk.status })
  }
}

function weight(chunk: Chunk): number {
  if (chunk.type === 'markdown_text') return Buffer.byteLength(chunk.text)
  if (chunk.type === 'plan_update') return Buffer.byteLength(chunk.title)
  const { title, details = '', output = '' } = chunk
  return Buffer.byteLength(title) + 2 * Buffer.byteLength(details + output)
}
