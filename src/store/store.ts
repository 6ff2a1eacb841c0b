/** What is kept about people and their sessions. The only owner of Keyv. */
import { z } from 'zod'
import { type Backend, exclusiveFor } from './backend.ts'
import { openCodes } from './codes.ts'
import type { Codes } from './codes.ts'
import { openHandoffs } from './handoffs.ts'
import type { HandoffShelf } from './handoffs.ts'
import { type DeadLetters, openDead } from './dead.ts'
import { openGrants } from './grants.ts'
import type { Grants } from './grants.ts'
import { openHeard } from './heard.ts'
import type { HeardShelf } from './heard.ts'
import { openHistory } from './history.ts'
import type { History } from './history.ts'
import { openKept } from './kept.ts'
import type { Kept } from './kept.ts'
import type { Exclusive } from './lanes.ts'
import { openPeople } from './people.ts'
import type { People } from './people.ts'
import { openPrompts } from './prompts.ts'
import type { PromptShelf } from './prompts.ts'
import { BudgetRecord, ExchangesRecord } from './records.ts'
import { openSessions } from './sessions.ts'
import type { Sessions } from './sessions.ts'
import { Shelf } from './shelf.ts'
import { openUnattended } from './unattended.ts'
import type { Unattended } from './unattended.ts'
import { openUsage } from './usage.ts'
import type { Usage } from './usage.ts'

export { StoreError } from './error.ts'

export interface StoreOptions {
  /** `redis://` or `rediss://`; absent: the file. */
  readonly url?: string | undefined
  /** Other processes change the same records. Only with `url`. */
  readonly shared?: boolean
  /** Path of the SQLite file; it and its folder are made when they are not there. */
  readonly file: string
}

/** Every method rejects with {@link StoreError} when the disk or the server fails or a record is broken. */
export interface Store {
  readonly sessions: Sessions
  readonly history: History
  readonly usage: Usage
  readonly people: People
  readonly codes: Codes
  readonly handoffs: HandoffShelf
  readonly exchanges: Exchanges
  readonly budgets: Budgets
  readonly marks: Marks
  readonly prompts: PromptShelf
  readonly grants: Grants
  readonly unattended: Unattended
  readonly heard: HeardShelf
  readonly kept: Kept
  readonly dead: DeadLetters
  /** What keeps other processes out of work of this kind on these records; undefined: there are none. */
  exclusive(kind: string): Exclusive | undefined
  /** Waits for reads and writes under way. Safe to call twice. */
  close(): Promise<void>
}

/** Warnings and grants, by account and period (`2026-11-21` or `2026-11`). */
interface Budgets {
  get(account: string, period: string): Promise<BudgetRecord | undefined>
  set(account: string, period: string, record: BudgetRecord): Promise<void>
}

/** When something was said or done last, milliseconds since 1970: what is to happen once a day. */
interface Marks {
  get(key: string): Promise<number | undefined>
  set(key: string, at: number): Promise<void>
}

/** What the loop guard counts, by chat and person. */
interface Exchanges {
  get(key: string): Promise<ExchangesRecord | undefined>
  set(key: string, record: ExchangesRecord): Promise<void>
  /** Forgets those of whom nothing counts since; milliseconds since 1970. */
  purge(before: number): Promise<void>
}

/** Opens the store at `url`, else in `file`. Rejects with {@link StoreError} when it cannot be opened. */
export async function openStore({ url, file, shared = false }: StoreOptions): Promise<Store> {
  const backend = await openBackend(url, file, shared)
  const budgets = new Shelf('budgets', BudgetRecord, backend)
  const marks = new Shelf('marks', z.number(), backend)
  const exchanges = new Shelf('exchanges', ExchangesRecord, backend)
  return {
    sessions: openSessions(backend),
    history: openHistory(backend),
    usage: openUsage(backend),
    people: openPeople(backend),
    codes: openCodes(backend),
    handoffs: openHandoffs(backend),
    exchanges: {
      get: (key) => exchanges.get(key),
      set: (key, record) => exchanges.set(key, record),
      purge: (before) => purgeExchanges(exchanges, before),
    },
    marks: { get: (key) => marks.get(key), set: (key, at) => marks.set(key, at) },
    budgets: {
      get: (account, period) => budgets.get(`${period}:${account}`),
      set: (account, period, record) => budgets.set(`${period}:${account}`, record),
    },
    prompts: openPrompts(backend),
    grants: openGrants(backend),
    unattended: openUnattended(backend),
    heard: openHeard(backend),
    kept: openKept(backend),
    dead: openDead(backend),
    exclusive: (kind) => exclusiveFor(kind, backend),
    close: () => backend.close(),
  }
}

async function purgeExchanges(shelf: Shelf<ExchangesRecord>, before: number): Promise<void> {
  const past: string[] = []
  for await (const [key, { times, silentUntil = 0 }] of shelf.entries()) {
    if (Math.max(silentUntil, ...times) < before) past.push(key)
  }
  if (past.length > 0) await shelf.deleteMany(past)
}

/** Each is loaded only where it is used: the Redis client costs start-up time and memory. */
async function openBackend(url: string | undefined, file: string, shared: boolean): Promise<Backend> {
  if (url === undefined) return (await import('./sqlite.ts')).openSqlite(file)
  return (await import('./redis.ts')).openRedis(url, shared)
}
