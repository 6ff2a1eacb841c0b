/** What keeps the records: SQLite or Redis. */
import type { StoreError } from './error.ts'

export interface Backend {
  /** Keyv's storage adapter for one namespace. Keyv types it `any` as well. */
  adapter(namespace: string): object
  /** All keys of a namespace, in no order; some may be gone by the time they are looked up, or come twice. */
  keys(namespace: string): AsyncIterable<string>
  /** Runs an operation: refuses after {@link close}, gives up on one that takes too long. */
  run<T>(operation: () => Promise<T>): Promise<T>
  /** The error for what went wrong while `doing`, e.g. `read sessions "slack:U1"`. */
  failure(error: unknown, doing: string): StoreError
  /** Waits for operations under way. Safe to call twice. */
  close(): Promise<void>
}
