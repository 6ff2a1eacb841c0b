/** A turn that we asked for while it is open: its messages, its events, its end. */
import type { Asker } from './background.ts'
import { isNothing, noUsage, plusUsage } from './bill.ts'
import { createChannel } from './channel.ts'
import { noProgress, type TurnProgress } from './events.ts'
import type { Turn, TurnEvent, TurnFault, TurnResult } from './turn.ts'
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

export interface OpenTurnOptions {
  /** Milliseconds, as is `silence`. */
  readonly timeout: number
  readonly silence: number
  /** The turn took longer than `timeout`, or the CLI was silent for longer than `silence`. */
  onOverdue(turn: OpenTurn, why: 'timeout' | 'silent'): void
}

/** Its inside, for whoever reads the CLI's lines. */
export interface Current {
  readonly turn: OpenTurn
  readonly watch: Watch
  readonly startedAt: number
  /** Every message that this turn answers. */
  readonly uuids: Set<string>
  /** Those that were steered in and not taken up, and whom to tell. */
  readonly steered: Map<string, (taken: boolean) => void>
  /** What the CLI's earlier turns for it cost: a message that comes too late for one gets a turn of its own. */
  spent: Pick<TurnResult, 'costUsd' | 'usage' | 'fault' | 'untold'>
  progress: TurnProgress
  stopping: TurnFault | undefined
  finish(result: TurnResult): void
  markTaken(): void
  push(event: TurnEvent): void
}

export function openTurn(uuid: string, options: OpenTurnOptions): Current {
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

/** Whoever steered it in hears whether the CLI took it up. */
export function settle({ steered }: Pick<Current, 'steered'>, uuid: string, taken: boolean): void {
  steered.get(uuid)?.(taken)
  steered.delete(uuid)
}

/** The first fault is the one to tell: what came after it may stand on what is missing. */
export function plus(before: Current['spent'], now: Current['spent']): Current['spent'] {
  const fault = before.fault ?? now.fault
  const untold = plusUsage(before.untold ?? noUsage, now.untold ?? noUsage)
  return {
    costUsd: before.costUsd + now.costUsd,
    usage: plusUsage(before.usage, now.usage),
    ...(!isNothing(untold) && { untold }),
    ...(fault && { fault }),
  }
}
