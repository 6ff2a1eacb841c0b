/** What access lists may name somebody by besides their accounts: as the platforms told it last. Pure. */
import type { IdRecord } from '../store/records.ts'

/** What is older holds no longer: the account has written nothing since that would tell. */
const goodForMs = 24 * 60 * 60 * 1000
/** What has not changed is noted again after this. */
const anewAfterMs = 60 * 60 * 1000

/** `told`: what came with the message at hand, for an account of which nothing is kept yet. */
export function groupsIn(
  ids: readonly IdRecord[],
  told?: { readonly id: string; readonly groups: readonly string[] | undefined },
): string[] {
  return ids.flatMap(({ id, groups, groupsAt = 0 }) => {
    const kept = Date.now() - groupsAt < goodForMs ? groups : undefined
    const now = kept ?? (told?.id === id ? told.groups : undefined) ?? []
    const adapter = id.slice(0, id.indexOf(':'))
    return now.map((group) => `${adapter}:${group}`)
  })
}

/** Is there anything to note about the groups of this account? */
export function isRegrouped({ groups, groupsAt = 0 }: IdRecord, now: readonly string[]): boolean {
  if (groups === undefined || Date.now() - groupsAt > anewAfterMs) return true
  return groups.length !== now.length || now.some((group) => !groups.includes(group))
}
