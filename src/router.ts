/**
 * The switchboard: what arrives is known? allowed? command, answer or turn? Everything that it says back goes
 * through the queue's outbox, so a refusal survives a crash like an answer does.
 */
import { isOpen, may } from './access.ts'
import type { Called, Desk } from './commands/command.ts'
import { type SendParts, runNow } from './commands/immediate.ts'
import type { Config } from './config.ts'
import type { Adapter, Answer, Inbound, Message, Receipt } from './contract.ts'
import { asideLane } from './conversation/aside.ts'
import { noticeOf } from './conversation/answer-text.ts'
import { allowing } from './conversation/approval-questions.ts'
import { messageId, personId } from './conversation/place.ts'
import { takeDeletion, takeEdit } from './conversation/revisions.ts'
import type { Codes } from './people/codes.ts'
import { mayJoin } from './people/joining.ts'
import type { LoopGuard } from './people/loop-guard.ts'
import { wordsForStranger } from './people/pairing.ts'
import type { KnownPerson, People } from './people/people.ts'
import type { Places } from './people/places.ts'
import { isEntitled } from './prompts/entitled.ts'
import type { Offers } from './prompts/offers.ts'
import type { Prompts } from './prompts/prompts.ts'
import { type Read, readTyped } from './prompts/reading.ts'
import type { Outgoing, Queue } from './queue/port.ts'
import type { PromptRecord } from './store/prompt-record.ts'
import { quoted } from './words/quoted.ts'
import { wordsIn } from './words/words.ts'
import { notice } from './queue/notice.ts'

export interface RouterParts extends SendParts {
  readonly queue: Pick<Queue, 'accept' | 'settle' | 'post' | 'account' | 'amend' | 'withdraw' | 'waiting'>
  readonly config: () => Config
  readonly called: (text: string) => Called | undefined
  readonly people: People
  readonly places: Pick<Places, 'of' | 'own' | 'joined' | 'wrote' | 'isClosed' | 'takeBack'>
  readonly codes: Codes
  readonly loopGuard: LoopGuard
  readonly desk: (person: KnownPerson, message: Message, args: string) => Desk
  readonly prompts: Pick<Prompts, 'find' | 'answer' | 'live' | 'ask' | 'restate' | 'withdraw'>
  /** A message was accepted: where it has to wait for something that nobody sees, its sender is told. */
  readonly accepted: (person: KnownPerson, message: Message, lane: string) => Promise<void>
  readonly offers: Pick<Offers, 'take' | 'has'>
}

export type Router = (adapter: Adapter, inbound: Inbound) => Promise<Receipt>

export function createRouter(parts: RouterParts): Router {
  return async (adapter, inbound) => {
    // No platform has such ids. On disk they would all look the same, and so would the people behind them.
    if (![inbound.id, inbound.from.id, inbound.address.channel].every((id) => id.isWellFormed()))
      return 'refused'
    // Two bots that answer each other never end.
    if (inbound.from.bot === true) return 'refused'
    const { access } = parts.config()
    if (!isOpen(access, adapter, inbound)) return 'refused'
    await parts.people.regroup(inbound)
    const person = await parts.people.of(inbound.address, inbound.from)
    // Whoever may delete it there may do so here, and not every platform tells who it was.
    if (inbound.kind === 'deletion') return takeDeletion(parts, inbound, wordsIn(person.language).midTurn)
    if (!may(person.role, 'talk')) return refuse(parts, adapter, inbound, person)
    await parts.people.seen(inbound)
    if (inbound.kind === 'answer') return decide(parts, person, inbound)
    const joined = parts.places.joined(inbound)
    if (joined !== undefined && !mayJoin(person, joined)) return 'refused'
    if (parts.places.isClosed(person.id, inbound)) await endHandoff(parts, person, inbound)
    const { conversation } = parts.places.of(person.id, inbound)
    if (inbound.kind === 'edit') {
      if (await parts.loopGuard.silences(adapter, inbound, undefined)) return 'refused'
      const { queue, prompts } = parts
      const { midTurn: words } = wordsIn(person.language)
      const buttons = adapter.limits.buttons > 1
      return takeEdit({ queue, prompts, buttons, called: parts.called, words }, conversation, inbound)
    }
    const call = inbound.plain === true ? undefined : parts.called(inbound.text)
    if (call?.command.when === 'now') {
      const desk = parts.desk(person, inbound, call.args)
      return runNow(call.command, desk, messageId(inbound), parts)
    }
    const isLoop =
      call === undefined && (await parts.loopGuard.silences(adapter, inbound, messageId(inbound)))
    if (isLoop) return 'refused'
    const read = adapter.limits.buttons === 0 ? await readTyped(parts, person, inbound) : undefined
    if (read !== undefined) return takeTyped(parts, person, conversation, inbound, read)
    await parts.places.wrote(person.id, inbound)
    const lane = laneFor(conversation, call, inbound)
    const receipt = await parts.queue.accept(messageId(inbound), lane, inbound)
    if (receipt === 'accepted') await parts.accepted(person, inbound, lane)
    return receipt
  }
}

/** The queue's lane of a message: its conversation's, unless it is asked aside. */
export function laneFor(conversation: string, call: Called | undefined, message: Message): string {
  return call?.command.when === 'aside' ? asideLane(conversation, messageId(message)) : conversation
}

/** What was handed off here belongs to a chat where the bot may not be used any more: this place has its own again. */
async function endHandoff(
  { queue, places }: RouterParts,
  person: KnownPerson,
  inbound: Inbound,
): Promise<void> {
  const { handoff } = wordsIn(person.language).commands
  await queue.post([told(inbound, `${messageId(inbound)}/closed`, handoff.closed)])
  await places.takeBack(person.id, places.own(person.id, inbound).conversation)
}

/** Tells a stranger what to do, where only the stranger reads it; says nothing in shared chats. */
async function refuse(
  parts: RouterParts,
  adapter: Adapter,
  inbound: Inbound,
  { denied, language }: KnownPerson,
): Promise<Receipt> {
  const { queue, config, codes, loopGuard } = parts
  if (!inbound.direct || inbound.kind !== 'message') return 'refused'
  // Nothing that they could do would let them in, and it may be a bot that answers every word.
  if (denied) return 'refused'
  if (await loopGuard.silences(adapter, inbound, undefined)) return 'refused'
  if (inbound.receipted === true) return 'refused'
  const words = await wordsForStranger(config().access, codes, inbound, wordsIn(language))
  await queue.post([told(inbound, `${messageId(inbound)}/refused`, words)])
  return 'refused'
}

/** The message is remembered first: delivered again, it must not become a turn. */
async function takeTyped(
  parts: RouterParts,
  person: KnownPerson,
  conversation: string,
  message: Message,
  read: Read,
): Promise<Receipt> {
  const id = messageId(message)
  if ('answer' in read) {
    const receipt = await parts.queue.settle(id, conversation, message, 'answered', [])
    return receipt === 'duplicate' ? receipt : decide(parts, person, read.answer)
  }
  const { title, choices } = read.mistyped
  const { prompts: words } = wordsIn(person.language)
  const reply = noticeOf(
    `${id}/answer`,
    'failed',
    words.mistyped(quoted(message.text), title, choices.length),
  )
  const lane = `notice/${personId(message.address, message.from)}`
  return parts.queue.settle(id, conversation, message, 'failed', [
    { key: reply.key, conversation: lane, address: message.address, reply },
  ])
}

async function decide(parts: RouterParts, person: KnownPerson, answer: Answer): Promise<Receipt> {
  const { queue, people, prompts, offers } = parts
  const { refusals } = wordsIn(person.language)
  const record = await prompts.find(answer.prompt)
  if (record !== undefined && offers.has(record)) return takeOffer(parts, person, record, answer)
  if (record?.state === 'open') {
    const allows = answer.choices.some((id) => allowing.includes(id))
    if (!(await isEntitled(people, person, record, allows))) {
      const { requester, requesters = [requester] } = record
      const second = record.second && person.ids.some((id) => requesters.includes(id))
      const other = person.ids.includes(requester) ? refusals.guest : refusals.notYours
      const why = second ? refusals.second : other
      await tell(queue, answer, 'refused', why)
      return 'refused'
    }
    if (await prompts.answer(record, { ...answer, id: messageId(answer) }, person.id)) return 'accepted'
  }
  if (record?.decision?.answer === messageId(answer)) return 'duplicate'
  await tell(queue, answer, 'late', refusals.late)
  return 'duplicate'
}

async function takeOffer(
  { queue, offers }: RouterParts,
  person: KnownPerson,
  record: PromptRecord,
  answer: Answer,
): Promise<Receipt> {
  const taken = await offers.take(person, record, { ...answer, id: messageId(answer) })
  if (taken.state === 'refused') await tell(queue, answer, 'refused', taken.why)
  if (taken.state === 'late') await tell(queue, answer, 'late', wordsIn(person.language).refusals.late)
  if (taken.state === 'taken') return 'accepted'
  return taken.state === 'refused' ? 'refused' : 'duplicate'
}

/** Says why an answer was not taken, unless the adapter does. */
async function tell(
  queue: RouterParts['queue'],
  answer: Answer,
  state: 'refused' | 'late',
  words: string,
): Promise<void> {
  if (answer.receipted !== true) await queue.post([told(answer, `${messageId(answer)}/${state}`, words)])
}

function told({ address, from }: Inbound, key: string, markdown: string): Outgoing {
  // Behind nothing else: a conversation's own replies may be held up, a refusal need not wait for them.
  const conversation = `notice/${personId(address, from)}`
  return notice({ key, conversation, address }, markdown, { only: from.id })
}
