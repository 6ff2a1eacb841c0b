/** What is to be asked, and the record that it becomes. Pure. */
import type { Message, PromptReply } from '../contract.ts'
import type { Envelope } from '../queue/port.ts'
import type { PromptRecord } from '../store/prompt-record.ts'
import { isAskedByTurn } from './audit-entry.ts'

/** What is to be asked. */
export interface Asking extends Pick<
  PromptRecord,
  'kind' | 'requester' | 'requesters' | 'second' | 'decides' | 'standing' | 'replaces'
> {
  /** Stable where the same is to be asked once; absent: asked anew each time. */
  readonly id?: string
  readonly envelope: Pick<Envelope, 'id' | 'conversation'> & {
    readonly message: Pick<Message, 'address' | 'movedTo'>
  }
  /** Milliseconds since 1970: it ends then at the latest. */
  readonly until?: number
  readonly shown: Shown
  /** Those who are asked as well, in chats of their own. */
  readonly copies?: readonly (Pick<Envelope, 'conversation'> & Pick<Message, 'address'> & { shown: Shown })[]
  /** See {@link PromptRecord.later}. */
  readonly later?: readonly Shown[]
}

type Shown = Pick<PromptReply, 'language' | 'title' | 'markdown' | 'choices' | 'multiple' | 'ownText'>

/** `waits`: see {@link PromptParts.waits}; `now` in milliseconds since 1970. */
export function opened(
  {
    envelope,
    shown: offer,
    copies = [],
    later,
    until = Infinity,
    ...asked
  }: Asking & { readonly id: string },
  waits: { readonly expire: number; readonly remind: number },
  now: number,
): PromptRecord {
  const expiresAt = Math.min(now + waits.expire, until)
  const reply = { kind: 'prompt', key: `prompt/${asked.id}`, prompt: asked.id } as const
  return {
    ...asked,
    conversation: envelope.conversation,
    message: envelope.id,
    address: envelope.message.movedTo?.address ?? envelope.message.address,
    reply: { ...reply, ...offer },
    copies: copies.map(({ shown: theirs, ...place }, index) => {
      return { ...place, reply: { ...reply, key: `${reply.key}/for/${index + 1}`, ...theirs } }
    }),
    ...(later === undefined ? {} : { later: later.map((theirs) => ({ ...reply, ...theirs })) }),
    createdAt: now,
    expiresAt,
    remindAt: expiresAt - waits.remind,
    // Nothing waits for what belongs to no turn.
    reminded: waits.remind >= expiresAt - now || !isAskedByTurn(asked),
    state: 'open',
    by: [],
    applied: false,
  }
}
