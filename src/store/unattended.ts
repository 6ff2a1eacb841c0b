/** What Claude does by itself while nobody's turn runs, by conversation: a process that died left it unsaid. */
import type { Backend } from './backend.ts'
import { UnattendedRecord } from './records.ts'
import { Shelf } from './shelf.ts'

export interface Unattended {
  set(record: UnattendedRecord): Promise<void>
  delete(conversation: string): Promise<void>
  /** In no order. */
  all(): AsyncIterable<UnattendedRecord>
}

export function openUnattended(backend: Backend): Unattended {
  const shelf = new Shelf('unattended', UnattendedRecord, backend)
  return {
    set: (record) => shelf.set(record.conversation, record),
    delete: (conversation) => shelf.deleteMany([conversation]),
    all: () => shelf.values(),
  }
}
