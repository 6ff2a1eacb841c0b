/** Which messages belong together, and what a message is to the turn that runs when it comes. Pure. */
import type { Message } from '../contract.ts'
import type { Envelope } from '../queue/port.ts'
import { isSameChat } from './place.ts'

/** What becomes of a message that comes while Claude works. */
export const midTurnModes = ['queue', 'steer', 'interrupt'] as const
export type MidTurn = (typeof midTurnModes)[number]

/** Of one person in one chat: one answer can answer both, and nobody else reads it. */
export function together(one: Message, other: Message): boolean {
  return one.from.id === other.from.id && isSameChat(one.address, other.address)
}

/** Written in one go: by the platform's clock, so that what piled up while we were away is not taken for a burst. */
export function follows(before: Message, after: Message, burstMs: number): boolean {
  const apart = after.at - before.at
  return together(before, after) && apart >= 0 && apart < burstMs
}

/** Messages that one turn answers, the one that began it first. */
export type Together = readonly [Envelope, ...Envelope[]]

/** What goes on for longer than so many times the pause that ends a burst, from its first message, is no burst. */
const longestBurst = 4
/** Nor is what has more messages than this. */
export const mostInBurst = 100

/** Does this belong to what was written in one go so far? It ends, also while somebody keeps writing. */
export function continues(burst: Together, after: Message, burstMs: number): boolean {
  const [{ message: first }] = burst
  const { message: newest } = burst.at(-1) ?? burst[0]
  if (burst.length >= mostInBurst || after.at - first.at >= longestBurst * burstMs) return false
  return follows(newest, after, burstMs)
}

/** Messages that one turn answers, as one. */
export function asOne([head, ...rest]: Together): Envelope {
  if (rest.length === 0) return head
  const messages = [head, ...rest].map(({ message }) => message)
  const texts = messages.map(({ text }) => text).filter((text) => text !== '')
  const attachments = messages.flatMap((message) => message.attachments ?? [])
  const files = attachments.length === 0 ? {} : { attachments }
  return { ...head, message: { ...head.message, text: texts.join('\n\n'), ...files } }
}

/** Words about them may follow. */
export function isOfFilesAlone({ text, attachments = [] }: Message): boolean {
  return text.trim() === '' && attachments.length > 0
}
