/** What happens in a session -> events for whoever follows it. Views come whole, no faster than they can be read. */
import type { Followed, Office } from '../../src/contract.ts'
import { EventLog, type LoggedEvent } from './event-log.ts'
import { adapterName, asked } from './inbound.ts'
import { approvalOf } from './shapes/session.ts'

/** Between two views of a turn. */
const paceMs = 200

export class Following {
  readonly #office: Office
  readonly #session: string
  readonly #user: string
  readonly #log = new EventLog()
  #view: Extract<Followed, { type: 'view' }> | undefined
  #pause: NodeJS.Timeout | undefined

  constructor(office: Office, session: string, user: string) {
    this.#office = office
    this.#session = session
    this.#user = user
  }

  /** Ends with the signal. Throws OfficeError before the first, where there is nothing to follow. */
  async *events(signal: AbortSignal): AsyncGenerator<LoggedEvent, void> {
    try {
      await this.#office.follow(this.#session, (event) => this.#take(event), signal)
      yield* this.#log.after(0, signal)
    } finally {
      clearTimeout(this.#pause)
    }
  }

  #take(event: Followed): void {
    if (event.type === 'view') {
      this.#view = event
      // The first at once: what comes while it is quiet is news.
      this.#pause ??= setTimeout(() => this.#showView(), paceMs)
      return
    }
    this.#showView()
    if (event.type === 'asked') return void this.#ask(event.prompt)
    const { type, ...data } = event
    this.#log.push(type, this.#named(data))
  }

  #showView(): void {
    clearTimeout(this.#pause)
    this.#pause = undefined
    const { message, view } = this.#view ?? {}
    this.#view = undefined
    if (message !== undefined) this.#log.push('view', { ...view, message: this.#nameOf(message) })
  }

  /** Never rejects: what was decided meanwhile is no question any more. */
  async #ask(prompt: string): Promise<void> {
    const session = await this.#office.session(this.#session).catch(() => undefined)
    const approval = session?.approvals.find((each) => each.prompt === prompt)
    if (approval !== undefined) this.#log.push('permission', approvalOf(approval))
  }

  /** A message is called as its sender calls it, where that is who follows. */
  #named(data: object): object {
    if ('message' in data && typeof data.message === 'string')
      return { ...data, message: this.#nameOf(data.message) }
    if ('key' in data && typeof data.key === 'string') {
      const { key, ...rest } = data
      return { ...rest, key, message: this.#nameOf(key.split('/', 1)[0] ?? '') }
    }
    return data
  }

  #nameOf(message: string): string {
    const prefix = `${adapterName}:`
    const one = message.startsWith(prefix) ? asked(message.slice(prefix.length)) : undefined
    return one?.user === this.#user ? one.id : message
  }
}
