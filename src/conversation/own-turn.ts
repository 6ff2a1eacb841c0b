/** A turn that Claude takes by itself, to say what came of a task: asked of, told to and paid for by whoever began that. */
import type { ApprovalRequest, PermissionMode, Session, TurnEvent, TurnResult } from '../claude/turn.ts'
import type { Message, TextReply } from '../contract.ts'
import type { Envelope } from '../queue/port.ts'
import type { Words } from '../words/en.ts'
import type { Approvals } from './approvals.ts'
import { decisionBy, rulesBy, strictest } from './judging.ts'
import type { ConversationParts } from './parts.ts'
import { answeredAt, isSameSender } from './place.ts'
import { notice } from '../queue/notice.ts'

export type OwnTurnParts = Pick<ConversationParts, 'queue' | 'budgets' | 'store' | 'verdict' | 'personOf'>

/** What the conversation's process works in. */
export interface Worker {
  readonly workspace: string
  readonly modeAfterPlan: PermissionMode
  grant(rules: readonly string[]): Promise<void>
  leavePlan(): Promise<void>
  /** Somebody allowed the process these suggestions of its own. */
  remember(suggestions: readonly unknown[]): void
  /** Claude has spent this by itself. */
  spent(costUsd: number): Promise<void>
}

export interface OwnTurn {
  /** What is asked and told in it is known by this. */
  readonly id: string
  /** The messages in whose turns that was begun which it is about. */
  readonly reported: readonly [Envelope, ...Envelope[]]
  readonly events: AsyncIterable<TurnEvent>
  readonly session: Session
  readonly worker: Worker
  readonly approvals: Approvals
  /** Ends what Claude does by itself for these, this turn too if it is about nobody else. */
  readonly end: (fits: (message: Message) => boolean) => Promise<unknown>
}

/** Said to Claude, so in English. */
const unpaid = 'The budget of whoever this is for is used up. Stop here.'

/** Resolves when what came of it is told. */
export async function followOwnTurn(parts: OwnTurnParts, turn: OwnTurn): Promise<void> {
  const { id, reported, events, session, approvals } = turn
  const payer = await payerOf(parts, turn)
  const envelope = { ...(payer ?? newestOf(reported)), id }
  for await (const event of events) {
    if (event.type === 'approval' && payer === undefined)
      session.decide(event.request.id, { behavior: 'deny', reason: unpaid, interrupt: true })
    else if (event.type === 'approval') await decideOrAsk(parts, turn, event.request)
    if (event.type === 'approval-withdrawn') await approvals.withdraw(event.id)
    if (event.type !== 'result') continue
    await approvals.end(envelope)
    await conclude(parts, turn, envelope, event.result, payer !== undefined)
  }
}

/** The last of those whom it is about that has room in the budgets; the others are told, and theirs is ended. */
async function payerOf(
  { budgets, personOf, queue }: OwnTurnParts,
  { reported, end }: OwnTurn,
): Promise<Envelope | undefined> {
  const over = new Set<Envelope>()
  for (const one of reported) {
    const standing = await budgets.usedUp(one.message)
    if (standing === undefined) continue
    over.add(one)
    const { words } = await personOf(one.message)
    // The outbox takes a key once: nobody is told again for each task of the same turn.
    const key = `${one.id}/unpaid`
    const there = { key, conversation: one.conversation, address: answeredAt(one.message).address }
    await queue.post([notice(there, words.budgets.endedOwn(standing), { language: words.language })])
  }
  if (over.size > 0) await end((message) => [...over].some((one) => isSameSender(one.message, message)))
  return reported.findLast((one) => !over.has(one))
}

async function decideOrAsk(
  { verdict: judge, personOf }: OwnTurnParts,
  { id, reported, session, worker, approvals }: OwnTurn,
  request: ApprovalRequest,
): Promise<void> {
  const { workspace, modeAfterPlan } = worker
  const judged = await Promise.all(
    reported.map(async (one) => ({ one, verdict: await judge(request, one.message, workspace) })),
  )
  const verdict = strictest(judged.map((each) => each.verdict))
  const decision = decisionBy(verdict)
  if (decision !== undefined) return void session.decide(request.id, decision)
  // Where one of them may not decide, it is that one's.
  const asker = judged.find((each) => !each.verdict.remembers)?.one ?? newestOf(reported)
  const envelope = { ...asker, id }
  const { words } = await personOf(envelope.message)
  await approvals.ask({
    request,
    envelope,
    circumstances: { workspace, modeAfterPlan, rules: rulesBy(verdict), words },
    ready: async () => session.alive,
    grant: (rules) => worker.grant(rules),
    async decide(decided) {
      if (decided.behavior === 'allow') {
        if (request.tool === 'ExitPlanMode') await worker.leavePlan()
        worker.remember(decided.remember ?? [])
      }
      session.decide(request.id, decided)
    },
  })
}

/** `paid` false: it was ended, and that is told. */
async function conclude(
  parts: OwnTurnParts,
  { worker }: OwnTurn,
  envelope: Envelope,
  result: TurnResult,
  paid: boolean,
): Promise<void> {
  if (paid || result.fault === undefined) await tell(parts, envelope, result)
  await parts.budgets.book(envelope.message, result)
  await worker.spent(result.costUsd)
}

async function tell(
  { queue, store, personOf }: OwnTurnParts,
  envelope: Envelope,
  result: TurnResult,
): Promise<void> {
  const { conversation, message } = envelope
  const { words } = await personOf(message)
  const reply = replyOf(`${envelope.id}/answer`, result, words)
  if (reply === undefined) return
  const { address } = answeredAt(message)
  await queue.post([{ key: reply.key, conversation, address, reply }])
  const { sessionId } = result
  await store.history.append(conversation, [
    { at: Date.now(), role: 'assistant', text: reply.markdown, sessionId },
  ])
}

/** Undefined: there is nothing to say, or what was cut off is told anyway. */
function replyOf(key: string, { text, fault }: TurnResult, words: Words): TextReply | undefined {
  const base = { kind: 'text', key, language: words.language } as const
  if (fault !== undefined && !fault.fatal) {
    const markdown = [text, words.faults.told(fault)].filter((part) => part !== '').join('\n\n---\n\n')
    return { ...base, tone: 'error', markdown }
  }
  return text === '' ? undefined : { ...base, tone: 'answer', markdown: text }
}

function newestOf(reported: OwnTurn['reported']): Envelope {
  return reported.at(-1) ?? reported[0]
}
