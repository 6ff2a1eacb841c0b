/** What Slack delivers, by socket or by HTTP: handed to the core, and answered when it is on disk. */
import { type Bot } from '../../src/contract.ts'
import { languageOf, modal, pressed, submitted } from './answers.ts'
import type { Api } from './api.ts'
import { BlockActions, EventCallback, SlackEvent, ViewSubmission } from './events.ts'
import { arrivedIn, peopleIn, type Self } from './inbound.ts'
import { wordsModal } from './render.ts'
import type { Profiles } from './profiles.ts'
import type { Threads } from './threads.ts'
import { wordsIn } from './words.ts'

export interface IntakeParts {
  readonly bot: Bot
  readonly api: Api
  readonly self: Self
  readonly threads: Threads
  readonly profiles: Profiles
}

/**
 * Resolves with what the acknowledgement says, undefined: nothing. Rejects where the event could not be kept: it must
 * not be acknowledged then, and comes again.
 */
export type Take = (body: unknown) => Promise<object | undefined>

export function createIntake(parts: IntakeParts): Take {
  return async (body) => {
    const callback = EventCallback.safeParse(body)
    if (callback.success) return takeEvent(parts, callback.data)
    const actions = BlockActions.safeParse(body)
    if (actions.success) return takePress(parts, actions.data)
    const submission = ViewSubmission.safeParse(body)
    if (submission.success) return takeWords(parts, submission.data)
    parts.bot.log.debug({}, 'Slack sent something that is none of ours')
    return undefined
  }
}

async function takeEvent(
  { bot, self, threads, profiles }: IntakeParts,
  callback: EventCallback,
): Promise<undefined> {
  const event = SlackEvent.safeParse(callback.event)
  if (!event.success) return
  const meant = arrivedIn(callback, event.data, self)
  if (meant === null) return
  const { ifIn } = meant
  if (ifIn !== undefined && !(await threads.takesPart(ifIn.channel, ifIn.thread))) return
  const { channel, thread } = meant.inbound.address
  if (ifIn === undefined) threads.joined(channel, thread)
  const names = await profiles.of(peopleIn(event.data))
  const { inbound } = arrivedIn(callback, event.data, self, names) ?? meant
  await bot.receive(inbound)
}

async function takePress({ bot, api }: IntakeParts, body: BlockActions): Promise<undefined> {
  const press = pressed(body)
  if (press?.kind === 'answer') await bot.receive(press.answer)
  if (press?.kind !== 'words') return
  const { trigger, origin } = press
  await api.run('views.open', (client) =>
    client.views.open({ trigger_id: trigger, view: wordsModal(origin) }),
  )
}

async function takeWords({ bot }: IntakeParts, body: ViewSubmission): Promise<object | undefined> {
  const answer = submitted(body, Date.now())
  if (answer === null) return undefined
  try {
    await bot.receive(answer)
    return undefined
  } catch (error) {
    // The modal stays open with the words in it: nothing that was typed is lost.
    bot.log.error({ err: error }, 'an answer could not be kept')
    return { response_action: 'errors', errors: { [modal.block]: wordsIn(languageOf(body)).notKept } }
  }
}
