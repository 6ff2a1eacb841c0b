/** Questions from turns that Claude takes by itself: no message asks them, so they end with the process. */
import { randomUUID } from 'node:crypto'

const prefix = 'background/'

/** Names such a turn. No message in the queue is called like it: those begin with an adapter's name and a colon. */
export function unattendedId(): string {
  return `${prefix}${randomUUID()}`
}

export function isUnattended(id: string): boolean {
  return id.startsWith(prefix)
}
