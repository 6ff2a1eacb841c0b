/** Copies of databases that others write to meanwhile, all as they were at one instant. */
import { existsSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { DatabaseSync, backup } from 'node:sqlite'
import { makePrivate } from './private-file.ts'

export interface DatabaseCopy {
  readonly from: string
  /** Made, for its owner alone; must not be there. */
  readonly to: string
}

/** How long others' transactions are waited for. */
const busyMs = 5000
/** Pages in one step; other work of this process goes on between two. */
const stepPages = 1000

/**
 * What is in none of the copies had not been committed at that instant, and what is in one of them had: together they
 * are what `kill -9` would have left then. Nobody's writing is held up for longer than it takes to look at each file
 * once. Rejects with what SQLite says; `signal` ends it between two steps.
 */
export async function copyDatabases(copies: readonly DatabaseCopy[], signal?: AbortSignal): Promise<void> {
  using reader = new DatabaseSync(':memory:', { timeout: busyMs })
  pinAll(
    reader,
    copies.map(({ from }) => from),
  )
  for (const [index, { to }] of copies.entries()) {
    signal?.throwIfAborted()
    makePrivate(to)
    await backup(reader, to, { source: nameOf(index), rate: stepPages })
    settle(to)
    await using file = await open(to, 'r')
    await file.sync()
  }
}

/** Gives `reader` a view of all files at one instant, which it keeps for as long as it is open. */
function pinAll(reader: DatabaseSync, files: readonly string[]): void {
  using writer = new DatabaseSync(':memory:', { timeout: busyMs })
  for (const db of [reader, writer]) attachAll(db, files)
  // Nobody can write while this holds the right to; who reads is not held up.
  writer.exec('BEGIN IMMEDIATE')
  reader.exec('BEGIN')
  // A view begins with the first look, not with BEGIN.
  for (const index of files.keys())
    reader.prepare(`SELECT count(*) FROM ${nameOf(index)}.sqlite_schema`).get()
  writer.exec('ROLLBACK')
}

function attachAll(db: DatabaseSync, files: readonly string[]): void {
  for (const [index, file] of files.entries()) {
    // It would be made.
    if (!existsSync(file)) throw new Error(`${file} is missing`)
    db.prepare(`ATTACH ? AS ${nameOf(index)}`).run(file)
  }
}

function nameOf(index: number): string {
  return `copy${index}`
}

/** One file that needs nothing beside it. */
function settle(file: string): void {
  using db = new DatabaseSync(file)
  db.exec('PRAGMA journal_mode = DELETE')
}

/** What is wrong in a database that nobody has open, by SQLite's own check; undefined: nothing. */
export function damageIn(file: string): string | undefined {
  try {
    using db = new DatabaseSync(file)
    const found = db.prepare('PRAGMA integrity_check(1)').get()?.['integrity_check']
    return found === 'ok' ? undefined : String(found)
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
