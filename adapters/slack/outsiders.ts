/** People of other companies, in channels that are shared with them (Slack Connect). Pure. */
import type { Person } from '../../src/contract.ts'

/** Where something happened, and whose it is. */
export interface Company {
  readonly tenant: string | undefined
  /** The organisation that the workspace is one of. */
  readonly enterprise: string | undefined
}

/**
 * `home`: the workspace or the organisation that they belong to, as Slack tells it. An outsider is named with it: only
 * there is the id known to be theirs alone.
 */
export function personOf(user: string, home: string | null | undefined, here: Company): Person {
  if (typeof home !== 'string' || home === here.tenant || home === here.enterprise) return { id: user }
  return here.tenant === undefined ? { id: user } : { id: `${home}/${user}`, tenant: home }
}
