/** The queue's tables, and how its database is opened. */
import { DatabaseSync } from 'node:sqlite'
import { QueueError } from './port.ts'

const VERSION = 1

/*
 * `ended_at` is null while a row is open. Ended rows lose their text at once and stay for 8 hours as the
 * memory of their id, and of where a reply stands. The partial indexes hold open rows only, so that they stay small however long the past is.
 */
const TABLES = `
  CREATE TABLE inbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    conversation TEXT NOT NULL,
    message TEXT NOT NULL,
    accepted_at INTEGER NOT NULL,
    attempt INTEGER NOT NULL DEFAULT 0,
    excused INTEGER NOT NULL DEFAULT 0,
    draft TEXT,
    outcome TEXT,
    ended_at INTEGER
  ) STRICT;
  CREATE INDEX inbox_open ON inbox (conversation, seq) WHERE ended_at IS NULL;
  CREATE INDEX inbox_ended ON inbox (ended_at) WHERE ended_at IS NOT NULL;

  CREATE TABLE outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    conversation TEXT NOT NULL,
    message_id TEXT,
    address TEXT NOT NULL,
    reply TEXT NOT NULL,
    draft TEXT,
    replaces TEXT,
    parts TEXT NOT NULL DEFAULT '[]',
    attempt INTEGER NOT NULL DEFAULT 0,
    ended_at INTEGER
  ) STRICT;
  CREATE INDEX outbox_open ON outbox (conversation, seq) WHERE ended_at IS NULL;
  CREATE INDEX outbox_ended ON outbox (ended_at) WHERE ended_at IS NOT NULL;
  CREATE INDEX outbox_message ON outbox (message_id) WHERE message_id IS NOT NULL;
  PRAGMA user_version = ${VERSION};
`

/** Opens the database, making its tables where there are none. */
export function openDatabase(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: 5000 })
  try {
    // FULL: a commit is on the disk when it returns, through a power cut too.
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY')
    const version = db.prepare('PRAGMA user_version').get()?.['user_version']
    if (version === 0) db.exec(`BEGIN; ${TABLES} COMMIT`)
    else if (version !== VERSION) {
      throw new QueueError(
        'storage',
        `${file} was written by another version of Parley (format ${String(version)}, this one writes ${VERSION}). Run that version, or move the file away; what waits in it is lost then.`,
      )
    }
  } catch (error) {
    db.close()
    throw error
  }
  return db
}
