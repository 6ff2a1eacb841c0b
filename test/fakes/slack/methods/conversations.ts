/** What stands in a channel or a thread, as the bot may read it. */
import { z } from 'zod'
import { flag, type Method, method, Refusal, ts } from '../method.ts'
import { wireMessage } from '../events.ts'
import type { StoredMessage, Team } from '../team.ts'
import { openChannel, page } from './chat.ts'

const range = { latest: ts.optional(), oldest: z.string().optional(), inclusive: flag.optional(), ...page }

export const conversations: Readonly<Record<string, Method>> = {
  'conversations.history': method(
    { channel: z.string(), ...range, include_all_metadata: flag.optional() },
    ({ channel, include_all_metadata: metadata = false, ...args }, { team }) => {
      openChannel(team, channel)
      // Answers in threads do not stand in the channel itself.
      const top = visible(team, channel).filter(
        ({ threadTs, ts }) => threadTs === undefined || threadTs === ts,
      )
      return paged(team, within(top, args).toReversed(), args, metadata)
    },
    { scope: 'channels:history' },
  ),

  'conversations.replies': method(
    { channel: z.string(), ts, ...range, include_all_metadata: flag.optional() },
    ({ channel, ts, include_all_metadata: metadata = false, ...args }, { team }) => {
      openChannel(team, channel)
      if (team.find(channel, ts) === undefined) throw new Refusal('thread_not_found')
      const thread = visible(team, channel).filter((each) => each.ts === ts || each.threadTs === ts)
      return paged(team, within(thread, args), args, metadata)
    },
    { scope: 'channels:history' },
  ),
}

function visible(team: Team, channel: string): StoredMessage[] {
  return team.messages.filter((message) => message.channel === channel && message.only === undefined)
}

function within(
  messages: readonly StoredMessage[],
  {
    oldest = '0',
    latest = '9999999999.000000',
    inclusive = false,
  }: Partial<Record<'oldest' | 'latest', string | undefined>> & { inclusive?: boolean | undefined },
): StoredMessage[] {
  const inRange = (ts: string): boolean =>
    (ts > oldest && ts < latest) || (inclusive && [oldest, latest].includes(ts))
  return messages.filter((message) => inRange(message.ts))
}

function paged(
  team: Team,
  messages: readonly StoredMessage[],
  { limit = 100, cursor = '0' }: { limit?: number | undefined; cursor?: string | undefined },
  metadata: boolean,
): object {
  const from = Number(cursor)
  const shown = messages.slice(from, from + Math.min(limit, 999))
  const more = from + shown.length < messages.length
  return {
    messages: shown.map((message) => ({
      ...wireMessage(team, message),
      ...(metadata && message.metadata !== undefined ? { metadata: message.metadata } : {}),
    })),
    has_more: more,
    response_metadata: { next_cursor: more ? String(from + shown.length) : '' },
  }
}
