/** What a typed message answers to a prompt whose choices stand there with numbers. Pure. */
import type { Answer, Choice, PromptReply } from '../contract.ts'

type Typed = Pick<Answer, 'choices' | 'text'>

/** Undefined: it is no answer, but a message like any other. */
export function typedAnswer(
  message: string,
  { choices, multiple, ownText }: Pick<PromptReply, 'choices' | 'multiple' | 'ownText'>,
): Typed | undefined {
  const text = message.trim()
  if (text === '' || text.startsWith('/')) return undefined
  const one = choiceOf(text, choices)
  if (one !== undefined) return { choices: [one.id] }
  const worded = withWords(text, choices)
  if (worded !== undefined) return worded
  if (multiple === true) {
    const named = text.split(/[\s,，、]+/).map((part) => choiceOf(part, choices)?.id)
    const several = named.filter((id) => id !== undefined)
    if (several.length === named.length) return { choices: [...new Set(several)] }
  }
  return ownText === true ? { choices: [], text } : undefined
}

/** By number, yes or no, id, or the whole label: with less than that somebody may just be saying something. */
function choiceOf(typed: string, choices: readonly Choice[]): Choice | undefined {
  const text = typed.toLowerCase()
  if (/^\d+[.)]?$/.test(text)) return choices[Number.parseInt(text, 10) - 1]
  const style = /^(?:y(?:es)?|是|好|同意)$/.test(text)
    ? 'primary'
    : /^(?:no?|否|不|不同意)$/.test(text)
      ? 'danger'
      : undefined
  const meant = choices.find((choice) => style !== undefined && choice.style === style)
  return meant ?? choices.find(({ id, label }) => id === text || label.toLowerCase() === text)
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
