/** Dead letters: messages that were given up because whoever worked on them died each time. For an operator to see to. */
import { z } from 'zod'
import type { Message } from '../contract.ts'
import type { Backend } from './backend.ts'
import { Shelf } from './shelf.ts'

/** So long they are kept: what people wrote is not kept for ever. */
const KEPT_MS = 30 * 24 * 60 * 60 * 1000

const DeadRecord = z.object({
  /** The message's id in the queue. */
  id: z.string(),
  conversation: z.string(),
  message: z.custom<Message>(
    (value) => typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'message',
  ),
  /** When it was given up, milliseconds since 1970. */
  at: z.number(),
  /** How often it was tried. */
  died: z.number(),
})
export type DeadRecord = z.infer<typeof DeadRecord>

export interface DeadLetters {
  add(record: DeadRecord): Promise<void>
  /** Those of the last 30 days, the oldest first; older ones are forgotten. */
  list(now?: number): Promise<readonly DeadRecord[]>
  delete(id: string): Promise<void>
}

export function openDead(backend: Backend): DeadLetters {
  const shelf = new Shelf('dead', DeadRecord, backend)
  return {
    add: (record) => shelf.set(keyOf(record.id), record),
    list: async (now = Date.now()) => {
      const all: DeadRecord[] = []
      for await (const record of shelf.values()) all.push(record)
      const past = all.filter(({ at }) => at < now - KEPT_MS)
      if (past.length > 0) await shelf.deleteMany(past.map(({ id }) => keyOf(id)))
      return all.filter((record) => !past.includes(record)).toSorted((a, b) => a.at - b.at)
    },
    delete: (id) => shelf.deleteMany([keyOf(id)]),
  }
}

function keyOf(id: string): string {
  return encodeURIComponent(id.toWellFormed())
}
