/** Who goes on with which conversation where, and in which one they wrote last. */
import { z } from 'zod'
import type { Backend } from './backend.ts'
import { Shelf } from './shelf.ts'

const HandoffRecord = z.object({
  /** Who. */
  person: z.string(),
  /** Key of the conversation that they would have where they write; absent: the one that they wrote in last. */
  here: z.string().exactOptional(),
  /** Key of the one that they go on with. */
  conversation: z.string(),
  /** The chat that it belongs to; absent: to none, it is the person's own. */
  chat: z
    .object({
      adapter: z.string(),
      tenant: z.string().exactOptional(),
      channel: z.string(),
      direct: z.boolean(),
    })
    .exactOptional(),
})
export type HandoffRecord = z.infer<typeof HandoffRecord>

export interface HandoffShelf {
  /** In no order. */
  all(): AsyncIterable<HandoffRecord>
  set(record: HandoffRecord): Promise<void>
  delete(record: Pick<HandoffRecord, 'person' | 'here'>): Promise<void>
}

export function openHandoffs(backend: Backend): HandoffShelf {
  const shelf = new Shelf('handoffs', HandoffRecord, backend)
  return {
    all: () => shelf.values(),
    set: (record) => shelf.set(keyOf(record), record),
    delete: (record) => shelf.deleteMany([keyOf(record)]),
  }
}

/** No two make the same. */
function keyOf({ person, here = '' }: Pick<HandoffRecord, 'person' | 'here'>): string {
  return [person, here].map((part) => encodeURIComponent(part.toWellFormed())).join('/')
}
