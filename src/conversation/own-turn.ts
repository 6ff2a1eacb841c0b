/** A turn that Claude takes by itself, to say what came of a task: asked of, told to and paid for by whoever began that. */
import type { ApprovalRequest, PermissionMode, Session, TurnEvent, TurnResult } from '../claude/turn.ts'
import type { TextReply } from '../contract.ts'
import type { Envelope } from '../queue/port.ts'
import type { Words } from '../words/en.ts'
import type { Approvals } from './approvals.ts'
import { decisionBy, rulesBy, strictest } from './judging.ts'
import type { ConversationParts } from './parts.ts'
import { answeredAt } from './place.ts'

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
}

/** Resolves when what came of it is told. */
export async function followOwnTurn(parts: OwnTurnParts, turn: OwnTurn): Promise<void> {
  const { id, reported, events, worker, approvals } = turn
  const envelope = { ...newestOf(reported), id }
  for await (const event of events) {
    if (event.type === 'approval') await decideOrAsk(parts, turn, event.request)
    if (event.type === 'approval-withdrawn') await approvals.withdraw(event.id)
    if (event.type !== 'result') continue
    await approvals.end(envelope)
    await tell(parts, envelope, event.result, worker)
  }
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

async function tell(
  { queue, budgets, store, personOf }: OwnTurnParts,
  envelope: Envelope,
  result: TurnResult,
  worker: Worker,
): Promise<void> {
  const { conversation, message } = envelope
  const { words } = await personOf(message)
  const reply = replyOf(`${envelope.id}/answer`, result, words)
  if (reply !== undefined) {
    const { address } = answeredAt(message)
    await queue.post([{ key: reply.key, conversation, address, reply }])
    const { sessionId } = result
    await store.history.append(conversation, [
      { at: Date.now(), role: 'assistant', text: reply.markdown, sessionId },
    ])
  }
  await budgets.book(message, result)
  await worker.spent(result.costUsd)
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
