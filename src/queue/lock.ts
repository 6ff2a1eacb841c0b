/**
 * One process per data directory. The lock is SQLite's own file lock, which the operating system drops when
 * its holder dies, however it dies: there is no stale lock to clear after `kill -9`.
 */
import { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import { isBusy } from '../sqlite/errors.ts'
import { QueueError } from './port.ts'
import { storageError } from './storage.ts'

const Holder = z.object({ pid: z.number() })

/** Takes the lock and returns what gives it back. Throws {@link QueueError} `locked` that names the holder. */
export function lock(file: string): () => void {
  const db = new DatabaseSync(file, { timeout: 100 })
  try {
    db.exec('BEGIN IMMEDIATE; CREATE TABLE IF NOT EXISTS holder (pid INTEGER); DELETE FROM holder')
    db.prepare('INSERT INTO holder VALUES (?)').run(process.pid)
    // A write transaction that stays open lets others read who we are, and lets nobody else begin one.
    db.exec('COMMIT; BEGIN IMMEDIATE')
  } catch (error) {
    const reason = isBusy(error) ? lockedError(db, file) : storageError(error, file)
    db.close()
    throw reason
  }
  return () => db.close()
}

function lockedError(db: DatabaseSync, file: string): QueueError {
  const pid = holder(db)
  const who = pid === undefined ? 'another process' : `process ${pid}`
  return new QueueError(
    'locked',
    `${who} already uses this data directory (it holds ${file}). Stop it, open a session of its by \`parley attach\`, or give this one a dataDir of its own.`,
  )
}

function holder(db: DatabaseSync): number | undefined {
  try {
    return Holder.safeParse(db.prepare('SELECT pid FROM holder').get()).data?.pid
  } catch {
    // The holder is just writing its number: who it is stays unknown, that it is there does not.
    return undefined
  }
}
