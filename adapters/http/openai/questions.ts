/** Claude's questions in a chat that knows only words: asked as an answer, decided by the next message. Pure. */
import type { Approval } from '../../../src/contract.ts'

interface Question {
  readonly title: string
  readonly markdown: string
  readonly choices: readonly { readonly label: string }[]
}

export function questionText({ title, markdown, choices }: Question): string {
  const offered = choices.map(({ label }, n) => `${n + 1}. ${label}`).join('\n')
  return [`**${title}**`, markdown, offered].filter((part) => part !== '').join('\n\n')
}

/** Numbers or names of what is offered; all else are own words, or the reason for a no. */
export function decisionIn(
  { choices, multiple, ownText }: Pick<Approval, 'choices' | 'multiple' | 'ownText'>,
  text: string,
): { readonly choices: readonly string[]; readonly text?: string } {
  const said = text.trim().toLowerCase()
  const named = choices.find(({ id, label }) => said === id.toLowerCase() || said === label.toLowerCase())
  if (named !== undefined) return { choices: [named.id] }
  const numbers = /^\d+(?:[\s,;.、，]+\d+)*[.)]?$/.test(said) ? (said.match(/\d+/g) ?? []) : []
  const chosen = numbers.map((n) => choices[Number(n) - 1]?.id)
  const ids = chosen.filter((id) => id !== undefined)
  if (ids.length > 0 && ids.length === chosen.length && (ids.length === 1 || multiple))
    return { choices: [...new Set(ids)] }
  if (ownText) return { choices: [], text }
  const reason = choices.find((choice) => choice.text === true)
  return reason === undefined ? { choices: ['deny'] } : { choices: [reason.id], text }
}
