/**
 * A process of its own that writes to two databases without a pause: a number into the first, then into the second. At no
 * instant is the second ahead, or more than one behind. Says `ready` once it writes.
 */
import { DatabaseSync } from 'node:sqlite'

const [first, second] = process.argv.slice(2).map((file) => {
  const db = new DatabaseSync(file, { timeout: 5000 })
  db.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; CREATE TABLE IF NOT EXISTS n (n INTEGER, pad TEXT)',
  )
  return db
})
if (first === undefined || second === undefined) throw new Error('two files are wanted')
const statements = [first, second].map((db) => db.prepare(`INSERT INTO n VALUES (?, hex(randomblob(200)))`))
process.once('message', () => process.exit(0))
let n = 0
function write(): void {
  for (let i = 0; i < 50; i++) {
    n += 1
    for (const statement of statements) statement.run(n)
  }
  if (n === 1000) process.send?.('ready')
  setImmediate(write)
}
write()
