/**
 * Which of the CLI's lines belong to the turn that we asked for. The CLI also takes turns of its own, when a
 * background task reports, and several messages may be answered by one result.
 */
import { type Asker, type BackgroundOptions, createBackground } from './background.ts'
import { createChannel } from './channel.ts'
import { advance, noProgress, startOf, textOf, type TurnProgress } from './events.ts'
import { faultOf } from './faults.ts'
import type { Incoming, ResultMessage } from './protocol.ts'
import type { Activity, TokenUsage, Turn, TurnEvent, TurnFault, TurnResult } from './turn.ts'
import { createWatch, type Watch } from './watch.ts'

/** A turn of ours, from asking to result. */
export interface OpenTurn extends Turn, Asker {
  /** Resolves when the CLI has taken the message up, or the turn is over. */
  readonly taken: Promise<void>
  readonly over: Promise<TurnResult>
  /** True once it is asked to stop: nothing more gets into it. */
  readonly stopping: boolean
  /** Messages that were steered in and that the CLI has not taken up. */
  readonly waiting: readonly string[]
  /** One more message is on its way into this turn. Resolves when the CLI has taken it up; false: it will not. */
  steer(uuid: string): Promise<boolean>
  /** The CLI has let go of a message that waited. */
  drop(uuid: string): void
  /** We ask the CLI to stop, and why: a result that tells of an error is to be read so. */
  stop(why: TurnFault): void
}

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

export interface TurnsOptions extends BackgroundOptions {
  readonly sessionId: string
  readonly timeout: number
  readonly silence: number
  /** The turn took longer than `timeout`, or the CLI was silent for longer than `silence`. */
  onOverdue(turn: OpenTurn, why: 'timeout' | 'silent'): void
  /** A turn ended with a fault after which the process is of no use. */
  onFatal(fault: TurnFault): void
}

interface Current {
  readonly turn: OpenTurn
  readonly watch: Watch
  readonly startedAt: number
  /** Every message that this turn answers. */
  readonly uuids: Set<string>
  /** Those that were steered in and not taken up, and whom to tell. */
  readonly steered: Map<string, (taken: boolean) => void>
  /** What the CLI's earlier turns for it cost: a message that comes too late for one gets a turn of its own. */
  spent: Pick<TurnResult, 'costUsd' | 'usage' | 'fault'>
  progress: TurnProgress
  stopping: TurnFault | undefined
  finish(result: TurnResult): void
  markTaken(): void
  push(event: TurnEvent): void
}

const noUsage: TokenUsage = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 }

export function createTurns(options: TurnsOptions): Turns {
  let sessionId = options.sessionId
  let start: ReturnType<typeof startOf> = { sessionId, model: '', tools: [], commands: [] }
  let current: Current | undefined
  /** Whose turn the CLI is in. */
  let running: 'ours' | 'background' | undefined
  const background = createBackground(options)
  let totalCostUsd = 0

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
    const { usage } = message
    running = undefined
    if (current !== undefined && answers(message, current)) {
      background.conclude(undefined)
      const fault = message.failed ? (current.stopping ?? faultOf(message)) : undefined
      current.spent = plus(current.spent, { costUsd, usage, ...(fault && { fault }) })
      // What was steered in too late for this turn of the CLI begins its next one.
      const goesOn = current.steered.size > 0 && current.stopping === undefined && fault?.fatal !== true
      if (!goesOn) finish(current, { text: textOf(current.progress), ...current.spent })
      return
    }
    const fault = faultOf(message)
    for (const reason of background.holds) current?.turn.release(reason)
    background.conclude({ costUsd, usage, durationMs: 0, sessionId, ...modelNow(), ...(fault && { fault }) })
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
      background.end({ costUsd: 0, usage: noUsage, durationMs: 0, sessionId, fault })
      running = undefined
      if (current === undefined) return
      const { stopping, progress, spent } = current
      const told = stopping === undefined ? fault : { ...stopping, fatal: true }
      finish(current, { text: textOf(progress), ...spent, fault: told })
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

function settle({ steered }: Pick<Current, 'steered'>, uuid: string, taken: boolean): void {
  steered.get(uuid)?.(taken)
  steered.delete(uuid)
}

/** The first fault is the one to tell: what came after it may stand on what is missing. */
function plus(before: Current['spent'], now: Current['spent']): Current['spent'] {
  const fault = before.fault ?? now.fault
  const usage = {
    input: before.usage.input + now.usage.input,
    output: before.usage.output + now.usage.output,
    cacheRead: before.usage.cacheRead + now.usage.cacheRead,
    cacheWrite: before.usage.cacheWrite + now.usage.cacheWrite,
  }
  return { costUsd: before.costUsd + now.costUsd, usage, ...(fault && { fault }) }
}

function openTurn(uuid: string, options: TurnsOptions): Current {
  const channel = createChannel<TurnEvent>()
  const { promise: taken, resolve: markTaken } = Promise.withResolvers<void>()
  const { promise: over, resolve: end } = Promise.withResolvers<TurnResult>()
  const watch = createWatch(options, {
    timeout: () => options.onOverdue(turn, 'timeout'),
    silence: () => options.onOverdue(turn, 'silent'),
  })
  let started = false
  const push = (event: TurnEvent): void => {
    if (event.type === 'started') {
      if (started) return
      started = true
    }
    channel.push(event)
  }
  const uuids = new Set([uuid])
  const steered: Current['steered'] = new Map()
  const turn: OpenTurn = {
    uuid,
    events: channel.events,
    taken,
    over,
    get stopping() {
      return current.stopping !== undefined
    },
    get waiting() {
      return [...steered.keys()]
    },
    steer: (more) =>
      new Promise((resolve) => {
        uuids.add(more)
        steered.set(more, resolve)
      }),
    drop: (waiting) => settle({ steered }, waiting, false),
    stop: (why) => {
      current.stopping ??= why
    },
    tell: push,
    hold: (reason) => watch.hold(reason),
    release: (reason) => watch.release(reason),
  }
  const current: Current = {
    turn,
    watch,
    startedAt: performance.now(),
    uuids,
    steered,
    spent: { costUsd: 0, usage: noUsage },
    progress: noProgress,
    stopping: undefined,
    push,
    markTaken,
    finish(result) {
      channel.push({ type: 'result', result })
      channel.end()
      for (const waiting of steered.keys()) settle({ steered }, waiting, false)
      markTaken()
      end(result)
    },
  }
  return current
}
