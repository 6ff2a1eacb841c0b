/** What happens in Discord, as the core takes it. Pure. */
import type { Address, Attachment, Deletion, Edit, Message, Person } from '../../src/contract.ts'
import type { DiscordMessage } from './events.ts'
import type { Place } from './places.ts'
import type { Identity } from './self.ts'

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
  const { id, attachments } = message
  const text = textOf(message, self)
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
    text: textOf(message, self),
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

/** Does it name the bot? */
export function names({ content }: Pick<DiscordMessage, 'content'>, { user }: Self): boolean {
  return content.includes(`<@${user}>`) || content.includes(`<@!${user}>`)
}

/** Directly, where it is named or replied to, and in threads that it takes part in. */
function isForBot(message: DiscordMessage, place: Place, self: Self): boolean {
  const { author, type, webhook_id: webhook, referenced_message: referenced } = message
  if (author.id === self.user || webhook === self.app || !written.has(type)) return false
  if (place.guild === undefined || names(message, self)) return true
  if (author.bot === true || webhook !== undefined) return false
  // Without leave to read all there is nothing in it: Discord has taken that out.
  const empty = message.content === '' && message.attachments.length === 0
  if (!self.readsAll && empty) return false
  if (referenced?.author.id === self.user) return true
  // People who talk to each other in such a thread do not talk to the bot.
  return place.joined && !/^\s*<@!?\d+>/.test(message.content)
}

function where(message: DiscordMessage, place: Place, self: Self): Pick<Message, 'address' | 'direct'> {
  const { guild, channel, thread } = place
  const opens = self.opensThreads && guild !== undefined && names(message, self)
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

function textOf({ content }: DiscordMessage, { user, name }: Self): string {
  const leading = new RegExp(`^(?:\\s*<@!?${user}>[\\s,:]*)+`)
  return content
    .replace(leading, '')
    .replaceAll(new RegExp(`<@!?${user}>`, 'g'), `@${name}`)
    .trim()
}

function attachment({
  filename,
  url,
  size,
  content_type: mime,
}: DiscordMessage['attachments'][number]): Attachment {
  return {
    id: url,
    name: filename,
    ...(typeof mime === 'string' && { mime }),
    ...(typeof size === 'number' && { bytes: size }),
  }
}
