/** What Slack delivers, by socket or by HTTP: handed to the core, and answered when it is on disk. */
import type { z } from 'zod'
import type { Inbound, Log, Message } from '../../src/contract.ts'
import { languageOf, modal, pressed, saidUnder, submitted } from './answers.ts'
import { userOf } from './apart.ts'
import { isUnseen, messageOf, quoteOf, stopOf } from './commands.ts'
import {
  AgentStopped,
  BlockActions,
  ChatOpened,
  EventCallback,
  HomeActions,
  HomeOpened,
  MessageAction,
  Origin,
  PanelOpened,
  SlackEvent,
  SlashCommand,
  tenantOf,
  Uninstalled,
  ViewSubmission,
} from './events.ts'
import { saidBy } from './home.ts'
import { arrivedIn, peopleIn } from './inbound.ts'
import { aboutModal, wordsModal } from './render.ts'
import { languageIn, wordsIn } from './words.ts'
import type { Workspace } from './workspace.ts'
import type { Whereabouts, Workspaces } from './workspaces.ts'

/**
 * Resolves with what the acknowledgement says, undefined: nothing. Rejects where the event could not be kept: it must
 * not be acknowledged then, and comes again.
 */
export type Take = (body: unknown) => Promise<object | undefined>

export function createIntake(workspaces: Workspaces, log: Log): Take {
  const kinds = [
    kind(EventCallback, takeEvent),
    kind(HomeActions, takeHome),
    kind(BlockActions, takePress),
    kind(ViewSubmission, takeWords),
    kind(SlashCommand, takeCommand),
    kind(MessageAction, takeShortcut),
  ]
  return async (body) => {
    const where = whereabouts(body)
    if (Uninstalled.safeParse(body).success) {
      await workspaces.forget(where)
      return undefined
    }
    const fitting = kinds.find((each) => each.fits(body))
    const workspace = fitting === undefined ? undefined : await workspaces.at(where)
    if (fitting === undefined) log.debug(where, 'Slack sent something that is none of ours')
    else if (workspace === undefined) log.warn(where, 'Slack sent something of a workspace that has no token')
    return workspace && fitting?.take(workspace, body)
  }
}

/** What is delivered for one workspace may have happened in another, that shares a channel with it. */
function whereabouts(body: unknown): Whereabouts {
  const { team_id, enterprise_id, authorizations, team, enterprise } = Origin.parse(body)
  const [first] = authorizations ?? []
  return {
    tenant: first?.team_id ?? team_id ?? team?.id,
    enterprise: first?.enterprise_id ?? enterprise_id ?? enterprise?.id ?? null,
  }
}

interface Kind {
  fits(body: unknown): boolean
  take(parts: Workspace, body: unknown): Promise<object | undefined>
}

function kind<T>(
  schema: z.ZodType<T>,
  take: (parts: Workspace, body: T) => Promise<object | undefined>,
): Kind {
  return {
    fits: (body) => schema.safeParse(body).success,
    take: (parts, body) => take(parts, schema.parse(body)),
  }
}

async function takeEvent(parts: Workspace, callback: EventCallback): Promise<undefined> {
  const message = SlackEvent.safeParse(callback.event)
  if (message.success) return takeMessage(parts, callback, message.data)
  const stopped = AgentStopped.safeParse(callback.event)
  if (stopped.success) return stopTurn(parts, stopOf(stopped.data, tenantOf(callback)))
  const home = HomeOpened.safeParse(callback.event)
  if (home.success) return showHome(parts, tenantOf(callback), home.data)
  const chat = ChatOpened.safeParse(callback.event)
  if (chat.success) return suggest(parts, chat.data)
  const opened = PanelOpened.safeParse(callback.event)
  if (!opened.success) return
  // Nothing is lost with it, here as below: Slack need not wait.
  void parts.panels.opened(opened.data, languageFor(parts, opened.data.assistant_thread.user_id))
}

/** Never rejects. */
async function languageFor({ profiles }: Workspace, user: string): Promise<string | undefined> {
  const known = await profiles.of([user])
  return languageIn(known.get(user)?.locale)
}

async function suggest(
  parts: Workspace,
  { user, channel }: { readonly user: string; readonly channel: string },
): Promise<undefined> {
  void parts.panels.suggest({ channel_id: channel }, languageFor(parts, user))
}

/** With what is known of whoever it came from: their language, for one. */
async function introduced<T extends Inbound>({ profiles }: Workspace, inbound: T): Promise<T> {
  const user = userOf(inbound.from.id)
  const known = await profiles.of([user])
  return { ...inbound, from: { ...inbound.from, ...known.get(user) } }
}

async function stopTurn(parts: Workspace, stop: Message): Promise<undefined> {
  const { bot, sessions } = parts
  const pressed = await introduced(parts, stop)
  const receipt = await bot.receive(pressed)
  sessions.stopped(stop.address)
  if (receipt === 'refused') void tellNotYours(parts, pressed)
}

/** The core says nothing to strangers in shared chats; here one alone reads it. Never rejects. */
async function tellNotYours({ api, bot }: Workspace, { address, from }: Message): Promise<void> {
  const { channel, thread: thread_ts = '' } = address
  const text = wordsIn(languageIn(from.locale)).notYours
  try {
    await api.run('chat.postEphemeral', (client) =>
      client.chat.postEphemeral({ channel, thread_ts, user: userOf(from.id), text }),
    )
  } catch (error) {
    bot.log.debug({ err: error }, 'whoever pressed Stop could not be told that it is not theirs to stop')
  }
}

/** Nothing is lost with it: Slack need not wait, nor deliver it again. */
async function showHome({ home }: Workspace, tenant: string, opened: HomeOpened): Promise<undefined> {
  void home.show(opened.user, { adapter: 'slack', tenant, channel: opened.channel })
}

async function takeHome(parts: Workspace, body: HomeActions): Promise<undefined> {
  const { bot, home } = parts
  const press = saidBy(body)
  if (press === null) return
  await bot.receive(await introduced(parts, press.said))
  void home.pressed(body.user.id, press.home)
}

async function takeMessage(parts: Workspace, callback: EventCallback, event: SlackEvent): Promise<undefined> {
  const { bot, order, panels, sessions } = parts
  const inbound = await order.behind(event.channel, forUs(parts, callback, event))
  if (inbound === null) return
  sessions.heard(inbound)
  await bot.receive(inbound)
  // Slack need not wait for it; a stop does, as for every call.
  void panels.heard(inbound)
}

/** Null: it is not for the bot. */
async function forUs(
  { self, threads, profiles }: Workspace,
  callback: EventCallback,
  event: SlackEvent,
): Promise<Inbound | null> {
  const meant = arrivedIn(callback, event, self)
  if (meant === null) return null
  const { ifIn } = meant
  if (ifIn !== undefined && !(await threads.takesPart(ifIn.channel, ifIn.thread))) return null
  const { channel, thread } = meant.inbound.address
  if (ifIn === undefined) threads.joined(channel, thread)
  const names = await profiles.of(peopleIn(event))
  return (arrivedIn(callback, event, self, names) ?? meant).inbound
}

async function takeCommand(parts: Workspace, command: SlashCommand): Promise<undefined> {
  const { bot } = parts
  const said = await introduced(parts, messageOf(command, bot.commands, Date.now()))
  // What answers a command goes to its writer by itself.
  await bot.receive(isUnseen(said) ? said : await whereShown(parts, said))
}

async function whereShown({ directs, self }: Workspace, asked: Message): Promise<Message> {
  return directs.instead(asked, languageIn(asked.from.locale), self.threads)
}

async function takeShortcut(parts: Workspace, action: MessageAction): Promise<undefined> {
  const view = aboutModal(quoteOf(action), await languageFor(parts, action.user.id))
  await parts.api.run('views.open', (client) => client.views.open({ trigger_id: action.trigger_id, view }))
}

async function takePress(parts: Workspace, body: BlockActions): Promise<undefined> {
  const { bot, api } = parts
  const said = saidUnder(body)
  if (said !== null) {
    // What answers it goes to whoever pressed, alone, as for a command.
    await bot.receive(await introduced(parts, said))
    return
  }
  const press = pressed(body)
  if (press?.kind === 'answer') await bot.receive(await introduced(parts, press.answer))
  if (press?.kind !== 'words') return
  const { trigger, origin } = press
  await api.run('views.open', (client) =>
    client.views.open({ trigger_id: trigger, view: wordsModal(origin) }),
  )
}

async function takeWords(parts: Workspace, body: ViewSubmission): Promise<object | undefined> {
  const { bot } = parts
  const said = submitted(body, Date.now())
  if (said === null) return undefined
  try {
    const known = await introduced(parts, said)
    await bot.receive(known.kind === 'message' ? await whereShown(parts, known) : known)
    return undefined
  } catch (error) {
    // The modal stays open with the words in it: nothing that was typed is lost.
    bot.log.error({ err: error }, 'an answer could not be kept')
    return { response_action: 'errors', errors: { [modal.block]: wordsIn(languageOf(body)).notKept } }
  }
}
