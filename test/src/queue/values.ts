/** Values to put into a queue. */
import type { Message, Sent } from '../../../src/contract.ts'
import type { Outgoing } from '../../../src/queue/port.ts'

const address = { adapter: 'chat', channel: 'c' }

export function message(text: string): Message {
  return { kind: 'message', id: text, at: 1, from: { id: 'u' }, address, direct: true, text }
}

export function reply(conversation: string, key: string, adapter = 'chat'): Outgoing {
  const body = { kind: 'text', key, markdown: `reply ${key}`, tone: 'answer' } as const
  return { key, conversation, address: { ...address, adapter }, reply: body }
}

export function file(conversation: string, key: string): Outgoing {
  const body = { kind: 'file', key, path: `/tmp/${key}`, name: key, bytes: 1 } as const
  return { key, conversation, address, reply: body }
}

export function sent(id: string): Sent {
  return { address, id }
}
