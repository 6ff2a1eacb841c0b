/** Buttons that were pressed, as the core takes them. Pure. */
import { z } from 'zod'
import type { Address, Answer, Message } from '../../src/contract.ts'
import type { Envelope, Pressed } from './events.ts'
import { groupsOf, isDirect } from './inbound.ts'

/** Names of what is filled in. */
export const fields = { words: 'words', picks: 'picks' } as const

const Place = z.object({
  tenant: z.string().exactOptional(),
  channel: z.string(),
  thread: z.string().exactOptional(),
})

/** What a button stands for. In the card itself, so that it works whoever runs, whenever. */
export const ButtonValue = z.union([
  z.object({
    prompt: z.string(),
    choice: z.string().exactOptional(),
    /** True: the choice, or the answer, is what was filled in. */
    form: z.boolean().exactOptional(),
    /** Of the card's reader: a press does not tell it. */
    language: z.string().exactOptional(),
    place: Place,
  }),
  /** A command, as if it were typed. */
  z.object({ say: z.string().startsWith('/').max(200), place: Place }),
])
export type ButtonValue = z.infer<typeof ButtonValue>
export type Place = z.infer<typeof Place>

const Filled = z.object({
  [fields.words]: z.string().nullish().catch(undefined),
  [fields.picks]: z.array(z.string()).nullish().catch(undefined),
})

/** The language of the card; undefined: it is not known. */
export function languageIn(event: Pressed): string | undefined {
  const value = ButtonValue.safeParse(event.action.value).data
  return value !== undefined && 'language' in value ? value.language : undefined
}

/** Null: no button of ours. `incomplete`: nothing was filled in. `foreign`: it stands for a chat that it was not pressed in. */
export function pressed(
  envelope: Envelope,
  event: Pressed,
): Answer | Message | 'incomplete' | 'foreign' | null {
  const value = ButtonValue.safeParse(event.action.value).data
  if (value === undefined) return null
  if (!isPlaced(value.place, event)) return 'foreign'
  const { header } = envelope
  const { operator } = event
  const groups = groupsOf(operator, operator.tenant_key)
  const arrival = {
    id: header.event_id,
    // Card events come with microseconds.
    at: Math.floor(Number(header.create_time.slice(0, 13))),
    from: { id: operator.open_id, ...(groups === undefined ? { untold: true } : { groups }) },
    address: { adapter: 'lark', ...value.place },
    direct: isDirect(value.place.channel),
    receipted: true,
  }
  if ('say' in value) {
    // Begins with a message of its chat, as those of messages do.
    const id = `${event.context.open_message_id ?? ''}:${arrival.id}`
    return { kind: 'message', ...arrival, id, text: value.say }
  }
  const { prompt, choice, form = false } = value
  const { words, picks } = Filled.parse(event.action.form_value ?? {})
  const choices = choice === undefined ? (picks ?? []) : [choice]
  const text = words?.trim() ?? ''
  if (form && choices.length === 0 && text === '') return 'incomplete'
  return { kind: 'answer', ...arrival, prompt, choices, ...(form && text !== '' && { text }) }
}

/** A card can be shown where it was not sent: what it says of its chat is held against what Feishu says of the press. */
function isPlaced({ channel }: Place, { operator, context }: Pressed): boolean {
  if (isDirect(channel)) return channel === operator.open_id
  return typeof context.open_chat_id !== 'string' || channel === context.open_chat_id
}

/** A chat without its adapter's name, as buttons hold it. */
export function placeOf({ tenant, channel, thread }: Address): Place {
  return { channel, ...(tenant !== undefined && { tenant }), ...(thread !== undefined && { thread }) }
}
