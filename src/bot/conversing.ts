/** What conversations are handed, and how one is run while this process holds it. */
import { isOpen, may } from '../access.ts'
import { openSession } from '../claude/open.ts'
import type { ClaudeOptions } from '../claude/turn.ts'
import { called } from '../commands/index.ts'
import type { Config } from '../config.ts'
import { besides, runAside } from '../conversation/aside.ts'
import { Conversation } from '../conversation/conversation.ts'
import { fileDesks } from '../conversation/file-desks.ts'
import type { ConversationParts } from '../conversation/parts.ts'
import { mostChoices } from '../conversation/notice-shown.ts'
import { homeOf } from '../conversation/place.ts'
import { verdictOn, withPolicy } from '../conversation/policy.ts'
import type { Message } from '../contract.ts'
import type { Activation } from '../queue/port.ts'
import { wordsIn } from '../words/words.ts'
import { approversOf } from './approving.ts'
import { bringBack } from './bringing-back.ts'
import { deskFor } from './desks.ts'
import type { House } from './house.ts'

export async function converse(
  house: House,
  parts: ConversationParts,
  activation: Activation,
): Promise<void> {
  const { held, live, store } = house
  const main = besides(activation.conversation)
  if (main !== undefined) return runAside(parts, activation, await store.sessions.get(main))
  const record = await store.sessions.get(activation.conversation)
  const conversation = new Conversation(parts, activation, record)
  held.set(activation.conversation, conversation)
  try {
    // Access may have changed while nobody held it.
    await bringBack(house, activation.conversation)
    await conversation.run(() => live.current.sessions.idleTimeout)
  } finally {
    held.delete(activation.conversation)
  }
}

export function conversationParts(house: House): ConversationParts {
  const {
    live,
    options,
    queue,
    store,
    adapters,
    shares,
    asides,
    budgets,
    prompts,
    people,
    places,
    replies,
    sandbox,
    broker,
  } = house
  return {
    queue,
    store,
    shares,
    asides,
    budgets,
    prompts,
    log: options.log,
    keepPlace: () => live.current.approvals.keepPlace,
    dataDir: live.current.dataDir,
    claude: () => claudeOf(live.current),
    personOf: async (message) => {
      const { address, from } = message
      const { id, ids, role, language } = await people.of(address, from)
      const { access } = live.current
      const barred = !may(role, 'talk') || !isOpen(access, adapters.get(address.adapter) ?? {}, message)
      return { id, ids, barred, language, words: wordsIn(language) }
    },
    homeOf: (person, { message, conversation }) => {
      const place = places.own(person, message)
      // Of one that goes on elsewhere the home is that of the conversation, never that of the place.
      return place.conversation === conversation ? place.home : homeOf(conversation)
    },
    approversOf: (message, second) => approversOf(house, message, second),
    ...fileDesks(house.live, house.adapters),
    verdict: async (use, { address, from }, workspace) => {
      // Whoever lost their role since may still have a turn under way.
      const { role = 'guest' } = await people.of(address, from)
      return verdictOn(live.current.approvals, role, use, workspace)
    },
    unattendedFor: () => live.current.sessions.background,
    openSession:
      options.openSession ??
      ((session) =>
        openSession(session, { log: options.log.child({ session: session.sessionId }), sandbox, broker })),
    gateway: (adapter, model) => adapters.get(adapter)?.gateway?.(model),
    showTurn: (envelope, ...more) => house.audience.shown(envelope, replies.show(envelope, ...more)),
    called,
    arrivalRules: (message) => arrivalRules(house, message),
    desk: async (message, args) =>
      deskFor(house, await people.of(message.address, message.from), message, args),
    projects: () => live.current.projects,
  }
}

/** The same object for the same config: another one makes another process. */
const claudes = new WeakMap<Config, ClaudeOptions>()

function claudeOf(config: Config): ClaudeOptions {
  const known = claudes.get(config)
  if (known !== undefined) return known
  const claude = withPolicy(config.claude, config.approvals)
  claudes.set(config, claude)
  return claude
}

async function arrivalRules(
  { live, adapters, people }: House,
  { address, from }: Message,
): ReturnType<ConversationParts['arrivalRules']> {
  const { sessions } = live.current
  const { id: person, midTurn = sessions.midTurn, language } = await people.of(address, from)
  const { midTurn: words } = wordsIn(language)
  const adapter = adapters.get(address.adapter)
  // Whoever sits at a terminal ends a message on purpose, and a program waits for an answer to each.
  if (adapter?.local === true) return { person, midTurn, words, burst: 0, manner: 'none' }
  // Each of theirs has an answer of its own: none is taken into the turn of another.
  if (adapter?.programs === true) return { person, midTurn: 'queue', words, burst: 0, manner: 'none' }
  // A notice with buttons is changed as more comes: where nothing can be edited that would be a heap of them.
  const buttons = adapter?.edit === undefined ? 0 : adapter.limits.buttons
  const manner = buttons >= mostChoices ? 'buttons' : 'words'
  return { person, midTurn, words, burst: sessions.burst, manner }
}
