/** What Feishu delivers, by connection or over HTTP: handed to the core, and answered when it is on disk. */
import { z } from 'zod'
import { AdapterError, type Bot, type Person, type Receipt } from '../../src/contract.ts'
import { pressed } from './answers.ts'
import { Answered, type Api } from './api.ts'
import type { DirectChats } from './chats.ts'
import { Chosen, Envelope, Listed, Pressed, Received, Recalled } from './events.ts'
import { chosen, recalled, received, type Self } from './inbound.ts'
import type { Words } from './words.ts'

export interface IntakeParts {
  readonly bot: Bot
  readonly api: Api
  readonly self: Self
  readonly chats: DirectChats
  readonly words: Words
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
])

async function takeMessage(
  { bot, self, chats }: IntakeParts,
  { header, event }: Envelope,
): Promise<undefined> {
  const parsed = Received.safeParse(event).data
  const message = parsed === undefined ? null : received(parsed, header.tenant_key, self)
  if (parsed === undefined || message === null) return
  if (message.direct) await chats.heard(message.from.id, parsed.message.chat_id)
  await bot.receive(message)
}

async function takeChosen({ bot, self }: IntakeParts, { header, event }: Envelope): Promise<undefined> {
  const parsed = Chosen.safeParse(event).data
  if (parsed !== undefined) await bot.receive(chosen(parsed, header, self))
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

/** The toast tells whoever pressed, and nobody else, what came of it. */
async function takePress({ bot, words }: IntakeParts, envelope: Envelope): Promise<object | undefined> {
  const event = Pressed.safeParse(envelope.event).data
  const press = event === undefined ? null : pressed(envelope, event)
  if (press === null) return undefined
  if (press === 'incomplete') return toast('warning', words.incomplete)
  try {
    const receipt = await bot.receive(press)
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
