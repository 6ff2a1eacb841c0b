/** What a typed message answers to a prompt whose choices stand there with numbers. Pure. */
import type { Answer, Choice, PromptReply } from '../contract.ts'

type Typed = Pick<Answer, 'choices' | 'text'>
type Offer = Pick<PromptReply, 'choices' | 'multiple' | 'ownText'>

/**
 * What a prompt is to whoever types: they `asked` Claude, it was `put` to them in a chat of their own, or it is that of
 * an `other`. What is said in a chat must not answer for somebody else by accident, so less counts from them.
 */
export type Reader = 'asked' | 'put' | 'other'

/** Undefined: it is no answer, but a message like any other. */
export function typedAnswer(message: string, offer: Offer, reader: Reader): Typed | undefined {
  const text = message.trim()
  if (text === '' || text.startsWith('/')) return undefined
  const { choices, multiple, ownText } = offer
  const one = choiceOf(text, choices) ?? (reader === 'asked' ? yesOrNo(text, choices) : undefined)
  if (one !== undefined) return { choices: [one.id] }
  const worded = reader === 'other' ? undefined : withWords(text, choices)
  if (worded !== undefined) return worded
  if (multiple === true) {
    const named = text.split(/[\s,，、]+/).map((part) => choiceOf(part, choices)?.id)
    const several = named.filter((id) => id !== undefined)
    if (several.length === named.length) return { choices: [...new Set(several)] }
  }
  return ownText === true && reader === 'asked' ? { choices: [], text } : undefined
}

/** Was an answer meant by what is none: a number that is not there, or the front of a choice? */
export function isMistyped(message: string, { choices }: Offer): boolean {
  const text = message.trim().toLowerCase()
  if (text === '') return false
  return (
    /^\d+(?:[\s,，、]+\d+)*[.)]?$/.test(text) ||
    choices.some(({ label }) => label.toLowerCase().startsWith(text))
  )
}

/** By number, id, or the whole label: with less than that somebody may just be saying something. */
function choiceOf(typed: string, choices: readonly Choice[]): Choice | undefined {
  const text = typed.toLowerCase()
  if (/^\d+[.)]?$/.test(text)) return choices[Number.parseInt(text, 10) - 1]
  return choices.find(({ id, label }) => id === text || label.toLowerCase() === text)
}

function yesOrNo(typed: string, choices: readonly Choice[]): Choice | undefined {
  const text = typed.toLowerCase()
  const style = /^(?:y(?:es)?|是|好|同意)$/.test(text)
    ? 'primary'
    : /^(?:no?|否|不|不同意)$/.test(text)
      ? 'danger'
      : undefined
  return choices.find((choice) => style !== undefined && choice.style === style)
}

/** `4 not that file`, `deny and say why: not that file`. */
function withWords(text: string, choices: readonly Choice[]): Typed | undefined {
  for (const [index, { id, label, text: wordy }] of choices.entries()) {
    if (wordy !== true) continue
    const number = /^(\d+)(?:[.):]?\s+|[：、])(.+)$/s.exec(text)
    if (number !== null && Number(number[1]) === index + 1) return { choices: [id], text: number[2] ?? '' }
    const begun = text.toLowerCase().startsWith(label.toLowerCase()) ? text.slice(label.length) : ''
    if (/^[:：]/.test(begun)) return { choices: [id], text: begun.slice(1).trim() }
  }
  return undefined
}
