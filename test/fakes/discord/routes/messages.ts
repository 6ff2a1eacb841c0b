/** Messages of channels: posted, edited, read. */
import { CreateMessage, EditMessage, madeOfComponents } from '../shapes.ts'
import type { FakeDiscord } from '../discord.ts'
import { madeOf } from '../made.ts'
import { messageObject } from '../objects.ts'
import { bodyAs, type Called, Refusal, type Route } from '../route.ts'
import { bits, demand } from '../permissions.ts'
import { kinds, pings, type StoredChannel, type StoredMessage, timeOf, wordsOf } from '../world.ts'

const rate = { limit: 5, windowMs: 5000 }
const ephemeral = 1 << 6
/** For how long a typing sign is seen. */
const typingMs = 10_000
/** Of what a bot may set: embeds suppressed, no notification. */
const settable = (1 << 2) | (1 << 12) | madeOfComponents

const post: Route = {
  rate,
  run(called) {
    const { discord, body, files } = called
    const { world } = discord
    const channel = channelOf(called)
    demand(world, channel, channel.kind === kinds.thread ? 'sendInThreads' : 'send')
    if (files.length > 0) demand(world, channel, 'attach')
    if (channel.kind === kinds.forum)
      throw new Refusal(400, 50_008, 'Cannot send messages in a non-text channel')
    const message = bodyAs(CreateMessage, body)
    const { content = '', nonce, enforce_nonce: enforced, message_reference: reference, flags = 0 } = message
    if (content === '' && files.length === 0 && message.components === undefined)
      throw new Refusal(400, 50_006, 'Cannot send an empty message')
    if ((flags & ~settable) !== 0) throw new Refusal(400, 50_035, 'Invalid Form Body')
    const made = madeOf(message, files) ?? { rows: [] }
    const same = world
      .in(channel.id)
      .find((each) => nonce !== undefined && each.nonce === nonce && !isForgotten(discord, each))
    if (enforced === true && same !== undefined) return { ...messageObject(world, same, discord.url), nonce }
    const referenced = reference && world.find(channel.id, reference.message_id)
    if (reference !== undefined && referenced === undefined && reference.fail_if_not_exists !== false)
      throw new Refusal(400, 50_035, 'Invalid Form Body')
    const { allowed_mentions: allowed } = message
    const stored = world.add({
      channel: channel.id,
      author: world.app,
      content,
      flags,
      files,
      ...made,
      pinged: [
        ...pings(wordsOf({ content, ...made }), allowed),
        ...(referenced !== undefined && allowed?.replied_user === true ? [referenced.author] : []),
      ],
      ...(nonce === undefined ? {} : { nonce }),
      ...(referenced === undefined ? {} : { reference: referenced.id }),
    })
    channel.members.add(world.app)
    discord.typingUntil.delete(channel.id)
    discord.tell('MESSAGE_CREATE', stored)
    const shown = messageObject(world, stored, discord.url)
    return nonce !== undefined ? { ...shown, nonce } : shown
  },
}

const edit: Route = {
  rate,
  run(called) {
    const { discord, body, ids, files } = called
    const { world } = discord
    const channel = channelOf(called)
    if (files.length > 0) demand(world, channel, 'attach')
    const message = world.find(channel.id, ids.message ?? '')
    if (message === undefined || (message.flags & ephemeral) !== 0)
      throw new Refusal(404, 10_008, 'Unknown Message')
    if (message.author !== world.app)
      throw new Refusal(403, 50_005, 'Cannot edit a message authored by another user')
    const edited = bodyAs(EditMessage, body)
    const { content, flags, attachments } = edited
    const made = madeOf(edited, files, message)
    message.before.push(message.content)
    if (content !== undefined) message.content = content ?? ''
    if (made !== undefined) Object.assign(message, made)
    if (files.length > 0) message.files = attachments === undefined ? [...message.files, ...files] : files
    if (flags !== undefined) message.flags = flags
    message.editedAt = new Date().toISOString()
    discord.tell('MESSAGE_UPDATE', message)
    return messageObject(world, message, discord.url)
  },
}

const list: Route = {
  rate,
  run(called) {
    const { discord, query } = called
    const { world } = discord
    const limit = Number(query.get('limit') ?? 50)
    if (!Number.isInteger(limit) || limit < 1 || limit > 100)
      throw new Refusal(400, 50_035, 'Invalid Form Body')
    const after = query.get('after')
    const channel = channelOf(called)
    // Without leave to read what was, there is nothing.
    const readable = channel.guild === undefined || (world.permissions & bits.history) !== 0n
    const all = readable ? world.in(channel.id).filter(({ only }) => only === undefined) : []
    const newer = after === null ? all.slice(-limit) : all.filter(({ id }) => BigInt(id) > BigInt(after))
    const page = newer.slice(0, limit).toReversed()
    // Newest first, whichever end they are taken from.
    return page.map((message) => discord.veiled(messageObject(world, message, discord.url), message))
  },
}

const read: Route = {
  rate,
  run(called) {
    const { discord, ids } = called
    const channel = channelOf(called)
    demand(discord.world, channel, 'history')
    const message = discord.world.find(channel.id, ids.message ?? '')
    if (message === undefined) throw new Refusal(404, 10_008, 'Unknown Message')
    return discord.veiled(messageObject(discord.world, message, discord.url), message)
  },
}

const typing: Route = {
  rate,
  run(called) {
    const channel = channelOf(called)
    demand(called.discord.world, channel, channel.kind === kinds.thread ? 'sendInThreads' : 'send')
    const { typing: seen, typingUntil } = called.discord
    seen.push(channel.id)
    typingUntil.set(channel.id, Date.now() + typingMs)
    return undefined
  },
}

/** Nonces are held against new messages for a while only. */
function isForgotten({ nonceMs, world }: FakeDiscord, { id }: StoredMessage): boolean {
  return timeOf(id) + nonceMs < Date.now() - world.behindMs
}

/** Throws {@link Refusal} where the bot cannot go. */
export function channelOf({ discord, ids }: Called): StoredChannel {
  const channel = discord.world.channels.get(ids.channel ?? '')
  if (channel === undefined) throw new Refusal(404, 10_003, 'Unknown Channel')
  demand(discord.world, channel)
  if (channel.closed === true) throw new Refusal(403, 50_001, 'Missing Access')
  return channel
}

export const messages: Readonly<Record<string, Route>> = {
  'POST /channels/:channel/messages': post,
  'PATCH /channels/:channel/messages/:message': edit,
  'GET /channels/:channel/messages': list,
  'GET /channels/:channel/messages/:message': read,
  'POST /channels/:channel/typing': typing,
}
