/** Who may answer a prompt, as they and whoever asked are known now. */
import { mayAnswer } from '../access.ts'
import type { KnownPerson, People } from '../people/people.ts'
import type { PromptRecord } from '../store/prompt-record.ts'
import { isTrifle } from './audit-entry.ts'

/** Those that this person may decide alone, by whichever answer. */
export async function decidable(
  people: Pick<People, 'byId'>,
  person: KnownPerson,
  records: readonly PromptRecord[],
): Promise<readonly PromptRecord[]> {
  const may = await Promise.all(records.map((record) => isEntitled(people, person, record, true)))
  return records.filter((_, index) => may[index])
}

/** `allows`: would the answer let Claude go on? Where a second person has to agree that makes a difference. */
export async function isEntitled(
  people: Pick<People, 'byId'>,
  person: KnownPerson,
  record: Pick<PromptRecord, 'kind' | 'requester' | 'requesters' | 'second'>,
  allows: boolean,
): Promise<boolean> {
  const { requesters: accounts = [], second } = record
  const { id: requester } = await people.byId(record.requester)
  return mayAnswer(person, { requester, accounts, second, trifle: isTrifle(record) }, allows)
}
