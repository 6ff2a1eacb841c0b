/** What conversations are handed, and how one is run while this process holds it. */
import { openSession } from '../claude/session.ts'
import { called } from '../commands/index.ts'
import { besides, runAside } from '../conversation/aside.ts'
import { Conversation } from '../conversation/conversation.ts'
import { fileDesks } from '../conversation/file-desks.ts'
import type { ConversationParts } from '../conversation/parts.ts'
import { placeOf } from '../conversation/place.ts'
import { matchesRule } from '../conversation/tool-pattern.ts'
import type { Activation } from '../queue/port.ts'
import { wordsIn } from '../words/words.ts'
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
    await conversation.run(() => live.current.sessions.idleTimeout)
  } finally {
    held.delete(activation.conversation)
  }
}

export function conversationParts(house: House): ConversationParts {
  const { live, options, queue, store, shares, budgets, prompts, people, replies } = house
  return {
    queue,
    store,
    shares,
    budgets,
    prompts,
    log: options.log,
    dataDir: live.current.dataDir,
    claude: () => live.current.claude,
    personOf: async ({ address, from }) => {
      const { id, language } = await people.of(address, from)
      return { id, words: wordsIn(language) }
    },
    homeOf: (person, message) => placeOf(live.current.sessions.scope, person, message).home,
    ...fileDesks(house.live, house.adapters),
    toolRules: (request) => ({
      always: false,
      second: live.current.approvals.secondApprover.some((rule) => matchesRule(rule, request)),
    }),
    openSession: options.openSession ?? ((session) => openSession(session, { log: options.log })),
    showTurn: (envelope, key, onSent) => replies.show(envelope, key, onSent),
    called,
    arrivalRules: ({ address }) => {
      const { midTurn, burst } = live.current.sessions
      // Whoever sits at a terminal ends a message on purpose, and a program waits for an answer to each.
      return house.adapters.get(address.adapter)?.local === true ? { midTurn, burst: 0 } : { midTurn, burst }
    },
    desk: async (message, args) =>
      deskFor(house, await people.of(message.address, message.from), message, args),
    projects: () => live.current.projects,
  }
}
