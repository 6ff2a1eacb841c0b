/** What people choose once for all that they write while Claude works. */
import { directedBy } from '../conversation/notices.ts'
import type { PromptRecord } from '../store/prompt-record.ts'
import type { People } from './people.ts'

/** A press on `Always …` is remembered of whoever wrote the messages; that of an operator counts for these alone. */
export async function remember(people: People, record: PromptRecord): Promise<void> {
  const directed = directedBy(record)
  if (directed?.always !== true) return
  const { id } = await people.byId(record.requester)
  if (record.by.includes(id)) await people.prefer(id, directed.mode)
}
