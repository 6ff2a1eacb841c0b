/** The last message that came from each chat: what was written after it, while the bot was away, was missed. */
import type { Address } from '../contract.ts'
import type { Backend } from './backend.ts'
import { HeardRecord } from './records.ts'
import { Shelf } from './shelf.ts'

export interface HeardShelf {
  /** All of them or none. */
  set(records: readonly HeardRecord[]): Promise<void>
  forget(records: readonly HeardRecord[]): Promise<void>
  /** In no order. */
  all(): AsyncIterable<HeardRecord>
}

export function openHeard(backend: Backend): HeardShelf {
  const shelf = new Shelf('heard', HeardRecord, backend)
  return {
    set: (records) => shelf.setMany(records.map((record) => [keyOf(record.address), record])),
    forget: (records) => shelf.deleteMany(records.map(({ address }) => keyOf(address))),
    all: () => shelf.values(),
  }
}

/** Different for each chat, whatever its ids look like. */
function keyOf({ adapter, tenant = '', channel, thread = '' }: Address): string {
  return JSON.stringify([adapter, tenant, channel, thread])
}
