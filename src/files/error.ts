/** `outside` beyond the workspace's walls; `missing` not there; `not-a-file` a folder, pipe or device; `linked` it has other names that nobody can follow; `too-large`; `failed` the disk or the sender. */
export type FileErrorCode = 'outside' | 'missing' | 'not-a-file' | 'linked' | 'too-large' | 'failed'

/** Why a file was not read, kept or sent. Messages are for people and for Claude. */
export class FileError extends Error {
  override readonly name = 'FileError'
  readonly code: FileErrorCode

  constructor(code: FileErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options)
    this.code = code
  }
}

/** The `code` of an error of the file system, e.g. `ENOENT`. */
export function errnoOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}
