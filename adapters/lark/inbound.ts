/** What happens in Feishu, as the core takes it. Pure. */
import type { Address, Deletion, Message, Person } from '../../src/contract.ts'
import { contentOf } from './content.ts'
import type { Chosen, Envelope, Received, Recalled } from './events.ts'

/** The bot as its tenant knows it. */
export interface Self {
  readonly openId: string
  /** What lists name it by, where events name its `openId`. */
  readonly appId: string
  readonly name: string
  /** The language of the people of this cloud, unless they say otherwise. */
  readonly locale: string | undefined
}

/** `meant`: for the bot, though it is not named. Null: nothing for the bot. A message keeps its id however often it comes. */
export function received(
  { sender, message }: Received,
  tenant: string,
  self: Self,
  meant = false,
): Message | null {
  const from = writer(sender, self)
  const direct = message.chat_type === 'p2p'
  if (from === null || !(direct || meant || isNamed(message.mentions, self))) return null
  const { text, attachments } = contentOf(message.message_type, message.content, message.message_id)
  const said = spelled(text, message.mentions ?? [], self)
  return {
    kind: 'message',
    id: message.message_id,
    at: Number(message.create_time),
    from,
    address: addressOf(message, tenant, direct ? from.id : message.chat_id),
    direct,
    // A bare mention asks for attention: there is nothing else to show of it.
    text: said === '' && attachments.length === 0 ? `@${self.name}` : said,
    ...(attachments.length === 0 ? {} : { attachments }),
  }
}

/** `from`: who wrote what is gone; the event does not tell. */
export function recalled(event: Recalled, tenant: string, from: Person): Deletion {
  return {
    kind: 'deletion',
    id: `${event.message_id}:recalled`,
    of: event.message_id,
    at: Number(event.recall_time),
    from,
    address: { adapter: 'lark', tenant, channel: event.chat_id },
    direct: true,
  }
}

/**
 * What is chosen in the bot's menu is a command: its key is what would be typed, without the slash, and with a colon
 * before arguments: `new`, `model:opus`.
 */
export function chosen(
  { operator, event_key: key }: Chosen,
  { event_id: event, create_time: time, tenant_key: tenant }: Envelope['header'],
  self: Self,
): Message {
  const { open_id: id } = operator.operator_id
  // It is chosen in the company that the app is in.
  const groups = groupsOf(operator.operator_id, tenant)
  return {
    kind: 'message',
    id: `menu:${event}`,
    at: Number(time),
    from: personOf(id, groups, self),
    address: { adapter: 'lark', tenant, channel: id },
    direct: true,
    text: `/${key.replace(/^\//, '').replace(':', ' ')}`,
  }
}

/**
 * What access lists may name somebody by besides their open_id, which is another one for each app. Undefined: it is not
 * told here.
 */
export function groupsOf(
  {
    union_id: union,
    user_id: user,
  }: { union_id?: string | null | undefined; user_id?: string | null | undefined },
  tenant: string | null | undefined,
): string[] | undefined {
  if (typeof union !== 'string') return undefined
  return [
    ...(typeof tenant === 'string' ? [`tenant:${tenant}`] : []),
    `union:${union}`,
    // Companies choose it themselves, and may choose what looks like another id.
    ...(typeof user === 'string' && user !== '' ? [`user:${user}`] : []),
  ]
}

/** A chat of two goes by the person's id. */
export function isDirect(channel: string): boolean {
  return channel.startsWith('ou_')
}

/** Null: the bot itself, or nobody. */
function writer(
  { sender_id: id, sender_type: type, tenant_key }: Received['sender'],
  self: Self,
): Person | null {
  const open = id?.open_id
  if (typeof open !== 'string' || open === '') return null
  if (open === self.openId || open === self.appId) return null
  if (type !== 'user') return { id: open, bot: true }
  return personOf(open, groupsOf(id ?? {}, tenant_key), self)
}

function personOf(id: string, groups: readonly string[] | undefined, { locale }: Self): Person {
  const told = groups === undefined ? { untold: true } : { groups }
  return { id, ...(locale !== undefined && { locale }), ...told }
}

function addressOf({ thread_id: thread }: Received['message'], tenant: string, channel: string): Address {
  const topic = typeof thread === 'string' && thread !== '' ? { thread } : {}
  return { adapter: 'lark', tenant, channel, ...topic }
}

type Mentions = NonNullable<Received['message']['mentions']>

export function isNamed(mentions: Mentions | null | undefined, { openId }: Self): boolean {
  return mentions?.some(({ id }) => id.open_id === openId) === true
}

/** Placeholders as names; that of the bot goes where the text begins with it. */
function spelled(text: string, mentions: Mentions, self: Self): string {
  const names = new Map(
    mentions.map(({ key, name, id }) => [key, id.open_id === self.openId ? self.name : name || key.slice(1)]),
  )
  const own = mentions.filter(({ id }) => id.open_id === self.openId).map(({ key }) => key)
  let rest = text.trimStart()
  for (let key = ownAt(rest, own); key !== undefined; key = ownAt(rest, own)) {
    rest = rest.slice(key.length).replace(/^[\s,:\uFF0C\uFF1A]+/, '')
  }
  return rest.replaceAll(/@_(?:user_\d+|all)/g, (key) => `@${names.get(key) ?? key.slice(2)}`).trim()
}

function ownAt(text: string, own: readonly string[]): string | undefined {
  // `@_user_1` is not the begin of `@_user_10`.
  return own.find((key) => text.startsWith(key) && !/^\d/.test(text.slice(key.length)))
}
