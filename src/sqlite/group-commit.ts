/**
 * Group commit. A durable transaction costs one fsync whatever is in it, so everything that is written in one
 * turn of the event loop goes into one transaction, and each writer hears of it once the disk has it. Where many
 * write, the next transaction waits a moment for more of them: one message has to wait longer for a disk that is
 * kept busy by others.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite'

interface Job {
  /** Runs inside the transaction; returns what to do once it is on disk. */
  readonly attempt: () => () => void
  /** See {@link GroupCommit.write}. */
  readonly whole: boolean
  readonly reject: (error: unknown) => void
}

/** The owner's words for what goes wrong here. */
export interface Faults {
  /** Asked for after {@link GroupCommit.close}. */
  closed(): Error
  /** What SQLite, or the work itself, threw. */
  failed(error: unknown): Error
}

/** Most jobs in one transaction: bounds how long the event loop stands still. */
const BATCH = 500

/**
 * With so many jobs in one transaction more are on their way; how long the next transaction then waits for them, in
 * milliseconds. The larger the crowd, the less does a single one of them wait for this disk alone.
 */
const CROWDS = [
  { jobs: 64, gatherMs: 8 },
  { jobs: 6, gatherMs: 3 },
]

export class GroupCommit {
  readonly #db: DatabaseSync
  readonly #faults: Faults
  readonly #sql: Record<'begin' | 'commit' | 'rollback' | 'savepoint' | 'release' | 'undo', StatementSync>
  #jobs: Job[] = []
  /** Takes back the flush that is due; undefined: none is. */
  #unschedule: (() => void) | undefined
  #gatherMs: number | undefined
  #closed = false

  constructor(db: DatabaseSync, faults: Faults) {
    this.#db = db
    this.#faults = faults
    this.#sql = {
      begin: db.prepare('BEGIN IMMEDIATE'),
      commit: db.prepare('COMMIT'),
      rollback: db.prepare('ROLLBACK'),
      savepoint: db.prepare('SAVEPOINT job'),
      release: db.prepare('RELEASE job'),
      undo: db.prepare('ROLLBACK TO job'),
    }
  }

  /**
   * Runs `work` in the next transaction; resolves with what it returned when that is on disk. When `work`
   * throws, what it wrote is undone and nobody else's. It must be synchronous, and what it changes in memory
   * is not undone. `whole`: it is a single statement, which SQLite undoes by itself.
   */
  write<T>(work: () => T, { whole = false } = {}): Promise<T> {
    if (this.#closed) return Promise.reject(this.#faults.closed())
    return new Promise((resolve, reject) => {
      const attempt = (): (() => void) => {
        const value = work()
        return () => resolve(value)
      }
      this.#jobs.push({ attempt, reject, whole })
      this.#unschedule ??= this.#schedule()
    })
  }

  /** Runs a query outside of a transaction. It sees what is on disk. */
  read<T>(query: () => T): T {
    if (this.#closed) throw this.#faults.closed()
    try {
      return query()
    } catch (error) {
      throw this.#faults.failed(error)
    }
  }

  /** Writes what is pending; then refuses, and closes the database. Safe to call twice. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#unschedule?.()
    while (this.#jobs.length > 0) this.#flush()
    this.#db.close()
  }

  #schedule(): () => void {
    if (this.#gatherMs !== undefined && this.#jobs.length < BATCH) {
      const timer = setTimeout(() => this.#flush(), this.#gatherMs)
      return () => clearTimeout(timer)
    }
    const tick = setImmediate(() => this.#flush())
    return () => clearImmediate(tick)
  }

  #flush(): void {
    const jobs = this.#jobs.splice(0, BATCH)
    this.#gatherMs = CROWDS.find((crowd) => jobs.length >= crowd.jobs)?.gatherMs
    this.#unschedule = this.#jobs.length > 0 && !this.#closed ? this.#schedule() : undefined
    try {
      this.#sql.begin.run()
      const done = jobs.map((job) => this.#attempt(job))
      this.#sql.commit.run()
      for (const tell of done) tell()
    } catch (error) {
      if (this.#db.isTransaction) this.#sql.rollback.run()
      const reason = this.#faults.failed(error)
      for (const job of jobs) job.reject(reason)
    }
  }

  #attempt(job: Job): () => void {
    if (!job.whole) this.#sql.savepoint.run()
    try {
      const tell = job.attempt()
      if (!job.whole) this.#sql.release.run()
      return tell
    } catch (error) {
      // On a full disk SQLite may give up the whole transaction: then everybody's work is undone.
      if (!this.#db.isTransaction) throw error
      if (!job.whole) {
        this.#sql.undo.run()
        this.#sql.release.run()
      }
      const reason = this.#faults.failed(error)
      return () => job.reject(reason)
    }
  }
}
