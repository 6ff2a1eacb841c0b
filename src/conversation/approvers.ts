/** What whoever asked may not decide alone, put to others who may, in chats of their own. */
import type { Address, Message } from '../contract.ts'
import { calledBy } from '../people/codes.ts'
import type { Asking } from '../prompts/prompts.ts'
import type { PromptRecord } from '../store/prompt-record.ts'
import { type Language, languages } from '../words/languages.ts'
import type { Words } from '../words/en.ts'
import { quoted } from '../words/quoted.ts'
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
 * Those who have to be asked as well; undefined: nobody, for whoever asked may decide. `later`: others read along there,
 * and one of them may be somebody who can decide it. `second`: somebody else than whoever asked has to allow it.
 */
export type ApproversOf = (
  message: Message,
  second: boolean,
) => Promise<readonly Approver[] | 'later' | undefined>

type Shown = Asking['shown']
type Put = Pick<Asking, 'shown' | 'copies' | 'later'>

/** `shownIn`: the question in these words. */
export function put(
  shownIn: (words: Words) => Shown,
  words: Words,
  message: Message,
  approvers: Awaited<ReturnType<ApproversOf>>,
): Put {
  if (approvers === undefined) return { shown: shownIn(words) }
  if (approvers !== 'later') return putToOthers(shownIn, words, message, approvers)
  const { address, from } = message
  const who = calledBy({ ...from, id: personId(address, from) })
  const later = languages.map((language) => {
    const theirs = wordsIn(language)
    const told = theirs.approvals.forOtherThere(who, quoted(address.channel), address.adapter)
    return behind(told, shownIn(theirs))
  })
  return { shown: shownIn(words), later }
}

function putToOthers(
  shownIn: (words: Words) => Shown,
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
    copies: approvers.map((approver) => {
      const theirs = wordsIn(approver.language)
      const told = theirs.approvals.forOther(who, address.adapter)
      return { ...placeOf(approver), shown: behind(told, pressable(shownIn(theirs), approver)) }
    }),
  }
}

/** Nobody has answered this for long: put to these as well. */
export function putOn(record: PromptRecord, approvers: readonly Approver[]): PromptRecord {
  const { later = [], copies = [], ...rest } = record
  const more = approvers.flatMap((approver) => {
    const theirs = later.find(({ language }) => language === approver.language)
    if (theirs === undefined) return []
    const key = `${record.reply.key}/for/${chatOf(approver.direct)}`
    return [{ ...placeOf(approver), reply: { ...pressable(theirs, approver), key } }]
  })
  return { ...rest, copies: [...copies, ...more] }
}

function placeOf({ direct }: Approver): { readonly conversation: string; readonly address: Address } {
  return { conversation: `notice/${chatOf(direct)}`, address: direct }
}

function behind<T extends Pick<Shown, 'markdown'>>(told: string, shown: T): T {
  return { ...shown, markdown: `${told}\n\n${shown.markdown}` }
}

/** Where answers are typed, whatever they wrote to Claude would be one. */
function pressable<T extends { readonly ownText?: boolean }>(
  shown: T,
  { buttons }: Approver,
): T | Omit<T, 'ownText'> {
  if (buttons) return shown
  const { ownText: _ownText, ...rest } = shown
  return rest
}
