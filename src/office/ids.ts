/** How sessions are named outside: those of one's own by the thread, others by their conversation. Pure. */
import type { Address } from '../contract.ts'
import { type Scope, joinMark, joinedIn, placeOf } from '../conversation/place.ts'

/** A person at an adapter whose threads are sessions. */
export interface Seat {
  readonly adapter: string
  /** Their id there: also the name of the chat that they have for themselves. */
  readonly user: string
  /** The person's first id. */
  readonly person: string
  readonly scope: Scope
}

export function addressOf({ adapter, user }: Pick<Seat, 'adapter' | 'user'>, id: string): Address {
  return { adapter, channel: user, thread: id }
}

export function conversationOf(seat: Seat, id: string): string {
  return joinedIn(id) ?? ownConversation(seat, id)
}

export function idOf(seat: Seat, conversation: string): string {
  return threadOf(seat, conversation) ?? `${joinMark}${Buffer.from(conversation).toString('base64url')}`
}

/** Undefined: it is none of theirs here. */
export function threadOf(seat: Seat, conversation: string): string | undefined {
  const beginning = ownConversation(seat, '')
  if (!conversation.startsWith(beginning)) return undefined
  const thread = decoded(conversation.slice(beginning.length))
  return thread !== undefined && ownConversation(seat, thread) === conversation ? thread : undefined
}

function ownConversation(seat: Seat, id: string): string {
  return placeOf(seat.scope, seat.person, { address: addressOf(seat, id), direct: true }).conversation
}

function decoded(part: string): string | undefined {
  try {
    return part === '' || part.includes('/') ? undefined : decodeURIComponent(part)
  } catch {
    return undefined
  }
}
