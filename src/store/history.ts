/** What was said, in pages, so that an append never rewrites a long history. */
import { z } from 'zod'
import { type Backend, exclusiveFor } from './backend.ts'
import { StoreError } from './error.ts'
import { Lanes } from './lanes.ts'
import { HistoryEntry } from './records.ts'
import { Shelf } from './shelf.ts'

/** A page is closed at so many entries, or so many characters of text: each append reads and writes one. */
const PAGE_ENTRIES = 10
const PAGE_CHARS = 16 * 1024
/** How many pages are read at a time. */
const STRIDE = 40

/** Under `head:<conversation>`; pages are numbered from 0 and stand under `<number>:<conversation>`. */
const Head = z.object({ lastPage: z.number().int().nonnegative() })
const Page = z.array(HistoryEntry)

export interface History {
  /** Adds to the end: all entries or none. */
  append(conversation: string, entries: readonly HistoryEntry[]): Promise<void>
  /** The last `limit` entries (all when absent), oldest first. */
  read(conversation: string, options?: { readonly limit?: number }): Promise<HistoryEntry[]>
  clear(conversation: string): Promise<void>
}

type Row = z.infer<typeof Head> | HistoryEntry[]

export function openHistory(backend: Backend): History {
  const shelf = new Shelf<Row>('history', z.union([Page, Head]), backend)
  const lanes = new Lanes(exclusiveFor('history', backend))
  return {
    append: (conversation, entries) => lanes.run(conversation, () => append(shelf, conversation, entries)),
    read: (conversation, { limit = Infinity } = {}) =>
      lanes.run(conversation, () => read(shelf, conversation, limit)),
    clear: (conversation) => lanes.run(conversation, () => clear(shelf, conversation)),
  }
}

async function append(
  shelf: Shelf<Row>,
  conversation: string,
  entries: readonly HistoryEntry[],
): Promise<void> {
  if (entries.length === 0) return
  const known = await lastPage(shelf, conversation)
  let number = known ?? 0
  let page = known === undefined ? [] : (await pages(shelf, conversation, [known])).flat()
  const rows: [string, Row][] = []
  for (const entry of entries) {
    if (isFull(page)) {
      rows.push([pageKey(number, conversation), page])
      number++
      page = []
    }
    page.push(entry)
  }
  rows.push([pageKey(number, conversation), page])
  if (number !== known) rows.push([headKey(conversation), { lastPage: number }])
  await shelf.setMany(rows)
}

async function read(shelf: Shelf<Row>, conversation: string, limit: number): Promise<HistoryEntry[]> {
  let entries: HistoryEntry[] = []
  let end = ((await lastPage(shelf, conversation)) ?? -1) + 1
  while (end > 0 && entries.length < limit) {
    const start = Math.max(0, end - STRIDE)
    const numbers = Array.from({ length: end - start }, (_, n) => start + n)
    entries = [...(await pages(shelf, conversation, numbers)).flat(), ...entries]
    end = start
  }
  return limit === Infinity ? entries : entries.slice(Math.max(0, entries.length - limit))
}

async function clear(shelf: Shelf<Row>, conversation: string): Promise<void> {
  const last = await lastPage(shelf, conversation)
  if (last === undefined) return
  const keys = Array.from({ length: last + 1 }, (_, number) => pageKey(number, conversation))
  await shelf.deleteMany([headKey(conversation), ...keys])
}

async function lastPage(shelf: Shelf<Row>, conversation: string): Promise<number | undefined> {
  const head = await shelf.get(headKey(conversation))
  if (head === undefined) return undefined
  if (Array.isArray(head)) throw corrupt(conversation, 'its head is a page')
  return head.lastPage
}

async function pages(
  shelf: Shelf<Row>,
  conversation: string,
  numbers: readonly number[],
): Promise<HistoryEntry[][]> {
  const rows = await shelf.getMany(numbers.map((number) => pageKey(number, conversation)))
  return rows.map((row, n) => {
    if (!Array.isArray(row)) throw corrupt(conversation, `its page ${numbers[n]} is not there`)
    return row
  })
}

function isFull(page: readonly HistoryEntry[]): boolean {
  const chars = page.reduce((sum, { text }) => sum + text.length, 0)
  return page.length >= PAGE_ENTRIES || chars >= PAGE_CHARS
}

function corrupt(conversation: string, why: string): StoreError {
  const name = JSON.stringify(conversation.slice(0, 80))
  return new StoreError(
    'corrupt',
    `The history of ${name} cannot be read: ${why}. Clear it, or restore a backup.`,
  )
}

function headKey(conversation: string): string {
  return `head:${conversation}`
}

function pageKey(number: number, conversation: string): string {
  return `${number}:${conversation}`
}
