/** What Feishu delivers, by connection or over HTTP: handed to the core, and answered when it is on disk. */
import { z } from 'zod'
import { AdapterError, type Bot, type Person, type Receipt } from '../../src/contract.ts'
import { pressed } from './answers.ts'
import { Answered, type Api } from './api.ts'
import type { DirectChats } from './chats.ts'
import { chosen, recalled, received, type Self } from './inbound.ts'
import { Chosen, ContactChanged, Envelope, Listed, Pressed, Received, Recalled } from './events.ts'
import type { Members } from './members.ts'
import type { Words } from './words.ts'

export interface IntakeParts {
  readonly bot: Bot
  readonly api: Api
  readonly self: Self
  readonly chats: DirectChats
  readonly words: Words
  /** Absent: nobody asks for departments. */
  readonly members: Members | undefined
}

/**
 * Resolves with what the answer says, undefined: nothing. Rejects where the event could not be kept: it must not be
 * acknowledged then, and comes again.
 */
export type Take = (body: unknown) => Promise<object | undefined>

const Found = Answered({ items: z.array(Listed) })

export function createIntake(parts: IntakeParts): Take {
  return async (body) => {
    const envelope = Envelope.safeParse(body).data
    const take = envelope && takers.get(envelope.header.event_type)
    if (envelope !== undefined && take !== undefined) return take(parts, envelope)
    parts.bot.log.debug({}, 'Feishu sent something that is none of ours')
    return undefined
  }
}

type Taker = (parts: IntakeParts, envelope: Envelope) => Promise<object | undefined>

const takers: ReadonlyMap<string, Taker> = new Map<string, Taker>([
  ['im.message.receive_v1', takeMessage],
  ['im.message.recalled_v1', takeRecall],
  ['application.bot.menu_v6', takeChosen],
  ['card.action.trigger', takePress],
  ['contact.user.updated_v3', takeContact],
  ['contact.user.deleted_v3', takeContact],
  ['contact.department.updated_v3', takeContact],
  ['contact.department.deleted_v3', takeContact],
])

async function takeMessage(
  { bot, self, chats, members }: IntakeParts,
  { header, event }: Envelope,
): Promise<undefined> {
  const parsed = Received.safeParse(event).data
  const message = parsed === undefined ? null : received(parsed, header.tenant_key, self)
  if (parsed === undefined || message === null) return
  if (message.direct) await chats.heard(message.from.id, parsed.message.chat_id)
  await bot.receive((await members?.vouched(message)) ?? message)
}

async function takeChosen(
  { bot, self, members }: IntakeParts,
  { header, event }: Envelope,
): Promise<undefined> {
  const parsed = Chosen.safeParse(event).data
  const message = parsed && chosen(parsed, header, self)
  if (message !== undefined) await bot.receive((await members?.vouched(message)) ?? message)
}

async function takeRecall({ bot, api }: IntakeParts, { header, event }: Envelope): Promise<undefined> {
  const parsed = Recalled.safeParse(event).data
  const from = parsed && (await senderOf(api, parsed.message_id))
  if (parsed !== undefined && from !== undefined) await bot.receive(recalled(parsed, header.tenant_key, from))
}

/** Feishu still knows who wrote what is gone. Undefined: nobody whom the bot may know of. */
async function senderOf(api: Api, message: string): Promise<Person | undefined> {
  try {
    const found = await api.call({ method: 'GET', path: `/im/v1/messages/${message}` }, Found)
    const sender = found.data.items[0]?.sender
    return sender?.sender_type === 'user' ? { id: sender.id } : undefined
  } catch (error) {
    const passing = error instanceof AdapterError && ['network', 'throttled', 'auth'].includes(error.code)
    if (passing) throw error
    return undefined
  }
}

async function takeContact({ members }: IntakeParts, { event }: Envelope): Promise<undefined> {
  members?.forget(ContactChanged.safeParse(event).data?.object.open_id ?? undefined)
}

/** The toast tells whoever pressed, and nobody else, what came of it. */
async function takePress(
  { bot, words, members }: IntakeParts,
  envelope: Envelope,
): Promise<object | undefined> {
  const event = Pressed.safeParse(envelope.event).data
  const press = event === undefined ? null : pressed(envelope, event)
  if (press === null) return undefined
  if (press === 'incomplete') return toast('warning', words.incomplete)
  try {
    const receipt = await bot.receive((await members?.vouched(press)) ?? press)
    if (press.kind === 'message')
      return receipt === 'refused' ? toast('warning', words.barred) : toast('info', words.accepted)
    return toast(...outcomes[receipt](words))
  } catch (error) {
    bot.log.error({ err: error }, 'a press could not be kept')
    // A press is not delivered again: the person has to.
    return toast('error', words.notKept)
  }
}

type Toast = readonly [type: 'success' | 'info' | 'warning' | 'error', content: string]

const outcomes: Readonly<Record<Receipt, (words: Words) => Toast>> = {
  accepted: ({ accepted }) => ['success', accepted],
  refused: ({ refused }) => ['warning', refused],
  duplicate: ({ late }) => ['info', late],
}

function toast(type: Toast[0], content: string): object {
  return { toast: { type, content } }
}
