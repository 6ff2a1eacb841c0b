/** Messages: sent, changed, taken away, shown to one person. */
import { z } from 'zod'
import { type Called, count, flag, json, type Method, method, Refusal, ts } from '../method.ts'
import { Blocks, Metadata, type Block } from '../shapes.ts'
import type { StoredMessage, Team } from '../team.ts'

/** Slack takes such a text and cuts it; longer ones it refuses where they replace another. */
const longestText = 40_000
const longestUpdate = 4000
/** All blocks of a message, as JSON. */
const longestBlocks = 13_200

const content = { text: z.string().optional(), blocks: json(Blocks).optional() }
const scope = 'chat:write'

export const chat: Readonly<Record<string, Method>> = {
  'chat.postMessage': method(
    {
      channel: z.string(),
      thread_ts: ts.optional(),
      ...content,
      metadata: json(Metadata).optional(),
      unfurl_links: flag.optional(),
      unfurl_media: flag.optional(),
    },
    ({ channel: given, thread_ts: threadTs, metadata, ...args }, { team, slack }) => {
      const shown = contentOf(args, slack)
      // A person's id stands for the direct chat with them.
      const channel = /^[UW]/.test(given) ? slack.people.direct(given, team) : given
      openChannel(team, channel)
      const root = threadTs === undefined ? undefined : rootOf(team, channel, threadTs)
      const message = team.add({ ...ownMessage(team, channel, root), ...shown, metadata })
      slack.people.saw(team, message)
      return { channel, ts: message.ts, message: { ts: message.ts, text: message.text } }
    },
    { scope },
  ),

  'chat.update': method(
    { channel: z.string(), ts, ...content, metadata: json(Metadata).optional() },
    ({ channel, ts, metadata, ...args }, { team, slack }) => {
      const shown = contentOf(args, slack)
      if (shown.text.length > longestUpdate) throw new Refusal('msg_too_long')
      const message = own(team, channel, ts, 'cant_update_message')
      if (message.streaming === true) throw new Refusal('streaming_state_conflict')
      const before = { ...message }
      // The new content replaces all of it, task cards too.
      message.tasks.clear()
      Object.assign(message, shown, metadata && { metadata })
      slack.people.changed(team, message, before)
      return { channel, ts, text: message.text }
    },
    { scope },
  ),

  'chat.delete': method(
    { channel: z.string(), ts },
    ({ channel, ts }, { team, slack }) => {
      const message = own(team, channel, ts, 'cant_delete_message')
      team.remove(message)
      slack.people.took(team, message)
      return { channel, ts }
    },
    { scope },
  ),

  'chat.postEphemeral': method(
    { channel: z.string(), user: z.string(), thread_ts: ts.optional(), ...content },
    ({ channel, user, thread_ts: threadTs, ...args }, { team, slack }) => {
      const shown = contentOf(args, slack)
      openChannel(team, channel)
      const { ts } = team.add({ ...ownMessage(team, channel, threadTs), ...shown, only: user })
      return { message_ts: ts }
    },
    { scope },
  ),

  'reactions.add': method(
    { channel: z.string(), timestamp: ts, name: z.string().max(100) },
    ({ channel, timestamp }, { team }) => {
      if (team.find(channel, timestamp) === undefined) throw new Refusal('message_not_found')
    },
    { scope: 'reactions:write' },
  ),
}

/** What the methods of other files need of a channel's pages. */
export const page = { limit: count.optional(), cursor: z.string().optional() }

export function openChannel(team: Team, channel: string): void {
  const known = team.channels.get(channel)
  if (known === undefined) throw new Refusal('channel_not_found')
  if (!known.member) throw new Refusal('not_in_channel')
}

export function own(team: Called['team'], channel: string, ts: string, refused: string): StoredMessage {
  const message = team.find(channel, ts)
  if (message === undefined) throw new Refusal('message_not_found')
  if (message.botId !== team.bot.id) throw new Refusal(refused)
  return message
}

/** The first message of the thread: Slack puts an answer to an answer there, too. */
export function rootOf(team: Team, channel: string, threadTs: string): string {
  const root = team.find(channel, threadTs)
  if (root === undefined) throw new Refusal('thread_not_found')
  return root.threadTs ?? root.ts
}

export function ownMessage(
  team: Team,
  channel: string,
  threadTs: string | undefined,
): Pick<StoredMessage, 'channel' | 'user' | 'botId'> & { threadTs?: string } {
  const thread = threadTs === undefined ? {} : { threadTs }
  return { channel, user: team.bot.user, botId: team.bot.id, ...thread }
}

function contentOf(
  { text = '', blocks = [] }: { text?: string | undefined; blocks?: Block[] | undefined },
  { tables, blocks: taken }: Called['slack'],
): { text: string; blocks: Block[] } {
  if (text === '' && blocks.length === 0) throw new Refusal('no_text')
  if (!taken && blocks.length > 0) throw new Refusal('invalid_blocks')
  const texts = blocks.flatMap((block) => (block.type === 'markdown' ? [block.text] : []))
  const markdown = texts.reduce((sum, each) => sum + each.length, 0)
  if (markdown > 12_000 || JSON.stringify(blocks).length > longestBlocks) {
    throw new Refusal('msg_blocks_too_long')
  }
  const found = texts.join('\n\n').match(/^\|?[-:| ]*-[-:| ]*\|[-:| ]*$/gm) ?? []
  if (found.length > tables) throw new Refusal('invalid_attachments')
  return { text: text.slice(0, longestText), blocks }
}
