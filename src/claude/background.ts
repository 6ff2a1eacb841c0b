/** What the CLI does by itself: tasks that Claude left running, and the turns that it takes when one reports. */
import { createChannel, type Channel } from './channel.ts'
import { advance, noProgress, textOf } from './events.ts'
import type { Incoming } from './protocol.ts'
import type { Activity, TurnEvent, TurnResult } from './turn.ts'

/** Whom the CLI's questions concern. */
export interface Asker {
  /** Tells an event that is no line of the CLI. */
  tell(event: TurnEvent): void
  /** What takes its time from now on, so that silence is no fault. */
  hold(reason: string): void
  release(reason: string): void
}

export interface Background extends Asker {
  readonly activity: Activity
  /** A task reported just now: the next turn is about it. */
  readonly notified: boolean
  /** Reasons for which the CLI may be silent, and a turn of ours behind it waits. */
  readonly holds: ReadonlySet<string>
  /** Takes what the CLI says of its tasks. */
  note(message: Incoming): void
  /** The CLI begins a turn; `own`: by itself. */
  begin(own: boolean): void
  /** Takes a line of its own turn. */
  take(message: Incoming): void
  /** A result came; undefined: it was not its own. */
  conclude(result: Omit<TurnResult, 'text'> | undefined): void
  /** The process has ended. */
  end(result: Omit<TurnResult, 'text'>): void
}

export interface BackgroundOptions {
  /** The CLI begins a turn of its own. */
  onTurn(events: AsyncIterable<TurnEvent>): void
  onActivity(activity: Activity): void
}

export function createBackground(options: BackgroundOptions): Background {
  let tasks = new Map<string, string>()
  let notified = false
  let running = false
  let progress = noProgress
  /** Opened with the first event: older versions say late whose turn it is. */
  let channel: Channel<TurnEvent> | undefined
  const holds = new Set<string>()
  let told = ''

  const activity = (): Activity => ({
    tasks: [...tasks].map(([id, title]) => ({ id, title })),
    speaking: running,
    reporting: notified || running,
  })
  const tellActivity = (): void => {
    const now = JSON.stringify(activity())
    if (now === told) return
    told = now
    options.onActivity(activity())
  }
  const push = (event: TurnEvent): void => {
    if (channel === undefined) {
      channel = createChannel()
      options.onTurn(channel.events)
    }
    channel.push(event)
  }
  const finish = (result: Omit<TurnResult, 'text'>): void => {
    push({ type: 'result', result: { ...result, text: textOf(progress) } })
    channel?.end()
    channel = undefined
    progress = noProgress
    holds.clear()
  }

  return {
    get activity() {
      return activity()
    },
    get notified() {
      return notified
    },
    holds,
    tell: push,
    hold: (reason) => void holds.add(reason),
    release: (reason) => void holds.delete(reason),
    note(message) {
      if (message.kind === 'tasks') tasks = new Map(message.tasks.map(({ id, title }) => [id, title]))
      if (message.kind === 'task-started') tasks.set(message.id, message.title)
      if (message.kind === 'notification') {
        tasks.delete(message.id)
        notified = true
      }
      tellActivity()
    },
    begin(own) {
      notified = false
      running = own
      progress = noProgress
      tellActivity()
    },
    take(message) {
      const [next, events] = advance(progress, message)
      progress = next
      for (const event of events) if (event.type !== 'started') push(event)
    },
    conclude(result) {
      notified = false
      running = false
      if (result !== undefined) finish(result)
      tellActivity()
    },
    end(result) {
      const { tasks: cutOff, reporting } = activity()
      tasks = new Map()
      notified = false
      running = false
      if (channel !== undefined) finish(result)
      if (reporting || cutOff.length > 0)
        options.onActivity({ tasks: [], speaking: false, reporting: false, cutOff })
    },
  }
}
