/** What happens in Slack, as the core takes it. Pure. */
import type { Address, Attachment, Deletion, Edit, Inbound, Message, Person } from '../../src/contract.ts'
import { type EventCallback, type SlackEvent, type SlackMessage, tenantOf } from './events.ts'
import { personOf } from './outsiders.ts'
import { plainText } from './text.ts'

/** The bot as its workspace knows it. */
export interface Self {
  /** Its user id. */
  readonly user: string
  /** Its id as the sender of messages. */
  readonly bot: string
  readonly name: string
  /** The workspace that its token is of; of an organisation's, whatever Slack calls it. */
  readonly team: string
  /** The organisation that the workspace is one of, or that installed the app as a whole; undefined: none. */
  readonly enterprise: string | undefined
  /** True: the token is that of the organisation. */
  readonly whole: boolean
  /** True: in direct chats, too, each question gets a thread of its own. */
  readonly threads: boolean
}

/** What is known of people, by their ids. */
export type Names = ReadonlyMap<string, { readonly name?: string; readonly locale?: string }>
const nobody: Names = new Map()

export interface Arrived {
  readonly inbound: Inbound
  /** Set where it is for the bot only if the bot takes part in this thread. */
  readonly ifIn?: { readonly channel: string; readonly thread: string }
}

interface Scene {
  readonly channel: string
  readonly tenant: string
  /** The organisation that the workspace is one of; undefined: none. */
  readonly enterprise: string | undefined
  /** True: nobody of another company is in the channel. */
  readonly ours: boolean
  readonly self: Self
  readonly names: Names
}

/** A message that names more people is no message to somebody. */
const mostNamed = 10

/** Of messages; everything else that Slack calls one (joins, topics, pins …) tells of something that happened. */
const written: ReadonlySet<string | undefined> = new Set([
  undefined,
  'file_share',
  'me_message',
  'thread_broadcast',
  'bot_message',
])

/** Null: nothing for the bot, or nothing new. A message keeps its id however often and in whatever form it comes. */
export function arrivedIn(
  callback: EventCallback,
  event: SlackEvent,
  self: Self,
  names: Names = nobody,
): Arrived | null {
  const enterprise = callback.authorizations?.[0]?.enterprise_id ?? callback.enterprise_id ?? self.enterprise
  const scene = {
    channel: event.channel,
    tenant: tenantOf(callback),
    enterprise,
    // In an organisation people of all its workspaces meet in its channels.
    ours: enterprise !== undefined && callback.is_ext_shared_channel !== true,
    self,
    names,
  }
  if (event.type === 'app_mention') return posted(event, scene)
  if ('message' in event) return changed(event, scene)
  if ('deleted_ts' in event) return gone(event.previous_message, event.deleted_ts, scene)
  return posted(event, scene)
}

/** Whose names are worth knowing: the writer's, and those of the people in the text. */
export function peopleIn(event: SlackEvent): readonly string[] {
  const message = 'message' in event ? event.message : 'deleted_ts' in event ? event.previous_message : event
  const named = (message?.text ?? '').matchAll(/<@([UW][A-Z0-9]+)/g)
  const ids = [message?.user ?? '', ...Array.from(named, ([, id = '']) => id).slice(0, mostNamed)]
  return [...new Set(ids)].filter((id) => id !== '')
}

function posted(message: SlackMessage, scene: Scene): Arrived | null {
  const from = writer(message, scene)
  const heard = listening(message, scene)
  if (from === null || heard === null || !written.has(message.subtype)) return null
  const attachments = (message.files ?? []).map(attachment)
  const text = textOf(message, scene)
  const inbound: Message = {
    kind: 'message',
    id: `${scene.channel}:${message.ts}`,
    at: milliseconds(message.ts),
    from,
    // A bare mention asks for attention: there is nothing else to show of it.
    text: text === '' && attachments.length === 0 ? `@${scene.self.name}` : text,
    ...(attachments.length === 0 ? {} : { attachments }),
    ...where(message, scene),
  }
  return { inbound, ...heard }
}

function changed(
  { message, previous_message: before }: Extract<SlackEvent, { message: SlackMessage }>,
  scene: Scene,
): Arrived | null {
  // The first message of a thread leaves a gap when it is deleted.
  if (message.subtype === 'tombstone') return gone(before, message.ts, scene)
  const from = writer(message, scene)
  const heard = listening(message, scene) ?? (before && listening(before, scene)) ?? null
  // A preview of a link changes a message, too: nobody edited it.
  const edited = message.edited !== undefined && message.text !== before?.text
  if (from === null || heard === null || !edited || !written.has(message.subtype)) return null
  const of = `${scene.channel}:${message.ts}`
  const editedTs = message.edited?.ts ?? message.ts
  const inbound: Edit = {
    kind: 'edit',
    id: `${of}:${editedTs}`,
    of,
    at: milliseconds(editedTs),
    from,
    text: textOf(message, scene),
    ...where(message, scene),
  }
  return { inbound, ...heard }
}

function gone(before: SlackMessage | undefined, ts: string, scene: Scene): Arrived | null {
  const from = before === undefined ? null : writer(before, scene)
  const heard = before === undefined ? null : listening(before, scene)
  if (before === undefined || from === null || heard === null) return null
  const of = `${scene.channel}:${ts}`
  const inbound: Deletion = {
    kind: 'deletion',
    id: `${of}:deleted`,
    of,
    at: milliseconds(ts),
    from,
    ...where(before, scene),
  }
  return { inbound, ...heard }
}

/** Null: the bot itself, or nobody. */
function writer(message: SlackMessage, { self, names, tenant, enterprise, ours }: Scene): Person | null {
  const { user, bot_id: bot, subtype, user_team: home = message.source_team } = message
  if (user === self.user || bot === self.bot || user === 'USLACKBOT') return null
  if (typeof bot === 'string' || subtype === 'bot_message') return { id: user ?? bot ?? 'unknown', bot: true }
  if (user === undefined) return null
  return { ...personOf(user, ours ? undefined : home, { tenant, enterprise }), ...names.get(user) }
}

/** Is this for the bot? Directly, where it is named, and in threads that it takes part in. */
function listening(message: SlackMessage, { channel, self }: Scene): Omit<Arrived, 'inbound'> | null {
  if (isDirect(channel) || mentions(self.user).test(message.text)) return {}
  const { thread_ts: thread, ts, text, parent_user_id: parent, bot_id: bot } = message
  if (thread === undefined || thread === ts || typeof bot === 'string') return null
  // People who talk to each other in such a thread do not talk to the bot.
  if (/^\s*<@[UW]/.test(text)) return null
  return parent === self.user ? {} : { ifIn: { channel, thread } }
}

function where(
  { ts, thread_ts: thread }: SlackMessage,
  { channel, tenant, self }: Scene,
): { address: Address; direct: boolean } {
  const direct = isDirect(channel)
  // In a channel each answer goes into a thread, that of the question if there is none yet.
  const in_ = thread ?? (direct && !self.threads ? undefined : ts)
  return {
    address: { adapter: 'slack', tenant, channel, ...(in_ === undefined ? {} : { thread: in_ }) },
    direct,
  }
}

function textOf({ text }: SlackMessage, { self, names }: Scene): string {
  const leading = new RegExp(`^(?:\\s*${mentions(self.user).source}[\\s,:]*)+`)
  const named = text
    .replace(leading, '')
    .replaceAll(new RegExp(mentions(self.user), 'g'), `@${self.name}`)
    // As Slack writes a name down: what is in it must not read as markup.
    .replaceAll(/<@([UW][A-Z0-9]+)>/g, (whole, id: string) => {
      const name = names.get(id)?.name
      return name === undefined ? whole : `@${name.replaceAll(/[&<>]/g, '')}`
    })
  return plainText(named).trim()
}

export function attachment({
  id,
  name,
  mimetype,
  size,
}: NonNullable<SlackMessage['files']>[number]): Attachment {
  return {
    id,
    name: name ?? id,
    ...(typeof mimetype === 'string' && { mime: mimetype }),
    ...(typeof size === 'number' && { bytes: size }),
  }
}

function mentions(user: string): RegExp {
  return new RegExp(`<@${user}(?:\\|[^<>]*)?>`)
}

/** The channel of one person and the bot. */
export function isDirect(channel: string): boolean {
  return channel.startsWith('D')
}

export function milliseconds(ts: string): number {
  return Math.floor(Number(ts) * 1000)
}
