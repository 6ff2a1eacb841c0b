/** What comes over HTTP -> what the core takes. Pure. */
import { randomUUID } from 'node:crypto'
import type { Address, Answer, Message } from '../../src/contract.ts'

export const adapterName = 'http'

/** No name of a key has it, nor has an id. */
const mark = '~'

/** Each key has a chat of its own; its sessions are threads in it. */
function addressOf(user: string, session: string): Address {
  return { adapter: adapterName, channel: user, thread: session }
}

interface Asked {
  readonly user: string
  readonly id: string
  readonly session: string
  /** W3C `traceparent` of whoever asked. */
  readonly trace?: string
}

export function messageFor({ user, id, session, trace }: Asked, text: string, plain: boolean): Message {
  const told = trace === undefined ? {} : { trace }
  return { kind: 'message', ...arrival(user, session), id: `${user}${mark}${id}`, text, plain, ...told }
}

export function answerTo(
  prompt: string,
  { user, session }: { readonly user: string; readonly session: string },
  { choices, text }: { readonly choices: readonly string[]; readonly text?: string },
): Answer {
  const words = text === undefined ? {} : { text }
  return { kind: 'answer', ...arrival(user, session), id: randomUUID(), prompt, choices, ...words }
}

function arrival(user: string, session: string): Pick<Message, 'at' | 'from' | 'address' | 'direct'> {
  return { at: Date.now(), from: { id: user }, address: addressOf(user, session), direct: true }
}

/** Whose answer has this key, or whose other words: the core begins them with the message's id. */
export function messageIn(key: string): { readonly user: string; readonly id: string } | undefined {
  const [message = ''] = key.split('/', 1)
  return asked(message.slice(adapterName.length + 1))
}

/** Of an id as it arrived. */
export function asked(message: string): { readonly user: string; readonly id: string } | undefined {
  const [user = '', id] = message.split(mark)
  return id === undefined ? undefined : { user, id }
}
