/** Where the replies to a message go that was moved to another chat while it was worked on. */
import type { Address, Message, Sent } from '../contract.ts'
import type { Outgoing } from './port.ts'

type MovedTo = Message['movedTo']

export function whereTheyBelong(movedTo: MovedTo, replies: readonly Outgoing[]): readonly Outgoing[] {
  if (movedTo === undefined) return replies
  return replies.map((outgoing) => {
    const { draft, ...rest } = { ...outgoing, address: movedTo.address }
    return draft === undefined || !isOf(draft, movedTo.address) ? rest : { ...rest, draft }
  })
}

/** Does this draft stand in the chat that the message is answered in? */
export function isThere(movedTo: MovedTo, sent: Sent): boolean {
  return movedTo === undefined || isOf(sent, movedTo.address)
}

function isOf({ address }: Sent, chat: Address): boolean {
  return address.adapter === chat.adapter && address.channel === chat.channel
}
