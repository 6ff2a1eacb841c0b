/** A database file that nobody but its owner can read, whatever the umask. */
import { chmodSync, closeSync, mkdirSync, openSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

const others = 0o077

/**
 * Makes the file and its folder where they are missing, and takes others' rights from the file and from what SQLite
 * left beside it. To be called before SQLite opens it: what SQLite makes later gets the file's own rights. Throws
 * what the file system says.
 */
export function makePrivate(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  try {
    // Never one that exists: closing it would drop the locks that this process holds on it.
    closeSync(openSync(file, 'wx', 0o600))
  } catch (error) {
    if (!isKnown(error)) throw error
  }
  for (const each of [file, `${file}-wal`, `${file}-shm`, `${file}-journal`]) closeToOthers(each)
}

function closeToOthers(file: string): void {
  const found = statSync(file, { throwIfNoEntry: false })
  // Another user's file, which a group may share, is theirs to close.
  if (found?.isFile() !== true || found.uid !== process.geteuid?.()) return
  if ((found.mode & others) !== 0) chmodSync(file, found.mode & ~others)
}

function isKnown(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST'
}
