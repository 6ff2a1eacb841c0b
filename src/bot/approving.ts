/** Who is asked in place of somebody who may not decide. */
import { may } from '../access.ts'
import type { Message } from '../contract.ts'
import type { ApproversOf } from '../conversation/approvers.ts'
import type { House } from './house.ts'
import { approversBut } from './reachable.ts'

/** See {@link ApproversOf}. */
export async function approversOf(
  house: House,
  { address, from, direct, movedTo }: Message,
  second: boolean,
): ReturnType<ApproversOf> {
  const { role, ids } = await house.people.of(address, from)
  if (!second && may(role, 'decide-own')) return undefined
  const alone = movedTo?.direct ?? direct
  return alone ? approversBut(ids, house) : 'later'
}
