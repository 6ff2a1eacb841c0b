/** A prompt as it is put into the chat, from the first time to the last. Pure. */
import type { PromptReply } from '../contract.ts'
import type { Outgoing } from '../queue/port.ts'
import type { PromptRecord } from '../store/prompt-record.ts'

const words = {
  reminder: (title: string, until: string) =>
    `Still waiting for your answer, until ${until}: **${title}**. Then it counts as refused.`,
}

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
  const markdown = words.reminder(reply.title, new Date(expiresAt).toUTCString())
  return { key, conversation, address, reply: { kind: 'text', key, markdown, tone: 'notice' } }
}
