import { QueueError } from '../queue/port.ts'

/**
 * `no-data` there is nothing to back up; `exists` where the backup should go something stands; `inside` it would copy
 * itself; `no-backup` there is none, or it was not finished; `damaged` it is not as it was made; `not-empty` data is where
 * it should be restored to; `stopped` whoever asked for it ended it; `storage` a disk failed.
 */
export type BackupErrorCode =
  | 'no-data'
  | 'exists'
  | 'inside'
  | 'no-backup'
  | 'damaged'
  | 'not-empty'
  | 'stopped'
  | 'storage'

export class BackupError extends Error {
  override readonly name = 'BackupError'
  readonly code: BackupErrorCode

  constructor(code: BackupErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options)
    this.code = code
  }
}

/** What a disk said, as {@link BackupError} `storage`; our own errors pass through. */
export function storageError(error: unknown, doing: string): Error {
  if (error instanceof BackupError || error instanceof QueueError) return error
  const why = error instanceof Error ? error.message : String(error)
  return new BackupError(
    'storage',
    `${doing}: ${why}. Check the disk's free space and whose files these are.`,
    {
      cause: error,
    },
  )
}
