/** A prompt as it is put into the chat, from the first time to the last. Pure. */
import type { PromptReply } from '../contract.ts'
import type { Outgoing } from '../queue/port.ts'
import type { PromptRecord } from '../store/prompt-record.ts'
import { wordsFor } from '../words/words.ts'

export function shown({ conversation, address, reply, replaces }: PromptRecord): Outgoing {
  const place = replaces === undefined ? {} : { replaces }
  return { key: reply.key, conversation, address, reply, ...place }
}

/** It has ended where it stood. */
export function settled(record: PromptRecord, how: PromptReply['settled'] & object): Outgoing {
  const { conversation, address, reply } = record
  const key = settledKey(record)
  return { key, conversation, address, reply: { ...reply, key, settled: how }, replaces: reply.key }
}

/** Why it is of no use any more, unless there is more to say. */
export function withdrawn({ reply }: PromptRecord): { readonly label: string } {
  return { label: wordsFor(reply).prompts.withdrawn }
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

export function reminder({ conversation, address, reply, expiresAt }: PromptRecord): Outgoing {
  const key = `${reply.key}/reminder`
  const markdown = wordsFor(reply).prompts.reminder(reply.title, expiresAt)
  return { key, conversation, address, reply: { kind: 'text', key, markdown, tone: 'notice' } }
}
