/** What keeps the records: SQLite or Redis. */
import type { StoreError } from './error.ts'
import type { Exclusive } from './lanes.ts'

export interface Backend {
  /** Keyv's storage adapter for one namespace. Keyv types it `any` as well. */
  adapter(namespace: string): object
  /** All keys of a namespace, in no order; some may be gone by the time they are looked up, or come twice. */
  keys(namespace: string): AsyncIterable<string>
  /** Runs an operation: refuses after {@link close}, gives up on one that takes too long. */
  run<T>(operation: () => Promise<T>): Promise<T>
  /** Runs what reads and then writes while no other process does under this name. Absent: there is no other process. */
  exclusive?<T>(name: string, work: () => Promise<T>): Promise<T>
  /** The error for what went wrong while `doing`, e.g. `read sessions "slack:U1"`. */
  failure(error: unknown, doing: string): StoreError
  /** Waits for operations under way. Safe to call twice. */
  close(): Promise<void>
}

/** What keeps other processes from the rows of one kind; undefined: there are none. */
export function exclusiveFor(kind: string, backend: Backend): Exclusive | undefined {
  if (backend.exclusive === undefined) return undefined
  return (key, work) => backend.exclusive?.(`${kind}:${key}`, work) ?? work()
}
