/** What a durable write costs on this disk: whoever promises that a message is on disk waits for it. */
import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Row, msRow } from './figures.ts'
import type { Ground } from './ground.ts'

const writes = 100
const restMs = 10

/** One row into a SQLite file of its own, which is opened as the queue's is, until the disk has it. */
export async function diskRow({ dir }: Ground, file: string): Promise<Row> {
  const db = new DatabaseSync(join(dir, file))
  try {
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE rows (value TEXT)')
    const insert = db.prepare('INSERT INTO rows VALUES (?)')
    const took: number[] = []
    for (let n = 0; n < writes; n++) {
      await sleep(restMs)
      const start = performance.now()
      insert.run('x'.repeat(300))
      took.push(performance.now() - start)
    }
    return msRow('one durable write on this disk (SQLite, fsync)', took)
  } finally {
    db.close()
  }
}
