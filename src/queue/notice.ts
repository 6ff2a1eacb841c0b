/** The bot's own words that end no message, as they go into the outbox. */
import type { TextReply } from '../contract.ts'
import type { Outgoing } from './port.ts'

export function notice(
  { key, conversation, address }: Pick<Outgoing, 'key' | 'conversation' | 'address'>,
  markdown: string,
  more: Pick<TextReply, 'only' | 'language'> = {},
): Outgoing {
  return { key, conversation, address, reply: { kind: 'text', key, markdown, tone: 'notice', ...more } }
}
