/**
 * A question asked aside: in a copy of the conversation's session, beside the turn that runs. It has a lane of its own
 * in the queue, so it is answered through a crash like any message, and disturbs neither the order nor the transcript.
 */
import { randomUUID } from 'node:crypto'
import { type ClaudeOptions, type Purse, type Session, type TurnResult, ClaudeError } from '../claude/turn.ts'
import type { Message, TurnView, Sent } from '../contract.ts'
import type { Activation, Envelope } from '../queue/port.ts'
import type { SessionRecord } from '../store/records.ts'
import { type FinalReply, answerOf, failedResult, noticeOf } from './answer-text.ts'
import type { Words } from '../words/en.ts'
import { shareOf } from './parking.ts'
import type { ConversationParts } from './parts.ts'
import { folderPath } from './folder.ts'
import { makeHome } from './home.ts'
import { guardOf } from './judging.ts'
import { promptOf } from './prompt-text.ts'
import { Payers } from './purse.ts'
import { advance, nothingYet, viewOf } from './view.ts'

/** Said to Claude, so in English. */
const refused = 'An aside only looks; it cannot ask for permission. Answer from what you know.'

const mostDeaths = 3

/** What could disturb the turn that works in the same folder. */
const writingTools = ['Bash', 'Monitor', 'Write', 'Edit', 'NotebookEdit', 'Task', 'Agent']

/** The queue's lane of a question that is asked aside. */
export function asideLane(conversation: string, message: string): string {
  return `aside/${encodeURIComponent(message)}/${conversation}`
}

/** The conversation that this lane is aside of; undefined: it is no such lane. */
export function besides(lane: string): string | undefined {
  return /^aside\/[^/]*\/([^]*)$/.exec(lane)?.[1]
}

/** Answers what was asked in one lane. */
export async function runAside(
  parts: ConversationParts,
  activation: Activation,
  record: SessionRecord | undefined,
): Promise<void> {
  for (let envelope = await activation.next(0); envelope; envelope = await activation.next(0)) {
    const { id, conversation, message, draft: earlier } = envelope
    const { language } = await parts.personOf(message)
    const onSent = (sent: Sent): Promise<void> => activation.draft(envelope, sent)
    const shown = parts.showTurn(envelope, `${id}/answer`, onSent, language)
    try {
      const asked = { conversation: besides(conversation) ?? '', message }
      const reply = await parts.asides.run(conversation, asked, (stop) =>
        answer(parts, { activation, stop }, envelope, record, shown.show),
      )
      if (reply === undefined || activation.signal.aborted) return await shown.abandon()
      const draft = (await shown.settle()) ?? earlier
      const outgoing = { key: reply.key, conversation, address: message.address, reply }
      await activation.commit([envelope], reply.outcome, [
        { ...outgoing, ...(draft === undefined ? {} : { draft }) },
      ])
    } finally {
      if (activation.signal.aborted) await shown.abandon()
    }
  }
}

/** `stop`: somebody wants it ended. */
interface Held {
  readonly activation: Activation
  readonly stop: AbortSignal
}

/** Undefined: its place was given up, and it is handed out again. */
async function answer(
  parts: ConversationParts,
  { activation, stop }: Held,
  envelope: Envelope,
  record: SessionRecord | undefined,
  show: (view: TurnView) => void,
): Promise<FinalReply | undefined> {
  const { message, died } = envelope
  const key = `${envelope.id}/answer`
  const { id: person, barred, words } = await parts.personOf(message)
  if (barred) return noticeOf(key, 'failed', words.ending.barred)
  if (died >= mostDeaths) return noticeOf(key, 'failed', words.turns.asideGivenUp)
  const text = parts.called(message.text)?.args ?? message.text
  if (text === '') return noticeOf(key, 'failed', words.turns.asideNothing)
  const ended = AbortSignal.any([activation.signal, stop])
  const left = new AbortController()
  const permits = parts.shares.of(person, makingWay({ activation, stop }, person, left))
  try {
    const release = await permits.acquire(AbortSignal.any([ended, left.signal]))
    try {
      // With the place: what was asked before it has been paid for by now.
      const admitted = await parts.budgets.admit(envelope)
      if ('refusal' in admitted) return noticeOf(key, 'failed', admitted.refusal)
      await admitted.begun
      const home = parts.homeOf(person, { message, conversation: besides(envelope.conversation) ?? '' })
      const asking = { record, home, message, words }
      const result = await ask(parts, ended, asking, promptOf(envelope, text), show).catch(asResult)
      await parts.budgets.book(message, result, envelope.id)
      const reply = answerOf(key, result, { stopped: stop.aborted, words })
      return { ...reply, markdown: `**${words.turns.asideMark}**\n\n${reply.markdown}` }
    } finally {
      release()
    }
  } catch (error) {
    if (left.signal.aborted) {
      stop.addEventListener('abort', () => parts.queue.wake(envelope.conversation), { once: true })
      return undefined
    }
    if (!stop.aborted) throw error
    return noticeOf(key, 'cancelled', `**${words.turns.asideMark}**\n\n*${words.ending.stopped}*`)
  }
}

/** Gives the place up when others want it and nothing but the asker's own turns keeps the aside waiting. */
function makingWay(
  { activation, stop }: Held,
  person: string,
  left: AbortController,
): (own: boolean) => void {
  let waits = false
  const look = (): void => {
    if (!waits || !activation.wanted || stop.aborted || left.signal.aborted) return
    // First: whatever comes in this moment finds it parked, and wakes it.
    activation.park(shareOf(person))
    left.abort()
  }
  activation.onWanted(look)
  return (own) => {
    waits = own
    look()
  }
}

function asResult(error: unknown): TurnResult {
  if (error instanceof ClaudeError) return failedResult(error.code, error.message, error.detail)
  throw error
}

/** Whose question, and what it goes on from. */
interface Asking {
  readonly record: SessionRecord | undefined
  readonly home: string
  readonly message: Message
  readonly words: Words
}

async function ask(
  parts: ConversationParts,
  signal: AbortSignal,
  { record, home, message, words }: Asking,
  prompt: string,
  show: (view: TurnView) => void,
): Promise<TurnResult> {
  const dirs = await makeHome(parts.dataDir, record?.home ?? home)
  const payers = new Payers(parts, () => message)
  const session = await openCopy(parts, record, dirs, message, payers)
  const close = (): void => void session.close()
  signal.addEventListener('abort', close, { once: true })
  try {
    if (signal.aborted) close()
    let progress = nothingYet
    for await (const event of session.ask(prompt).events) {
      parts.watch?.(event)
      if (event.type === 'result') return event.result
      if (event.type === 'approval') {
        session.decide(event.request.id, { behavior: 'deny', reason: refused })
      }
      const next = advance(progress, event, dirs.workspace, words)
      if (next !== progress) show(viewOf((progress = next)))
    }
    throw new Error('the events of a turn ended without a result')
  } finally {
    signal.removeEventListener('abort', close)
    await session.close()
    await payers.settled()
  }
}

async function openCopy(
  parts: ConversationParts,
  record: SessionRecord | undefined,
  dirs: Awaited<ReturnType<typeof makeHome>>,
  message: Message,
  purse: Purse,
): Promise<Session> {
  const { model, folder } = record ?? {}
  return parts.openSession({
    sessionId: randomUUID(),
    resume: false,
    fleeting: true,
    // Before the conversation's first turn there is nothing to copy.
    ...(record?.started === true ? { forkOf: record.sessionId } : {}),
    ...dirs,
    ...(folder === undefined ? {} : { folder: await folderPath(folder, dirs.workspace, parts.projects()) }),
    claude: readingOnly(parts.claude()),
    purse,
    guard: guardOf(parts.verdict, () => ({
      messages: [message],
      workspace: dirs.workspace,
      // It is opened with nothing that anybody allowed.
      loosened: () => false,
    })),
    ...(model === undefined ? {} : { model }),
  })
}

function readingOnly(claude: ClaudeOptions): ClaudeOptions {
  return { ...claude, disallowedTools: [...claude.disallowedTools, ...writingTools] }
}
