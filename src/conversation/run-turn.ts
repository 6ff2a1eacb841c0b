/** Runs one turn on the warm process: waits for a permit, asks, shows what happens, obeys a stop. */
import {
  type ApprovalRequest,
  type Decision,
  type Session,
  type TurnEvent,
  type TurnResult,
  ClaudeError,
} from '../claude/turn.ts'
import type { Asked } from '../commands/command.ts'
import type { Log, TurnView } from '../contract.ts'
import type { Received } from '../files/receive.ts'
import type { Envelope } from '../queue/port.ts'
import type { Words } from '../words/en.ts'
import type { ToolRules } from './approval-questions.ts'
import type { Approvals, Request } from './approvals.ts'
import { failedResult } from './answer-text.ts'
import { type Together, asOne } from './burst.ts'
import { afterEmpty, askedAgain, isEmpty } from './empty-answer.ts'
import { type Judge, decisionBy, rulesBy } from './judging.ts'
import type { Place } from './turn-place.ts'
import { promptOf } from './prompt-text.ts'
import { imagesOf } from './take-files.ts'
import { advance, nothingYet, viewOf } from './view.ts'
import type { Warm } from './warm.ts'

/** How long the CLI may take to obey an interrupt before its process is ended. */
const obeyMs = 10_000

export interface TurnParts {
  readonly warm: Warm
  readonly approvals: Approvals
  readonly verdict: Judge
  readonly place: Place
  readonly log: Log
  /** Fetches what came with the messages. */
  readonly take: (messages: Together, signal: AbortSignal) => Promise<Received>
  readonly show: (view: TurnView) => void
  /** Told of each step, for whoever wants more than views. */
  readonly tell: (event: TurnEvent) => void
  readonly asked: Asked
  /** Of whoever asked. */
  readonly words: Words
  /** Has anything but the answer reached the user in this turn, a file perhaps? */
  readonly reached: () => boolean
  /** Called when it waits for a place, to begin with and after somebody has decided. */
  readonly queued: () => void
  /** Called when it has one. */
  readonly placed: () => void
  /** The message in whose turn a subagent was left running: what that wants is its sender's. */
  readonly starterOf: (agent: string | undefined) => Envelope | undefined
  /** Called when somebody is asked, and may take hours. */
  readonly waits: () => void
  /** Called when Claude has been asked: from now on messages can be steered into the turn. */
  readonly begun: (session: Session) => void
  /** Aborted by /stop: the turn ends, its process stays. */
  readonly stop: AbortSignal
  /** Aborted by /stop, too, and when the conversation is no longer ours: nothing may begin any more. */
  readonly ended: AbortSignal
}

/** Never throws for what Claude or its CLI does: that is in the result. */
export async function runTurn(messages: Together, parts: TurnParts): Promise<TurnResult> {
  const envelope = asOne(messages)
  const { place, ended } = parts
  try {
    await placed(place, parts)
    const received = await parts.take(messages, ended)
    const attempt = (note = ''): Promise<TurnResult> =>
      ask(envelope, { ...received, note }, parts, place, ended)
    const first = await attempt()
    // The first try may only have shown that the session's record was wrong.
    const result = first.fault !== undefined && parts.warm.mend(first.fault.code) ? await attempt() : first
    if (!isEmpty(result) || parts.reached() || ended.aborted) return result
    const second = await attempt(askedAgain).catch((error: unknown) => asResult(error, ended))
    return afterEmpty(result, second)
  } catch (error) {
    return asResult(error, ended)
  }
}

/** Rejects when the turn ends first. */
async function placed(place: Place, parts: Pick<TurnParts, 'queued' | 'placed'>): Promise<void> {
  parts.queued()
  await place.take()
  parts.placed()
}

/** Throws what is neither Claude's nor its CLI's. */
function asResult(error: unknown, ended: AbortSignal): TurnResult {
  if (ended.aborted) return failedResult('interrupted', 'Stopped before it began.')
  if (error instanceof ClaudeError) return failedResult(error.code, error.message, error.detail)
  throw error
}

async function ask(
  envelope: Envelope,
  { note, ...received }: Received & { readonly note: string },
  parts: TurnParts,
  place: Place,
  ended: AbortSignal,
): Promise<TurnResult> {
  const session = await parts.warm.ready()
  const before = `${await parts.warm.recalled()}${note}`
  ended.throwIfAborted()
  const { asked } = parts
  const text = asked.kind === 'text' ? asked.text : envelope.message.text
  const turn =
    asked.kind === 'line' && knows(session, parts.warm, asked.name)
      ? session.command(asked.line)
      : session.ask(`${before}${promptOf(envelope, text, received)}`, imagesOf(received))
  parts.begun(session)
  using _obedience = endOnStop(session, parts)
  let progress = nothingYet
  // Once a turn: it is reckoned from the home's key, and events come by the hundred.
  const { workspace } = parts.warm
  for await (const event of turn.events) {
    if (event.type === 'result') return withWords(event.result, asked)
    parts.tell(event)
    if (event.type === 'started') await parts.warm.started(event, note === '' ? turn.uuid : undefined)
    if (event.type === 'approval' && !(await decideOrAsk(event.request, envelope, session, parts, place)))
      continue
    if (event.type === 'approval-withdrawn') await parts.approvals.withdraw(event.id)
    const next = advance(progress, event, workspace, parts.words)
    if (next !== progress) parts.show(viewOf((progress = next)))
  }
  throw new Error('the events of a turn ended without a result')
}

/** True: somebody is asked. False: the operator's rules decide. */
async function decideOrAsk(
  request: ApprovalRequest,
  envelope: Envelope,
  session: Session,
  parts: TurnParts,
  place: Place,
): Promise<boolean> {
  const { message } = parts.starterOf(request.agent) ?? envelope
  const verdict = await parts.verdict(request, message, parts.warm.workspace)
  const decision = decisionBy(verdict)
  if (decision !== undefined) {
    session.decide(request.id, decision)
    return false
  }
  const rules = rulesBy(verdict)
  // Somebody may take hours to decide: let others work meanwhile. First: with a decision that was given already the
  // turn goes on at once, and needs its place.
  place.leave()
  const asked = { ...envelope, message }
  await parts.approvals.ask({ envelope: asked, ...waiter(request, rules, session, parts, place) })
  parts.waits()
  return true
}

/** What an MCP server brings is told a while after the start: the turn before may have known it. */
function knows({ commands }: Session, { record }: Warm, name: string): boolean {
  return commands.includes(name) || record?.commands?.includes(name) === true
}

/** Some of the CLI's own commands say nothing when all went well. */
function withWords(result: TurnResult, asked: Asked): TurnResult {
  const silent = asked.kind === 'line' && result.text === '' && result.fault === undefined
  return silent ? { ...result, text: asked.done } : result
}

/** How Claude is told what becomes of its request. */
function waiter(
  request: ApprovalRequest,
  rules: ToolRules,
  session: Session,
  parts: TurnParts,
  place: Place,
): Omit<Request, 'envelope'> {
  const { warm, ended, words } = parts
  const { workspace, modeAfterPlan } = warm
  return {
    request,
    circumstances: { workspace, modeAfterPlan, rules, words },
    async ready() {
      // A stopped turn has nothing to wait for: the interrupt is on its way. One that was left is told when it goes on.
      await placed(place, parts).catch(() => undefined)
      return session.alive && !ended.aborted
    },
    grant: (rules) => warm.grant(rules),
    async decide(decision: Decision) {
      if (decision.behavior === 'allow') {
        if (request.tool === 'ExitPlanMode') await warm.leavePlan()
        warm.remember(decision.remember ?? [])
      }
      session.decide(request.id, decision)
    },
  }
}

/** Interrupts the turn when it is to stop, and ends the process when it does not obey. */
function endOnStop(session: Session, { stop, log, warm }: TurnParts): Disposable {
  let timer: NodeJS.Timeout | undefined
  const end = (): void => {
    timer = setTimeout(() => void warm.close(), obeyMs)
    session.interrupt().catch((error: unknown) => {
      log.warn({ err: error }, 'the CLI did not take the interrupt; its process is ended')
      return warm.close()
    })
  }
  stop.addEventListener('abort', end, { once: true })
  return {
    [Symbol.dispose]: () => {
      clearTimeout(timer)
      stop.removeEventListener('abort', end)
    },
  }
}
