/** A prompt as it is put into the chats, from the first time to the last. Pure. */
import { isDeepStrictEqual } from 'node:util'
import type { Address, PromptReply } from '../contract.ts'
import type { Outgoing } from '../queue/port.ts'
import type { PromptRecord } from '../store/prompt-record.ts'
import { wordsFor } from '../words/words.ts'
import { notice } from '../queue/notice.ts'

/** One chat that it stands in. */
type Place = Pick<PromptRecord, 'conversation' | 'address' | 'reply'>

/** How it ended, as each of its chats reads it. */
export type Ending = (reply: PromptRecord['reply']) => { readonly label: string; readonly by?: string }

export function shown(record: PromptRecord): readonly Outgoing[] {
  const { conversation, address, reply, replaces, copies = [] } = record
  const place = replaces === undefined ? {} : { replaces }
  return [
    { key: reply.key, conversation, address, reply, ...place },
    ...copies.map((copy) => ({ key: copy.reply.key, ...copy })),
  ]
}

/** It has ended, wherever it stood. */
export function settled(record: PromptRecord, ending: Ending, at: number): readonly Outgoing[] {
  return placesOf(record).map((place) => settledIn(place, { ...ending(place.reply), at }))
}

/** It is of no use any more in this chat. */
export function settledIn(
  { conversation, address, reply }: Place,
  how: PromptReply['settled'] & object,
): Outgoing {
  const key = settledKey({ reply })
  return { key, conversation, address, reply: { ...reply, key, settled: how }, replaces: reply.key }
}

/** Why it is of no use any more, unless there is more to say. */
export function withdrawn(reply: PromptRecord['reply']): { readonly label: string } {
  return { label: wordsFor(reply).prompts.withdrawn }
}

export function expired(reply: PromptRecord['reply']): { readonly label: string } {
  return { label: wordsFor(reply).prompts.expired }
}

/** Key of the reply that stands where the prompt stood, once it has ended. */
export function settledKey({ reply }: Pick<PromptRecord, 'reply'>): string {
  return `${reply.key}/settled`
}

/** To be put into the chat once more. */
export function anew(record: PromptRecord): PromptRecord {
  const times = (record.anew ?? 0) + 1
  return { ...record, anew: times, reply: { ...record.reply, key: `prompt/${record.id}/${times}` } }
}

/** `asked`: the same with all who are asked from now on. */
export function reminders(record: PromptRecord, asked: PromptRecord): readonly Outgoing[] {
  const places = placesOf(record)
  const others = placesOf(asked).length - places.length
  return places.map(({ conversation, address, reply }) => {
    const key = `${reply.key}/reminder`
    const { prompts, approvals } = wordsFor(reply)
    const reminder = prompts.reminder(reply.title, record.expiresAt)
    const markdown = others === 0 ? reminder : `${reminder}\n\n${approvals.others(others)}`
    return notice({ key, conversation, address }, markdown)
  })
}

/** As it stands in this chat; undefined: not here. */
export function shownAt(record: PromptRecord, address: Address): PromptRecord['reply'] | undefined {
  return placesOf(record).find((place) => isDeepStrictEqual(place.address, address))?.reply
}

function placesOf(record: PromptRecord): readonly Place[] {
  return [record, ...(record.copies ?? [])]
}
