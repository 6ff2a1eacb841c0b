/** What happens in sessions, message by message, for those who watch them: from now on, and nothing is kept. */
import { EventLog, type LoggedEvent } from './event-log.ts'

export class Feeds {
  readonly #logs = new Map<string, EventLog>()

  tell(user: string, session: string, type: string, data: object): void {
    this.#logs.get(placeOf(user, session))?.push(type, data)
  }

  /** Ends with the signal. `after`: id of an event that was seen; those since then that are still known come first. */
  async *watch(
    user: string,
    session: string,
    after: number,
    signal: AbortSignal,
  ): AsyncGenerator<LoggedEvent, void> {
    const place = placeOf(user, session)
    const log = this.#logs.get(place) ?? new EventLog()
    this.#logs.set(place, log)
    try {
      yield* log.after(after === 0 ? log.last : after, signal)
    } finally {
      if (!log.isRead) this.#logs.delete(place)
    }
  }
}

/** No name of a key has a slash. */
function placeOf(user: string, session: string): string {
  return `${user}/${session}`
}
