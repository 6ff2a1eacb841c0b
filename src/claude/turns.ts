/**
 * Which of the CLI's lines belong to the turn that we asked for. The CLI also takes turns of its own, when a
 * background task reports, and several messages may be answered by one result.
 */
import { type Asker, type BackgroundOptions, createBackground } from './background.ts'
import { type Bill, beyond, billed, noUsage } from './bill.ts'
import { advance, startOf, textOf } from './events.ts'
import { faultOf } from './faults.ts'
import { type Current, type OpenTurn, type OpenTurnOptions, openTurn, plus, settle } from './open-turn.ts'
import type { Incoming, ResultMessage } from './protocol.ts'
import type { Activity, TurnFault, TurnResult } from './turn.ts'

export interface Turns {
  readonly current: OpenTurn | undefined
  /** Whose turn it is that the CLI asks a question in; undefined: nobody's. */
  readonly asker: Asker | undefined
  readonly activity: Activity
  /** The CLI's id of the session; /clear changes it. */
  readonly sessionId: string
  open(uuid: string): OpenTurn
  /** Takes the next line. */
  take(message: Incoming): void
  /** Ends the current turn, if there is one, with a fault that no result tells. */
  fail(fault: TurnFault): void
}

export interface TurnsOptions extends BackgroundOptions, OpenTurnOptions {
  readonly sessionId: string
  /** A turn ended with a fault after which the process is of no use. */
  onFatal(fault: TurnFault): void
  /** What the broker knows since it was asked last; absent: there is none. */
  bill?(): Bill
}

export function createTurns(options: TurnsOptions): Turns {
  let sessionId = options.sessionId
  let start: ReturnType<typeof startOf> = { sessionId, model: '', tools: [], commands: [] }
  let current: Current | undefined
  /** Whose turn the CLI is in. */
  let running: 'ours' | 'background' | undefined
  const background = createBackground(options)
  let totalCostUsd = 0
  let totalAll = noUsage
  const bill = (): Bill => options.bill?.() ?? { spent: noUsage }

  const modelNow = (): Pick<TurnResult, 'model'> => (start.model === '' ? {} : { model: start.model })
  const finish = (ended: Current, result: Omit<TurnResult, 'durationMs' | 'sessionId'>): void => {
    if (current !== ended) return
    current = undefined
    ended.watch.end()
    const durationMs = Math.round(performance.now() - ended.startedAt)
    ended.finish({ ...result, durationMs, sessionId, ...modelNow() })
    if (result.fault?.fatal === true) options.onFatal(result.fault)
  }

  const begin = (message: Extract<Incoming, { kind: 'init' }>): void => {
    sessionId = message.sessionId
    start = startOf(message)
    const ours =
      current !== undefined &&
      (message.namesMessages ? concerns(current, message.uuids) : !background.notified)
    background.begin(!ours)
    running = ours ? 'ours' : 'background'
    if (ours) current?.markTaken()
  }

  const conclude = (message: ResultMessage): void => {
    sessionId = message.sessionId ?? sessionId
    // Older versions count from zero after a resume, newer ones go on, but say what was added.
    const costUsd = message.costUsd ?? Math.max(0, message.totalCostUsd - totalCostUsd)
    totalCostUsd = message.totalCostUsd
    const all = message.all ?? beyond(message.totalAll, totalAll)
    totalAll = message.totalAll
    const { usage } = message
    running = undefined
    if (current !== undefined && answers(message, current)) {
      background.conclude(undefined)
      const fault = message.failed ? (current.stopping ?? faultOf(message)) : undefined
      const spent = billed({ costUsd, usage, ...(fault && { fault }) }, bill(), all)
      current.spent = plus(current.spent, spent)
      // What was steered in too late for this turn of the CLI begins its next one.
      const goesOn = current.steered.size > 0 && current.stopping === undefined && fault?.fatal !== true
      if (!goesOn) finish(current, { text: textOf(current.progress), ...current.spent })
      return
    }
    const fault = faultOf(message)
    for (const reason of background.holds) current?.turn.release(reason)
    const result = { costUsd, usage, durationMs: 0, sessionId, ...modelNow(), ...(fault && { fault }) }
    background.conclude(billed(result, bill(), all))
    if (fault?.fatal === true) options.onFatal(fault)
  }

  const ownAsker: Asker = {
    tell: (event) => background.tell(event),
    hold(reason) {
      background.hold(reason)
      current?.turn.hold(reason)
    },
    release(reason) {
      background.release(reason)
      current?.turn.release(reason)
    },
  }

  return {
    get current() {
      return current?.turn
    },
    get asker() {
      return running === 'background' ? ownAsker : current?.turn
    },
    get activity() {
      return background.activity
    },
    get sessionId() {
      return sessionId
    },
    open(uuid) {
      current = openTurn(uuid, options)
      // It waits for the CLI's own turn to end, and that one for a person or a tool.
      for (const reason of background.holds) current.turn.hold(reason)
      return current.turn
    },
    take(message) {
      current?.watch.heard()
      background.note(message)
      if (message.kind === 'init') begin(message)
      const taken = takenUp(message)
      if (taken !== undefined && current?.uuids.has(taken) === true) {
        running = 'ours'
        if (taken === current.turn.uuid) current.markTaken()
        settle(current, taken, true)
        // Older versions say late whose turn it is.
        if (message.kind === 'replay') current.push({ type: 'started', ...start, sessionId })
      }
      if (running === 'background') {
        background.take(message)
        watchTools(message, ownAsker)
      } else if (current !== undefined) {
        const [progress, events] = advance(current.progress, message)
        current.progress = progress
        watchTools(message, current.turn)
        for (const event of events) current.push(event)
      }
      if (message.kind === 'result') conclude(message)
    },
    fail(fault) {
      const unpaid = current === undefined && background.activity.speaking ? bill() : { spent: noUsage }
      background.end(billed({ costUsd: 0, usage: noUsage, durationMs: 0, sessionId, fault }, unpaid, noUsage))
      running = undefined
      if (current === undefined) return
      const { stopping, progress, spent } = current
      const told = stopping === undefined ? fault : { ...stopping, fatal: true }
      const last = billed({ costUsd: 0, usage: noUsage, fault: told }, { spent: bill().spent }, noUsage)
      finish(current, { text: textOf(progress), ...plus(spent, last), fault: told })
    },
  }
}

/** A tool takes its time, and says nothing meanwhile. */
function watchTools(message: Incoming, turn: Asker): void {
  if (message.kind === 'assistant') {
    for (const block of message.blocks) if (block.type === 'tool_use') turn.hold(block.id)
  }
  if (message.kind === 'tool-results') for (const { id } of message.results) turn.release(id)
}

/** Is the result one of this turn? Newer versions name the messages; that of a background task has an origin in all. */
function answers(message: ResultMessage, current: Current): boolean {
  return message.uuids.length > 0 ? concerns(current, message.uuids) : message.origin === undefined
}

function concerns({ uuids }: Current, named: readonly string[]): boolean {
  return named.some((uuid) => uuids.has(uuid))
}

/** The message that the CLI takes up with this line. */
function takenUp(message: Incoming): string | undefined {
  if (message.kind === 'lifecycle') return message.state === 'started' ? message.uuid : undefined
  return message.kind === 'replay' ? message.uuid : undefined
}
