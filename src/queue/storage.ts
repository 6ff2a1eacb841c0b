/** What goes wrong below SQL, in words that an operator can act on. */
import { isSqliteError } from '../sqlite/errors.ts'
import type { Faults } from '../sqlite/group-commit.ts'
import { QueueError } from './port.ts'

export function queueFaults(file: string): Faults {
  return {
    closed: () => new QueueError('closed', 'The queue is closed.'),
    failed: (error) => storageError(error, file),
  }
}

/** Turns what SQLite throws into a {@link QueueError} `storage`; other errors pass through. */
export function storageError(error: unknown, file: string): Error {
  if (isSqliteError(error)) {
    return new QueueError(
      'storage',
      `The queue ${file} cannot be read or written: ${error.message}. Check the disk's free space and health, and that this user may write there.`,
      { cause: error },
    )
  }
  return error instanceof Error
    ? error
    : new QueueError('storage', `The queue ${file} failed: ${String(error)}`)
}
