/** What was used, by account and day (UTC): a person, and whatever else pays for the same turns. */
import { z } from 'zod'
import type { Backend } from './backend.ts'
import { Lanes } from './lanes.ts'
import { ChargeRecord, UsageRecord } from './records.ts'
import { Shelf } from './shelf.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const MINUTE_MS = 60_000
/** The longest range, so that a slip of the pen does not read for minutes. */
const MOST_DAYS = 3660

const NOTHING: UsageRecord = {
  turns: 0,
  failed: 0,
  estimated: 0,
  costUsd: 0,
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  durationMs: 0,
}

/** Who pays; `id`: the charge that ends with it. */
type Bookable = Pick<ChargeRecord, 'person' | 'accounts'> & Partial<Pick<ChargeRecord, 'id'>>

/** Days are `YYYY-MM-DD`; another form is a RangeError. */
export interface Usage {
  /**
   * Remembers that a turn has begun. Gives back when its person began turns in the minute before, oldest first,
   * this one not included.
   */
  begin(charge: ChargeRecord): Promise<readonly number[]>
  /** When a person began turns in the minute before `at`, oldest first. */
  begun(person: string, at: number): Promise<readonly number[]>
  /** The turns that have begun and are not booked. */
  open(): Promise<readonly ChargeRecord[]>
  /**
   * Adds `delta` to the day of `at` (milliseconds since 1970) of the person and of the other accounts, and ends the
   * charge of this `id`: all of it or nothing. Nothing is lost among the bookings of this process.
   */
  book(to: Bookable, at: number, delta: UsageRecord): Promise<void>
  /** Zeros when there is nothing. */
  day(account: string, day: string): Promise<UsageRecord>
  /** The days with usage from `from` to `to`, both included, in order. */
  range(account: string, from: string, to: string): Promise<(UsageRecord & { day: string })[]>
  /** Every person who used something on a day. */
  users(day: string): Promise<(UsageRecord & { user: string })[]>
}

/**
 * Under `<day>:<account>` what it used; under `<day>` the people who did, since stores do not look up by prefix;
 * under `charges` the turns that are not booked; under `begun:<person>` when turns began.
 */
type Rows = UsageRecord | string[] | number[] | ChargeRecord[]
const Row: z.ZodType<Rows> = z.union([
  UsageRecord,
  z.array(z.string()),
  z.array(z.number()),
  z.array(ChargeRecord),
])

export function openUsage(backend: Backend): Usage {
  const shelf = new Shelf<Rows>('usage', Row, backend)
  // One lane for all: a booking touches the rows of several accounts.
  const lanes = new Lanes()
  const begun: Usage['begun'] = async (person, at) =>
    numbers.parse((await shelf.get(`begun:${person}`)) ?? []).filter((then) => then > at - MINUTE_MS)
  const open: Usage['open'] = async () => charges.parse((await shelf.get('charges')) ?? [])
  return {
    begun,
    open,
    begin: (charge) =>
      lanes.run('books', async () => {
        const others = (await open()).filter(({ id }) => id !== charge.id)
        const before = await begun(charge.person, charge.at)
        await shelf.setMany([
          ['charges', [...others, charge]],
          [`begun:${charge.person}`, [...before, charge.at]],
        ])
        return before
      }),
    book: (to, at, delta) =>
      lanes.run('books', async () => {
        const rows = await additions(shelf, to, dayOf(at), delta)
        const left = (await open()).filter(({ id }) => id !== to.id)
        await shelf.setMany(to.id === undefined ? rows : [...rows, ['charges', left]])
      }),
    day: async (user, day) => asRecord(await shelf.get(`${checked(day)}:${user}`)) ?? NOTHING,
    range: async (user, from, to) => {
      const days = daysBetween(from, to)
      const rows = await shelf.getMany(days.map((day) => `${day}:${user}`))
      return days.flatMap((day, n) => {
        const record = asRecord(rows[n])
        return record === undefined ? [] : [{ ...record, day }]
      })
    },
    users: async (day) => {
      const users = asUsers(await shelf.get(checked(day)))
      const rows = await shelf.getMany(users.map((user) => `${day}:${user}`))
      return users.flatMap((user, n) => {
        const record = asRecord(rows[n])
        return record === undefined ? [] : [{ ...record, user }]
      })
    },
  }
}

/** The rows as they are once `delta` is added to every account. */
async function additions(
  shelf: Shelf<Rows>,
  { person, accounts: others }: Bookable,
  day: string,
  delta: UsageRecord,
): Promise<(readonly [string, Rows])[]> {
  const accounts = [person, ...others]
  const known = (await shelf.getMany(accounts.map((account) => `${day}:${account}`))).map(asRecord)
  const rows = accounts.map((account, n): readonly [string, Rows] => {
    const before = known[n]
    return [`${day}:${account}`, before === undefined ? delta : sum(before, delta)]
  })
  if (known[0] !== undefined) return rows
  return [...rows, [day, [...asUsers(await shelf.get(day)), person]]]
}

function sum(a: UsageRecord, b: UsageRecord): UsageRecord {
  return {
    turns: a.turns + b.turns,
    failed: a.failed + b.failed,
    estimated: a.estimated + b.estimated,
    costUsd: a.costUsd + b.costUsd,
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    cacheReadTokens: a.cacheReadTokens + b.cacheReadTokens,
    cacheWriteTokens: a.cacheWriteTokens + b.cacheWriteTokens,
    durationMs: a.durationMs + b.durationMs,
  }
}

const numbers = z.array(z.number())
const charges = z.array(ChargeRecord)
const names = z.array(z.string())

function asRecord(row: Rows | undefined): UsageRecord | undefined {
  return Array.isArray(row) ? undefined : row
}

function asUsers(row: Rows | undefined): string[] {
  return names.parse(row ?? [])
}

function daysBetween(from: string, to: string): string[] {
  const start = Date.parse(checked(from))
  const count = (Date.parse(checked(to)) - start) / DAY_MS + 1
  if (count > MOST_DAYS) throw new RangeError(`${from} to ${to} is more than ${MOST_DAYS} days`)
  return Array.from({ length: Math.max(0, count) }, (_, n) => dayOf(start + n * DAY_MS))
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}

/** Throws RangeError for what is no day. */
function checked(day: string): string {
  if (!/^\d{4}-\d\d-\d\d$/.test(day) || Number.isNaN(Date.parse(day)) || dayOf(Date.parse(day)) !== day) {
    throw new RangeError(`${JSON.stringify(day)} is not a day of the form YYYY-MM-DD`)
  }
  return day
}
