/** The end of a message that was withdrawn while it waited. Pure. */
import { noticeOf } from '../conversation/answer-text.ts'
import type { Envelope, Outgoing } from '../queue/port.ts'
import type { Words } from '../words/en.ts'
import { excerpt } from '../words/quoted.ts'

/** Told where the message came from, in the words of whoever withdraws it. */
export function withdrawal({ id, conversation, message, draft }: Envelope, { turns }: Words): Outgoing[] {
  const key = `${id}/answer`
  const reply = noticeOf(key, 'cancelled', turns.withdrawn(excerpt(message.text)))
  return [{ key, conversation, address: message.address, reply, ...(draft === undefined ? {} : { draft }) }]
}
