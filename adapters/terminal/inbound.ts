/** What is typed, as the core takes it. */
import { randomUUID } from 'node:crypto'
import { userInfo } from 'node:os'
import type { Address, Answer, Message, Person } from '../../src/contract.ts'
import type { TerminalIo } from './io.ts'
import { localeOf } from './words.ts'

export const address: Address = { adapter: 'terminal', channel: 'terminal' }

/** Whoever started the process. */
export function localUser(env: TerminalIo['env']): Person {
  const locale = localeOf(env)
  return { id: userName(), ...(locale === undefined ? {} : { locale }) }
}

function userName(): string {
  try {
    return userInfo().username
  } catch {
    // A container may run under a user id that has no name.
    return `uid-${process.getuid?.() ?? 'unknown'}`
  }
}

export function messageOf(from: Person, text: string): Message {
  return { kind: 'message', ...arrival(from), text }
}

/** `words` in one's own, for the choices that want some. */
export function answerOf(from: Person, prompt: string, choices: readonly string[], words?: string): Answer {
  return {
    kind: 'answer',
    ...arrival(from),
    prompt,
    choices,
    ...(words === undefined ? {} : { text: words }),
  }
}

function arrival(from: Person): Pick<Message, 'id' | 'at' | 'from' | 'address' | 'direct'> {
  return { id: randomUUID(), at: Date.now(), from, address, direct: true }
}
