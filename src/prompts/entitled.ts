/** Who may answer a prompt, as they and whoever asked are known now. */
import { mayAnswer } from '../access.ts'
import type { KnownPerson, People } from '../people/people.ts'
import type { PromptRecord } from '../store/prompt-record.ts'
import { isTrifle } from './audit-entry.ts'

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
