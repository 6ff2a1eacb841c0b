/** What was used, by account and day (UTC): a person, and whatever else pays for the same turns. */
import { hash } from 'node:crypto'
import { z } from 'zod'
import { type Backend, exclusiveFor } from './backend.ts'
import { Books, type Change } from './books.ts'
import { ChargeRecord, UsageRecord } from './records.ts'
import { Shelf } from './shelf.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const MINUTE_MS = 60_000
/** The longest range, so that a slip of the pen does not read for minutes. */
const MOST_DAYS = 3660

export const noUsage: UsageRecord = {
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
type Bookable = Pick<ChargeRecord, 'person' | 'accounts'> & Partial<Pick<ChargeRecord, 'facets' | 'id'>>

/** Days are `YYYY-MM-DD`; another form is a RangeError. */
export interface Usage {
  /** Remembers that a turn has begun. */
  begin(charge: ChargeRecord): Promise<void>
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
  /** The facets (a model, an adapter) by which something was used on a day, in no order. Each is an account, too. */
  facets(day: string): Promise<readonly string[]>
  /** Every person who used something on a day, in no order. */
  users(day: string): Promise<(UsageRecord & { user: string })[]>
}

/** The account of what a person used by a facet. */
export function facetOf(person: string, facet: string): string {
  return `${facet}|${person}`
}

/**
 * Under `<day>:<account>` what it used; under `<day>#facets` the names of the facets; under `<day>#<n>` the people who did, since stores do not look up by prefix;
 * under `charges:<n>` the turns that are not booked; under `begun:<person>` when turns began. People are dealt out over
 * the `n` by a hash of their id.
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
  const books = new Books(shelf, exclusiveFor('usage', backend))
  return {
    begun: async (person, at) => lately(await shelf.get(begunKey(person)), at),
    open: async () =>
      (await shelf.getMany(shelves.map(chargesKey))).flatMap((row) => charges.parse(row ?? [])),
    begin: (charge) => books.change(beginning(charge)),
    book: (to, at, delta) => books.change(booking(to, dayOf(at), delta)),
    day: async (user, day) => asRecord(await shelf.get(`${checked(day)}:${user}`)) ?? noUsage,
    range: async (user, from, to) => {
      const days = daysBetween(from, to)
      const rows = await shelf.getMany(days.map((day) => `${day}:${user}`))
      return days.flatMap((day, n) => {
        const record = asRecord(rows[n])
        return record === undefined ? [] : [{ ...record, day }]
      })
    },
    facets: async (day) => asNames(await shelf.get(facetsKey(checked(day)))),
    users: async (day) => {
      const known = await shelf.getMany(shelves.map((n) => peopleKey(checked(day), n)))
      const users = known.flatMap(asNames)
      const rows = await shelf.getMany(users.map((user) => `${day}:${user}`))
      return users.flatMap((user, n) => {
        const record = asRecord(rows[n])
        return record === undefined ? [] : [{ ...record, user }]
      })
    },
  }
}

/** Lists of many people stand in so many rows, so that one more does not rewrite them all. */
const shelves = Array.from({ length: 64 }, (_, n) => n)

function shelfOf(person: string): number {
  return Number.parseInt(hash('md5', person).slice(0, 2), 16) % shelves.length
}

function chargesKey(shelf: number): string {
  return `charges:${shelf}`
}

function peopleKey(day: string, shelf: number): string {
  return `${day}#${shelf}`
}

function facetsKey(day: string): string {
  return `${day}#facets`
}

function begunKey(person: string): string {
  return `begun:${person}`
}

function lately(row: Rows | undefined, at: number): number[] {
  return numbers.parse(row ?? []).filter((then) => then > at - MINUTE_MS)
}

function beginning(charge: ChargeRecord): Change<Rows> {
  const [begun, open] = [begunKey(charge.person), chargesKey(shelfOf(charge.person))]
  return {
    keys: () => [open, begun],
    alter: (rows) => {
      rows.set(open, [...without(rows.get(open), charge.id), charge])
      rows.set(begun, [...lately(rows.get(begun), charge.at), charge.at])
    },
  }
}

function booking(
  { id, person, accounts, facets = [] }: Bookable,
  day: string,
  delta: UsageRecord,
): Change<Rows> {
  const own = `${day}:${person}`
  const others = [...accounts, ...facets, ...facets.map((facet) => facetOf(person, facet))]
  const keys = [own, ...others.map((account) => `${day}:${account}`)]
  const names = facets.length === 0 ? [] : [facetsKey(day)]
  const people = peopleKey(day, shelfOf(person))
  const open = chargesKey(shelfOf(person))
  const ending = id === undefined ? [] : [open]
  return {
    // The list of the day's people is long: only whoever is new to it needs it.
    keys: (rows) => [
      ...keys,
      ...names,
      ...ending,
      ...(rows.has(own) && rows.get(own) === undefined ? [people] : []),
    ],
    alter: (rows) => {
      if (rows.get(own) === undefined) rows.set(people, [...asNames(rows.get(people)), person])
      const listed = asNames(rows.get(facetsKey(day)))
      const fresh = facets.filter((facet) => !listed.includes(facet))
      if (fresh.length > 0) rows.set(facetsKey(day), [...listed, ...fresh])
      for (const key of keys) rows.set(key, sum(asRecord(rows.get(key)) ?? noUsage, delta))
      if (id !== undefined) rows.set(open, without(rows.get(open), id))
    },
  }
}

function without(row: Rows | undefined, id: string): ChargeRecord[] {
  return charges.parse(row ?? []).filter((charge) => charge.id !== id)
}

export function sum(a: UsageRecord, b: UsageRecord): UsageRecord {
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

function asNames(row: Rows | undefined): string[] {
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
