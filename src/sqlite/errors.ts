/** What node:sqlite throws, told apart from everything else. */

interface SqliteError extends Error {
  readonly code: 'ERR_SQLITE_ERROR'
}

export function isSqliteError(error: unknown): error is SqliteError {
  return error instanceof Error && 'code' in error && error.code === 'ERR_SQLITE_ERROR'
}

/** True when another connection holds the lock. */
export function isBusy(error: unknown): boolean {
  if (!isSqliteError(error) || !('errcode' in error) || typeof error.errcode !== 'number') return false
  // The upper bytes refine the code, e.g. 261 is SQLITE_BUSY_RECOVERY.
  return (error.errcode & 0xff) === 5
}
