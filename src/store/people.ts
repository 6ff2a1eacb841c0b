/** Who people are: one record a person, found by any of the person's ids. */
import { z } from 'zod'
import type { Backend } from './backend.ts'
import { PersonRecord } from './records.ts'
import { Shelf } from './shelf.ts'

export interface People {
  /** The person with this id, whichever of the person's ids it is. */
  get(id: string): Promise<PersonRecord | undefined>
  /** All of them or none. An id belongs to the record that was written last with it. */
  set(...records: readonly PersonRecord[]): Promise<void>
  /** In no order. */
  all(): AsyncIterable<PersonRecord>
}

/** Under a person's other ids stands which record is meant. */
const Alias = z.object({ alias: z.string() })
type Row = PersonRecord | z.infer<typeof Alias>

export function openPeople(backend: Backend): People {
  const shelf = new Shelf<Row>('people', z.union([PersonRecord, Alias]), backend)
  return {
    async get(id) {
      const row = await shelf.get(id)
      if (row === undefined || 'person' in row) return row
      const meant = await shelf.get(row.alias)
      return meant !== undefined && 'person' in meant ? meant : undefined
    },
    set: (...records) => shelf.setMany(records.flatMap(rowsOf)),
    async *all() {
      for await (const row of shelf.values()) if ('person' in row) yield row
    },
  }
}

function rowsOf(record: PersonRecord): [string, Row][] {
  const others = record.ids.filter(({ id }) => id !== record.person)
  return [[record.person, record], ...others.map(({ id }): [string, Row] => [id, { alias: record.person }])]
}
