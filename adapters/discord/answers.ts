/** Buttons that were pressed, lists and modals that were sent, as the core takes them. Pure. */
import { AdapterError, type Answer } from '../../src/contract.ts'
import type { Interaction } from './events.ts'
import { originOf } from './origin.ts'

/** What an id in a message or a modal stands for. In the message itself, so that it works whoever runs, whenever. */
const begin = 'parley'
/**
 * `choice` a button; `words` one that opens a modal; `list` a list; `modal` the modal itself; `about` that of a question about
 * a message; `say` a button that gives a command.
 */
export type Part = 'choice' | 'words' | 'list' | 'modal' | 'about' | 'say'
const parts: ReadonlySet<string> = new Set<Part>(['choice', 'words', 'list', 'modal', 'about', 'say'])
const longestId = 100
/** What a list's choice begins with when it wants own words. */
export const wanting = 'words:'
export const given = 'choice:'
export const wordsInput = 'words'

/** `prompt`: or the id of the message that is asked about. `choice` absent: an answer in own words alone. At most 100 characters, as Discord wants it. */
export function customId(part: Exclude<Part, 'say'>, prompt: string, choice?: string): string {
  const id = joined([part, prompt, ...(choice === undefined ? [] : [choice])])
  if (id.length > longestId) throw new AdapterError('rejected', `Discord takes no id as long as ${id}`)
  return id
}

/** Undefined: the command is too long for a button. */
export function sayingId(command: string): string | undefined {
  const id = joined(['say', command])
  return id.length > longestId ? undefined : id
}

function joined(parts: readonly string[]): string {
  return [begin, ...parts].map(encodeURIComponent).join('/')
}

export type Pressed =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'words'; readonly prompt: string; readonly choice: string | undefined }

/** Null: something of somebody else's, or no press. */
export function pressed(interaction: Interaction): Pressed | null {
  const { data, type } = interaction
  if (data === undefined || !('custom_id' in data)) return null
  const id = partsOf(data.custom_id)
  if (id === null || id.part === 'about' || id.part === 'say') return null
  const { part, prompt, choice } = id
  if (part === 'modal' && type === 5) {
    return answer(interaction, prompt, choice === undefined ? [] : [choice], inputOf(interaction, wordsInput))
  }
  if (type !== 3) return null
  if (part === 'words') return { kind: 'words', prompt, choice }
  if (part === 'choice') return choice === undefined ? null : answer(interaction, prompt, [choice])
  const values = data.values ?? []
  const asking = values.find((value) => value.startsWith(wanting))
  // One of several cannot be explained: the list of such a prompt takes one.
  if (asking !== undefined) return { kind: 'words', prompt, choice: asking.slice(wanting.length) }
  const choices = values.flatMap((value) => (value.startsWith(given) ? [value.slice(given.length)] : []))
  return choices.length === 0 ? null : answer(interaction, prompt, choices)
}

/** What was written into a field of a modal. */
export function inputOf({ data }: Interaction, field: string): string {
  const inputs = data !== undefined && 'custom_id' in data ? (data.components ?? []) : []
  return inputs.find(({ component }) => component?.custom_id === field)?.component?.value ?? ''
}

function answer(
  interaction: Interaction,
  prompt: string,
  choices: readonly string[],
  text?: string,
): Pressed | null {
  const origin = originOf(interaction)
  if (origin === null) return null
  const words = text === undefined ? {} : { text }
  return { kind: 'answer', answer: { kind: 'answer', ...origin, prompt, choices, ...words } }
}

/** Do these, of a message, answer this prompt? */
export function asks(components: unknown, prompt: string): boolean {
  const text = JSON.stringify(components) ?? ''
  return [...parts].some((part) => text.includes(`"${begin}/${part}/${encodeURIComponent(prompt)}`))
}

/** Null: none of ours. */
export function partsOf(id: string): { part: string; prompt: string; choice: string | undefined } | null {
  try {
    const [first, part = '', prompt, choice] = id.split('/').map(decodeURIComponent)
    return first === begin && parts.has(part) && prompt !== undefined ? { part, prompt, choice } : null
  } catch {
    // Not ours: ours is encoded well.
    return null
  }
}
