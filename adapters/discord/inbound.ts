/** What happens in Discord, as the core takes it. Pure. */
import type { Address, Attachment, Deletion, Edit, Message, Person } from '../../src/contract.ts'
import { wordsOf } from './displays.ts'
import type { DiscordMessage, File, Said } from './events.ts'
import type { Place } from './places.ts'
import type { Identity } from './self.ts'
import { cut } from './text.ts'

/** Of what somebody else has said; Discord's messages are hardly longer. */
const longestQuote = 2000

/** Ids count milliseconds from here. */
const epoch = 1_420_070_400_000

/** The bot as Discord knows it. */
export interface Self extends Identity {
  /** True: a mention in a channel is answered in a thread of its own. */
  readonly opensThreads: boolean
}

/** Of messages; everything else that Discord calls one (joins, pins, boosts …) tells of something that happened. */
const written: ReadonlySet<number> = new Set([0, 19])

/** Null: nothing for the bot. */
export function messageIn(message: DiscordMessage, place: Place, self: Self): Message | null {
  if (!isForBot(message, place, self)) return null
  const { id } = message
  const attachments = filesOf(message, place, self)
  const text = textOf(message, place, self)
  return {
    kind: 'message',
    id,
    at: timeOf(id),
    from: writer(message),
    // A bare mention asks for attention: there is nothing else to show of it.
    text: text === '' && attachments.length === 0 ? `@${self.name}` : text,
    ...(attachments.length === 0 ? {} : { attachments: attachments.map(attachment) }),
    ...where(message, place, self),
  }
}

/** Null: nothing for the bot, or nobody changed the text (a preview appears as a change, too). */
export function editIn(message: DiscordMessage, place: Place, self: Self): Edit | null {
  const { id, edited_timestamp: edited } = message
  if (typeof edited !== 'string' || !isForBot(message, place, self)) return null
  const at = Date.parse(edited)
  return {
    kind: 'edit',
    id: `${id}:${edited}`,
    of: id,
    at: Number.isNaN(at) ? timeOf(id) : at,
    from: writer(message),
    text: textOf(message, place, self),
    ...where(message, place, self),
  }
}

/** Discord does not tell who wrote what is deleted, nor who deleted it. */
export function deletionIn(id: string, place: Place, self: Self, now: number): Deletion {
  const { guild, channel, thread } = place
  return {
    kind: 'deletion',
    id: `${id}:deleted`,
    of: id,
    at: now,
    from: { id: self.user },
    address: address(guild, channel, thread),
    direct: guild === undefined,
  }
}

export function personOf({ id, username, global_name: shown, bot }: DiscordMessage['author']): Person {
  const name = shown ?? username
  return { id, ...(name === undefined ? {} : { name }), ...(bot === true ? { bot } : {}) }
}

/** What access lists call a role: `discord:role:<id>`. */
export function groupOf(role: string): string {
  return `role:${role}`
}

/** When something with this id came to be; milliseconds since 1970. */
export function timeOf(id: string): number {
  return Number(BigInt(id) >> 22n) + epoch
}

/** The lowest id that something from this moment can have. */
export function idAt(at: number): string {
  return String(BigInt(Math.max(0, Math.floor(at) - epoch)) << 22n)
}

/** The id of what a reply answers: a message, or a press. `key`: of the reply. */
export function askedIn(key: string): string | undefined {
  return /^discord:(\d{1,20})\//.exec(key)?.[1]
}

export function address(guild: string | undefined, channel: string, thread: string | undefined): Address {
  return {
    adapter: 'discord',
    ...(guild === undefined ? {} : { tenant: guild }),
    channel,
    ...(thread === undefined ? {} : { thread }),
  }
}

/** Does it name the bot, or the role that the guild has for it? */
export function names(
  { content }: Pick<DiscordMessage, 'content'>,
  { role }: Pick<Place, 'role'>,
  { user }: Self,
): boolean {
  return new RegExp(mentionOf(user, role)).test(content)
}

/** How it is named, as a pattern. Ids are digits. */
function mentionOf(user: string, role: string | undefined): string {
  return role === undefined ? `<@!?${user}>` : `(?:<@!?${user}>|<@&${role}>)`
}

/** Directly, where it is named or replied to, and in threads that it takes part in. */
function isForBot(message: DiscordMessage, place: Place, self: Self): boolean {
  const { author, type, webhook_id: webhook, referenced_message: referenced } = message
  if (author.id === self.user || webhook === self.app || !written.has(type)) return false
  if (place.guild === undefined || names(message, place, self)) return true
  if (author.bot === true || webhook !== undefined) return false
  // Without leave to read all there is nothing in it: Discord has taken that out.
  const empty = [message, ...forwarded(message)].every(
    ({ content, attachments }) => content === '' && attachments.length === 0,
  )
  if (!self.readsAll && empty) return false
  if (referenced?.author.id === self.user) return true
  // People who talk to each other in such a thread do not talk to the bot.
  return place.joined && !/^\s*<@!?\d+>/.test(message.content)
}

function where(message: DiscordMessage, place: Place, self: Self): Pick<Message, 'address' | 'direct'> {
  const { guild, channel, thread } = place
  const opens = self.opensThreads && guild !== undefined && names(message, place, self)
  // A thread that is opened from a message has the message's id.
  return {
    address: address(guild, channel, thread ?? (opens ? message.id : undefined)),
    direct: guild === undefined,
  }
}

function writer({ author, member, webhook_id: webhook }: DiscordMessage): Person {
  const person = personOf(author)
  if (webhook !== undefined) return { ...person, bot: true }
  return member === undefined ? person : { ...person, groups: member.roles.map(groupOf) }
}

/** With what it brings along. */
function textOf(message: DiscordMessage, place: Place, self: Self): string {
  const own = ownText(message, place, self)
  const others = brought(message, place, self).flatMap((said) => quoted(wordsOf(said)))
  return [own, ...others].filter((part) => part !== '').join('\n\n')
}

function ownText({ content }: DiscordMessage, { role }: Place, { user, name }: Self): string {
  const mention = mentionOf(user, role)
  return content
    .replace(new RegExp(`^(?:\\s*${mention}[\\s,:]*)+`), '')
    .replaceAll(new RegExp(mention, 'g'), `@${name}`)
    .trim()
}

/** What it forwards, and what it replies to. A command stands by itself. */
function brought(message: DiscordMessage, place: Place, self: Self): Said[] {
  if (ownText(message, place, self).startsWith('/')) return []
  return [...forwarded(message), ...repliedTo(message, place, self)]
}

function filesOf(message: DiscordMessage, place: Place, self: Self): DiscordMessage['attachments'] {
  return [message, ...brought(message, place, self)].flatMap(({ attachments }) => attachments)
}

function forwarded({ message_snapshots: snapshots }: DiscordMessage): Said[] {
  return snapshots.map(({ message }) => message)
}

/** Where many people talk: what somebody else has said there Claude has not heard. */
function repliedTo({ referenced_message: said }: DiscordMessage, { guild }: Place, { user }: Self): Said[] {
  const heard = guild === undefined || !said || said.author.id === user
  return heard ? [] : [said]
}

function quoted(content: string): string[] {
  const text = cut(content.trim(), longestQuote)
  return text === ''
    ? []
    : [
        text
          .split('\n')
          .map((line) => `> ${line}`)
          .join('\n'),
      ]
}

export function attachment({ filename, url, size, content_type: mime }: File): Attachment {
  return {
    id: url,
    name: filename,
    ...(typeof mime === 'string' && { mime }),
    ...(typeof size === 'number' && { bytes: size }),
  }
}
