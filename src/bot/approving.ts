/** Who is asked in place of somebody who may not decide, where nobody else could see the question. */
import { may } from '../access.ts'
import type { Message } from '../contract.ts'
import type { Approver } from '../conversation/approvers.ts'
import type { House } from './house.ts'

/** See {@link ApproversOf}. */
export async function approversOf(
  { people, adapters, offers }: House,
  { address, from, direct, movedTo }: Message,
  second: boolean,
): Promise<readonly Approver[] | undefined> {
  const { role, ids } = await people.of(address, from)
  const alone = movedTo?.direct ?? direct
  if (!alone || (!second && may(role, 'decide-own'))) return undefined
  // What a terminal or a program showed is gone when its process is.
  const stands = (name: string): boolean => adapters.has(name) && adapters.get(name)?.local !== true
  const all = await people.confidants('decide-for-others', stands)
  return all
    .filter(({ id }) => !ids.includes(id))
    .map(({ direct: chat, language }) => {
      return { direct: chat, language, buttons: offers.hasButtons(chat.adapter) }
    })
}
