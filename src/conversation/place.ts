/** Which conversation a message belongs to, and whose walls it lives in. Pure. */
import type { Address, Message, Person } from '../contract.ts'

/** `user` one session a person, wherever they write; `thread` one a thread; `channel` one a chat. */
export type Scope = 'user' | 'thread' | 'channel'

export interface Place {
  /** Key of the conversation: its order, its session, its history. */
  readonly conversation: string
  /** Key of the home: workspace, CLI config, sandbox. Several conversations of one person share it. */
  readonly home: string
}

/**
 * The adapter through which a terminal of this machine speaks for somebody: its users have ids of other platforms. No
 * adapter of a config can be called like this.
 */
export const attached = '@attach'

/** Where a message is answered, and to whom. */
export function answeredAt(message: Message): { readonly address: Address; readonly from: Person } {
  return message.movedTo ?? message
}

export function isSameChat(one: Address, other: Address): boolean {
  return (
    one.adapter === other.adapter &&
    one.tenant === other.tenant &&
    one.channel === other.channel &&
    one.thread === other.thread
  )
}

/** The walls of a conversation that is gone on with from elsewhere: never those of whoever happens to write first. */
export function homeOf(conversation: string): string {
  return conversation
    .split('/')
    .slice(0, conversation.startsWith('chat/') ? 4 : 2)
    .join('/')
}

/** A person's id across platforms: `<adapter>:<user id>`, as access lists name it. */
export function personId(address: Address, person: Person): string {
  if (address.adapter === attached) return person.id
  return `${address.adapter}:${person.id}`
}

/** What the queue knows a message by: unique over all adapters. */
export function messageId({ address, id }: { readonly address: Address; readonly id: string }): string {
  return `${address.adapter}:${id}`
}

/** Are both from the same account? */
export function isSameSender(one: Message, other: Message): boolean {
  return personId(one.address, one.from) === personId(other.address, other.from)
}

/**
 * In a direct chat the walls are the person's own whatever the scope. In a shared chat a conversation that
 * several people take part in must not live inside one person's walls, so it has the chat's. `id` is the person's
 * first one (src/people), so that whoever writes from several platforms has one conversation.
 */
export function placeOf(scope: Scope, id: string, message: Pick<Message, 'address' | 'direct'>): Place {
  const { address, direct } = message
  const person = key('user', id)
  if (scope === 'user') return { conversation: person, home: person }
  const chat = key('chat', address.adapter, address.tenant ?? '', address.channel)
  const home = direct ? person : chat
  if (scope === 'thread' && address.thread !== undefined) {
    return { conversation: `${chat}/${encodeURIComponent(address.thread)}`, home }
  }
  return { conversation: home, home }
}

/** Do several people take part in what has this home? */
export function isShared({ home }: Pick<Place, 'home'>): boolean {
  return home.startsWith('chat/')
}

/** Stands before the name of a conversation that is spoken to elsewhere, where an adapter for programs names it. */
export const joinMark = '~'

/** The conversation elsewhere that a thread of such an adapter stands for; undefined: it is the thread's own. */
export function joinedIn(thread: string | undefined): string | undefined {
  if (thread?.startsWith(joinMark) !== true) return undefined
  return Buffer.from(thread.slice(joinMark.length), 'base64url').toString()
}

/** Encoded part by part, so that no id, however odd, can be made to look like two parts. */
function key(kind: 'user' | 'chat', ...parts: readonly string[]): string {
  return [kind, ...parts.map((part) => encodeURIComponent(part.toWellFormed()))].join('/')
}
