/** Buttons that were pressed, lists and modals that were sent, as the core takes them. Pure. */
import { type Address, AdapterError, type Answer } from '../../src/contract.ts'
import type { Interaction } from './events.ts'
import { address, groupOf, personOf, timeOf } from './inbound.ts'

/** What an id in a message or a modal stands for. In the message itself, so that it works whoever runs, whenever. */
const begin = 'parley'
/** `choice` a button; `words` one that opens a modal; `list` a list; `modal` the modal itself. */
export type Part = 'choice' | 'words' | 'list' | 'modal'
const parts: ReadonlySet<string> = new Set<Part>(['choice', 'words', 'list', 'modal'])
/** What a list's choice begins with when it wants own words. */
export const wanting = 'words:'
export const given = 'choice:'
export const wordsInput = 'words'

/** `choice` absent: an answer in own words alone. At most 100 characters, as Discord wants it. */
export function customId(part: Part, prompt: string, choice?: string): string {
  const id = [begin, part, prompt, ...(choice === undefined ? [] : [choice])]
    .map(encodeURIComponent)
    .join('/')
  if (id.length > 100) throw new AdapterError('rejected', `Discord takes no id as long as ${id}`)
  return id
}

export type Pressed =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'words'; readonly prompt: string; readonly choice: string | undefined }

/** Null: something of somebody else's. */
export function pressed(interaction: Interaction): Pressed | null {
  const { data, type } = interaction
  const id = data === undefined ? null : partsOf(data.custom_id)
  if (data === undefined || id === null) return null
  const { part, prompt, choice } = id
  if (part === 'modal' && type === 5) {
    const input = data.components?.find(({ component }) => component?.custom_id === wordsInput)
    const text = input?.component?.value ?? ''
    return answer(interaction, prompt, choice === undefined ? [] : [choice], text)
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

function answer(
  interaction: Interaction,
  prompt: string,
  choices: readonly string[],
  text?: string,
): Pressed | null {
  const { id, member, user, guild_id: guild, locale } = interaction
  const who = member?.user ?? user
  if (who === undefined) return null
  const answer: Answer = {
    kind: 'answer',
    id,
    at: timeOf(id),
    from: {
      ...personOf(who),
      ...(member === undefined ? {} : { groups: member.roles.map(groupOf) }),
      ...(locale === undefined ? {} : { locale }),
    },
    address: placeOf(interaction),
    direct: guild === undefined,
    prompt,
    choices,
    ...(text === undefined ? {} : { text }),
  }
  return { kind: 'answer', answer }
}

function placeOf({ guild_id: guild, channel_id: id, channel }: Interaction): Address {
  const parent = channel?.parent_id
  const thread = channel?.type === 10 || channel?.type === 11 || channel?.type === 12
  return thread && typeof parent === 'string' ? address(guild, parent, id) : address(guild, id, undefined)
}

/** Do these, of a message, answer this prompt? */
export function asks(components: unknown, prompt: string): boolean {
  const text = JSON.stringify(components) ?? ''
  return [...parts].some((part) => text.includes(`"${begin}/${part}/${encodeURIComponent(prompt)}`))
}

function partsOf(id: string): { part: string; prompt: string; choice: string | undefined } | null {
  try {
    const [first, part = '', prompt, choice] = id.split('/').map(decodeURIComponent)
    return first === begin && parts.has(part) && prompt !== undefined ? { part, prompt, choice } : null
  } catch {
    // Not ours: ours is encoded well.
    return null
  }
}
