/** What whoever asked may not decide alone, put to others who may, in chats of their own. */
import type { Address, Message } from '../contract.ts'
import { calledBy } from '../people/codes.ts'
import type { Asking } from '../prompts/asking.ts'
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
  { address, from }: Message,
  approvers: Awaited<ReturnType<ApproversOf>>,
): Put {
  const own = shownIn(words)
  if (approvers === undefined) return { shown: own }
  const who = calledBy({ ...from, id: personId(address, from) })
  const forOthers = (language: Language): Shown => {
    const theirs = wordsIn(language)
    const { forOther, forOtherThere } = theirs.approvals
    const told =
      approvers === 'later'
        ? forOtherThere(who, quoted(address.channel), address.adapter)
        : forOther(who, address.adapter)
    const shown = shownIn(theirs)
    return { ...shown, markdown: `${told}\n\n${shown.markdown}` }
  }
  // For whoever is within reach by then.
  const later = languages.map(forOthers)
  if (approvers === 'later') return { shown: own, later }
  const { nobody, others } = words.approvals
  const told = approvers.length === 0 ? nobody : others(approvers.length)
  const copies = approvers.map((approver) => {
    return { ...placeOf(approver), shown: pressable(forOthers(approver.language), approver) }
  })
  return { shown: { ...own, markdown: `${own.markdown}\n\n${told}` }, copies, later }
}

/** Nobody has answered this for long: put to those of these who were not asked yet. */
export function putOn(record: PromptRecord, approvers: readonly Approver[]): PromptRecord {
  const { later = [], copies = [], ...rest } = record
  const more = approvers.flatMap((approver) => {
    const theirs = later.find(({ language }) => language === approver.language)
    const chat = chatOf(approver.direct)
    if (theirs === undefined || copies.some(({ address }) => chatOf(address) === chat)) return []
    const key = `${record.reply.key}/for/${chat}`
    return [{ ...placeOf(approver), reply: { ...pressable(theirs, approver), key } }]
  })
  return { ...rest, copies: [...copies, ...more] }
}

function placeOf({ direct }: Approver): { readonly conversation: string; readonly address: Address } {
  return { conversation: `notice/${chatOf(direct)}`, address: direct }
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
