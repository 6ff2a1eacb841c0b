/** What access lists may name somebody by besides their accounts: as the platforms told it last. Pure. */
import type { Person } from '../contract.ts'
import type { IdRecord } from '../store/records.ts'

/** What is older holds no longer: the account has written nothing since that would tell. */
const goodForMs = 24 * 60 * 60 * 1000
/** What has not changed is noted again after this. */
const anewAfterMs = 60 * 60 * 1000

/** An account as it came with the message at hand. */
export type Told = Pick<Person, 'id' | 'groups' | 'untold'>

/** `told`: what came with the message at hand, for an account of which nothing is kept yet. */
export function groupsIn(ids: readonly IdRecord[], told?: Told): string[] {
  return ids.flatMap((record) => {
    const { id } = record
    const now = kept(record) ?? (told?.id === id ? told.groups : undefined) ?? []
    const adapter = id.slice(0, id.indexOf(':'))
    return now.map((group) => `${adapter}:${group}`)
  })
}

/** Are there perhaps groups that nobody knows? */
export function isUntold(ids: readonly IdRecord[], { id, groups, untold }: Told): boolean {
  return untold === true && groups === undefined && !ids.some((each) => each.id === id && kept(each))
}

function kept({ groups, groupsAt = 0 }: IdRecord): readonly string[] | undefined {
  return Date.now() - groupsAt < goodForMs ? groups : undefined
}

/** Is there anything to note about the groups of this account? */
export function isRegrouped({ groups, groupsAt = 0 }: IdRecord, now: readonly string[]): boolean {
  if (groups === undefined || Date.now() - groupsAt > anewAfterMs) return true
  return groups.length !== now.length || now.some((group) => !groups.includes(group))
}
