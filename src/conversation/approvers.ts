/** What whoever asked may not decide alone, put to others who may, in chats of their own. Pure. */
import type { Address, Message } from '../contract.ts'
import { calledBy } from '../people/codes.ts'
import type { Asking } from '../prompts/prompts.ts'
import type { Language } from '../words/languages.ts'
import type { Words } from '../words/en.ts'
import { wordsIn } from '../words/words.ts'
import { chatOf } from './again.ts'
import { personId } from './place.ts'

/** Somebody who may decide for others. */
export interface Approver {
  /** Where nobody else reads along. */
  readonly direct: Address
  readonly language: Language
  /** Can buttons be pressed there? */
  readonly buttons: boolean
}

/**
 * Those who have to be asked as well; undefined: nobody, for whoever asked may decide, or others read along there.
 * `second`: somebody else than whoever asked has to allow it.
 */
export type ApproversOf = (message: Message, second: boolean) => Promise<readonly Approver[] | undefined>

type Put = Pick<Asking, 'shown' | 'copies'>

/** `shownIn`: the question in these words. */
export function putToOthers(
  shownIn: (words: Words) => Asking['shown'],
  words: Words,
  { address, from }: Message,
  approvers: readonly Approver[],
): Put {
  const own = shownIn(words)
  const who = calledBy({ ...from, id: personId(address, from) })
  const { nobody, others } = words.approvals
  const told = approvers.length === 0 ? nobody : others(approvers.length)
  return {
    shown: { ...own, markdown: `${own.markdown}\n\n${told}` },
    copies: approvers.map(({ direct, language, buttons }) => {
      const theirs = wordsIn(language)
      const { ownText, ...shown } = shownIn(theirs)
      const markdown = `${theirs.approvals.forOther(who, address.adapter)}\n\n${shown.markdown}`
      // Where answers are typed, whatever they wrote to Claude would be one.
      const free = buttons && ownText === true ? { ownText } : {}
      return {
        conversation: `notice/${chatOf(direct)}`,
        address: direct,
        shown: { ...shown, markdown, ...free },
      }
    }),
  }
}
