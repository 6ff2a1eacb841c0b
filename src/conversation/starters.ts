/** Who began what Claude does by itself. It stays theirs, whoever writes meanwhile. */
import type { Activity } from '../claude/turn.ts'
import type { Message } from '../contract.ts'
import type { Envelope } from '../queue/port.ts'

/** A task and the message in whose turn it was left running. */
export interface Started {
  readonly title: string
  readonly envelope: Envelope
}

export class Starters {
  #tasks: ReadonlyMap<string, Started> = new Map()
  /** Those that have ended, and that Claude has not spoken of yet. */
  #ended: readonly Started[] = []
  #speaking = false

  /** `newest`: the message that Claude works for, or worked for last. */
  take({ tasks, speaking }: Activity, newest: Envelope): void {
    // What it begins while it speaks of a task belongs to whom that belonged to.
    const by = (this.#speaking ? this.reported.at(-1)?.envelope : undefined) ?? newest
    const known = this.#tasks
    this.#tasks = new Map(
      tasks.map(({ id, title }) => [id, { title, envelope: known.get(id)?.envelope ?? by }] as const),
    )
    const ended = [...known].flatMap(([id, started]) => (this.#tasks.has(id) ? [] : [started]))
    const told = this.#speaking && !speaking
    this.#ended = told ? ended : [...this.#ended, ...ended]
    this.#speaking = speaking
  }

  /** What runs, and what is not told of yet. */
  get all(): readonly Started[] {
    return [...this.#ended, ...this.#tasks.values()]
  }

  get speaking(): boolean {
    return this.#speaking
  }

  /** What Claude speaks of, as far as it is known. */
  get reported(): readonly Started[] {
    return this.#ended.length > 0 ? this.#ended : [...this.#tasks.values()]
  }

  of(task: string): Envelope | undefined {
    return this.#tasks.get(task)?.envelope
  }

  /** Ids of the tasks that somebody has running. */
  tasksOf(fits: (message: Message) => boolean): readonly string[] {
    return [...this.#tasks].flatMap(([id, { envelope }]) => (fits(envelope.message) ? [id] : []))
  }

  move(fits: (message: Message) => boolean, to: Message['movedTo'] & object): void {
    const moved = (started: Started): Started => {
      const { envelope } = started
      if (!fits(envelope.message)) return started
      return { ...started, envelope: { ...envelope, message: { ...envelope.message, movedTo: to } } }
    }
    this.#tasks = new Map([...this.#tasks].map(([id, started]) => [id, moved(started)]))
    this.#ended = this.#ended.map(moved)
  }
}
