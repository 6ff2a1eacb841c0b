/** The choices of a prompt, as keys and as typed words. */
import type { Choice, PromptReply } from '../../src/contract.ts'

export interface KeyedChoice {
  readonly key: string
  readonly choice: Choice
}

/** Gives each choice a key of its own: y and n where yes and no are meant, else first letters, else numbers. */
export function keyed(choices: readonly Choice[]): KeyedChoice[] {
  if (!choices.some(({ style }) => style !== undefined)) {
    return choices.map((choice, index) => ({ key: String(index + 1), choice }))
  }
  const taken = new Set<string>()
  const give = (key: string | undefined): string | undefined => {
    if (key === undefined || taken.has(key)) return undefined
    taken.add(key)
    return key
  }
  const first = choices.map(({ style }) => {
    return give(style === 'primary' ? 'y' : style === 'danger' ? 'n' : undefined)
  })
  return choices.map((choice, index) => {
    const letters = choice.label.toLowerCase().match(/[a-z]/g) ?? []
    const free = letters.find((letter) => !taken.has(letter))
    return { key: first[index] ?? give(free) ?? String(index + 1), choice }
  })
}

/** What a typed line chooses: a key, a number, an id, a label or yes/no; own words behind a colon. */
function typedChoice(
  line: string,
  choices: readonly Choice[],
): { readonly choice: Choice; readonly words?: string } | undefined {
  const [, name = '', words] = /^\s*([^:]*?)\s*(?::\s*(.*))?$/s.exec(line) ?? []
  const typed = name.toLowerCase()
  const keys = keyed(choices)
  const found =
    keys.find(({ key, choice: { id, label } }) =>
      [key, id.toLowerCase(), label.toLowerCase()].includes(typed),
    ) ??
    keys.find(({ key }) => (typed === 'yes' && key === 'y') || (typed === 'no' && key === 'n')) ??
    (/^\d+$/.test(typed) ? keys[Number(typed) - 1] : undefined)
  if (found === undefined || (words !== undefined && found.choice.text !== true)) return undefined
  return { choice: found.choice, ...(words === undefined ? {} : { words }) }
}

/** What a typed line answers to a prompt: one choice, several where it takes several, or own words where it takes those. */
export function typedAnswer(
  line: string,
  { choices, multiple, ownText }: Pick<PromptReply, 'choices' | 'multiple' | 'ownText'>,
): { readonly choices: readonly string[]; readonly words?: string } | undefined {
  const one = typedChoice(line, choices)
  if (one !== undefined) return { ...one, choices: [one.choice.id] }
  const typed = line.split(/[\s,]+/).filter((part) => part !== '')
  const several = typed.flatMap((part) => typedChoice(part, choices)?.choice.id ?? [])
  if (multiple === true && typed.length > 0 && several.length === typed.length) {
    return { choices: [...new Set(several)] }
  }
  const words = line.trim()
  return ownText === true && words !== '' && !words.startsWith('/') ? { choices: [], words } : undefined
}

/** The choice that refuses; undefined: this prompt has none, it is a question. */
export function refusal(choices: readonly Choice[]): Choice | undefined {
  return choices.find(({ style, text }) => style === 'danger' && text !== true)
}
