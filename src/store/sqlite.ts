/** Records in a SQLite file: a storage adapter for Keyv on node:sqlite, which needs nothing installed. */
import { DatabaseSync } from 'node:sqlite'
import type { StatementSync } from 'node:sqlite'
import { z } from 'zod'
import { GroupCommit } from '../sqlite/group-commit.ts'
import { makePrivate } from '../sqlite/private-file.ts'
import type { Backend } from './backend.ts'
import { StoreError } from './error.ts'
import { Recent } from './recent.ts'

/*
 * NORMAL: a commit outlives the process, and after a power cut the records are whole, but for the last moments. Those
 * of messages and answers do not rest on them: the queue's file is written through.
 */
const TABLE = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA temp_store = MEMORY;
  CREATE TABLE IF NOT EXISTS records (
    namespace TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    expires INTEGER,
    PRIMARY KEY (namespace, key)
  ) STRICT;
`

/** How many rows are read ahead while iterating. */
const PAGE = 200

const KeyRow = z.object({ key: z.string(), value: z.string() })

type Statements = Record<'get' | 'set' | 'delete' | 'clear' | 'page' | 'version', StatementSync>
interface Entry {
  readonly key: string
  readonly value: string
  readonly ttl?: number | undefined
}

/** Keyv's storage adapter. Times to live in milliseconds. Throws what SQLite throws, as {@link StoreError}. */
class SqliteAdapter {
  /** Keyv looks at the dialect to tell whether it may iterate. */
  readonly opts = { dialect: 'sqlite', url: 'sqlite://' }
  namespace: string | undefined
  readonly #sql: Statements
  readonly #group: GroupCommit
  readonly #recent: Recent

  constructor(sql: Statements, group: GroupCommit) {
    this.#sql = sql
    this.#group = group
    this.#recent = new Recent(() => sql.version.get()?.['data_version'])
  }

  /** Keyv listens for `error`; here errors are thrown, where they belong. */
  on(): this {
    return this
  }

  async get(key: string): Promise<string | undefined> {
    return this.#group.read(() => this.#value(key))
  }

  async getMany(keys: readonly string[]): Promise<(string | undefined)[]> {
    return this.#group.read(() => keys.map((key) => this.#value(key)))
  }

  async has(key: string): Promise<boolean> {
    return (await this.get(key)) !== undefined
  }

  async set(key: string, value: string, ttl?: number): Promise<boolean> {
    await this.setMany([{ key, value, ttl }])
    return true
  }

  /** All of them or none. */
  async setMany(entries: readonly Entry[]): Promise<boolean[]> {
    const now = Date.now()
    const work = (): void => {
      for (const { key, value, ttl } of entries) {
        this.#sql.set.run(this.#name, key, value, ttl === undefined ? null : now + ttl)
      }
    }
    await this.#group.write(work, { whole: entries.length === 1 })
    for (const { key, value, ttl } of entries) {
      if (ttl === undefined) this.#recent.put(key, value)
      else this.#recent.forget(key)
    }
    return entries.map(() => true)
  }

  async delete(key: string): Promise<boolean> {
    return this.deleteMany([key])
  }

  /** All of them or none. True when there was any. */
  async deleteMany(keys: readonly string[]): Promise<boolean> {
    const work = (): number[] => keys.map((key) => Number(this.#sql.delete.run(this.#name, key).changes))
    const changes = await this.#group.write(work, { whole: keys.length === 1 })
    for (const key of keys) this.#recent.put(key, undefined)
    return changes.some((count) => count > 0)
  }

  /** Empties the namespace. */
  async clear(): Promise<void> {
    await this.#group.write(() => this.#sql.clear.run(this.#name))
    this.#recent.clear()
  }

  async *iterator(namespace = this.#name): AsyncGenerator<[string, string]> {
    // Page by page: a cursor that stays open would keep the write-ahead log from being folded in.
    for (let last = ''; ;) {
      const rows = this.#group.read(() => this.#sql.page.all(namespace, last, Date.now(), PAGE))
      for (const row of rows) {
        const { key, value } = KeyRow.parse(row)
        last = key
        yield [key, value]
      }
      if (rows.length < PAGE) return
    }
  }

  async disconnect(): Promise<void> {
    this.#group.close()
  }

  get #name(): string {
    return this.namespace ?? ''
  }

  #value(key: string): string | undefined {
    return this.#recent.get(key, () => {
      const row = this.#sql.get.get(this.#name, key, Date.now())
      // The column is STRICT TEXT.
      const text = typeof row?.value === 'string' ? row.value : undefined
      return { text, keeps: row === undefined || row.expires === null }
    })
  }
}

/** Opens the file, making it and its folder. Throws {@link StoreError} `failed`. */
export async function openSqlite(file: string): Promise<Backend> {
  const failure = (error: unknown, doing: string): StoreError => {
    const why = error instanceof Error ? error.message : String(error)
    const advice = `Check the disk's free space and health, and that this user may write there.`
    return new StoreError('failed', `Could not ${doing} in ${file}: ${why}. ${advice}`, { cause: error })
  }
  let db: DatabaseSync | undefined
  try {
    makePrivate(file)
    db = new DatabaseSync(file, { timeout: 5000 })
    db.exec(TABLE)
    return backend(db, failure)
  } catch (error) {
    db?.close()
    throw failure(error, 'open the store')
  }
}

function backend(db: DatabaseSync, failure: Backend['failure']): Backend {
  const group = new GroupCommit(db, {
    closed: () => new StoreError('failed', 'The store is closed.'),
    failed: (error) => (error instanceof Error ? error : new Error(String(error))),
  })
  const sql = statements(db)
  return {
    adapter: () => new SqliteAdapter(sql, group),
    async *keys(namespace) {
      for await (const [key] of new SqliteAdapter(sql, group).iterator(namespace)) yield key
    },
    // The group refuses by itself once it is closed, and a local disk needs no bound.
    run: (operation) => operation(),
    failure,
    close: async () => group.close(),
  }
}

function statements(db: DatabaseSync): Statements {
  const live = '(expires IS NULL OR expires > ?)'
  return {
    version: db.prepare('PRAGMA data_version'),
    get: db.prepare(`SELECT value, expires FROM records WHERE namespace = ? AND key = ? AND ${live}`),
    // Not OR REPLACE: that deletes the row and appends another, which touches three pages where this touches one.
    set: db.prepare(
      `INSERT INTO records (namespace, key, value, expires) VALUES (?, ?, ?, ?)
       ON CONFLICT (namespace, key) DO UPDATE SET value = excluded.value, expires = excluded.expires`,
    ),
    delete: db.prepare('DELETE FROM records WHERE namespace = ? AND key = ?'),
    clear: db.prepare('DELETE FROM records WHERE namespace = ?'),
    page: db.prepare(
      `SELECT key, value FROM records WHERE namespace = ? AND key > ? AND ${live} ORDER BY key LIMIT ?`,
    ),
  }
}
