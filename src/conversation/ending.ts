/** How messages end: each in one reply, which stands where the first of them asked. */
import type { Activation, Envelope } from '../queue/port.ts'
import type { FinalReply } from './answer-text.ts'
import type { Together } from './burst.ts'
import { answeredAt } from './place.ts'

/** After so many deaths a message is given up: something about it ends the process each time. */
export const mostDeaths = 5

/** Several messages may have been asked in one turn: they end with it. `draft`: what stands in the chat now. */
export async function endWith(
  activation: Pick<Activation, 'commit'>,
  ended: Together,
  reply: FinalReply,
  draft = ended[0].draft,
): Promise<void> {
  const [{ conversation, message }, ...others] = ended
  const ends = others.map((envelope) => envelope.message.id)
  const outgoing = {
    key: reply.key,
    conversation,
    address: answeredAt(message).address,
    reply: ends.length === 0 ? reply : { ...reply, ends },
    ...(draft === undefined ? {} : { draft }),
  }
  await activation.commit(ended, reply.outcome, [outgoing])
}

export function answerKey(envelope: Envelope): string {
  return `${envelope.id}/answer`
}
