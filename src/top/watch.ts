/** Looks at a bot elsewhere, again and again, and keeps what was seen last. */
import type { Api } from '../remote/api.ts'
import { RemoteError } from '../remote/errors.ts'
import { unbroken } from '../remote/patience.ts'
import { sleep } from '../reply/sleep.ts'
import {
  type Permission,
  type Session,
  type Setting,
  type Task,
  type Usage,
  Line,
  Overview,
  Permissions,
  Sessions,
  Settings,
  Tasks,
  Usage as UsageShape,
} from './shapes.ts'

export const tabs = ['turns', 'approvals', 'tasks', 'sessions', 'usage', 'log', 'settings'] as const
export type Tab = (typeof tabs)[number]

/** What was seen last. Absent: not looked at yet. */
export interface Seen {
  /** Why the bot could not be looked at the last time; absent: it could. */
  readonly away?: string
  readonly overview: Overview
  readonly turns: readonly Session[]
  readonly approvals: readonly Permission[]
  readonly tasks?: readonly Task[]
  readonly sessions?: readonly Session[]
  readonly usage?: Usage
  readonly settings?: readonly Setting[]
  readonly log: readonly Line[]
}

const everyMs = 1_500
const mostLines = 500
const operator = '/api/v1/operator'

/** What only one tab shows is asked for while that is open. */
const looks: Readonly<Partial<Record<Tab, (api: Api, signal: AbortSignal) => Promise<Partial<Seen>>>>> = {
  tasks: async (api, signal) => ({
    tasks: (await api.ask('/api/v1/tasks?of=all&limit=200', Tasks, {}, signal)).tasks,
  }),
  sessions: async (api, signal) => ({
    sessions: (await api.ask('/api/v1/sessions?of=all&limit=200', Sessions, {}, signal)).sessions,
  }),
  usage: async (api, signal) => ({ usage: await api.ask('/api/v1/usage?of=all', UsageShape, {}, signal) }),
  settings: async (api, signal) => ({
    settings: (await api.ask(`${operator}/settings`, Settings, {}, signal)).settings,
  }),
}

export class Watch {
  readonly #api: Api
  readonly #end = new AbortController()
  readonly #listeners = new Set<() => void>()
  #seen: Seen
  #tab: Tab = 'turns'
  #hurry = new AbortController()

  private constructor(api: Api, seen: Seen) {
    this.#api = api
    this.#seen = seen
  }

  /** Throws {@link RemoteError} where it cannot be looked at, or may not. */
  static async open(api: Api, signal: AbortSignal): Promise<Watch> {
    const watch = new Watch(api, { ...(await base(api, signal)), log: [] })
    void watch.#look()
    void watch.#follow()
    return watch
  }

  get seen(): Seen {
    return this.#seen
  }

  /** Returns how to stop listening. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  show(tab: Tab): void {
    this.#tab = tab
    this.hurry()
  }

  /** Something has changed: looks again at once. */
  hurry(): void {
    this.#hurry.abort()
  }

  close(): void {
    this.#end.abort()
    this.#hurry.abort()
  }

  /** Never rejects: what went wrong is seen. */
  async #look(): Promise<void> {
    const { signal } = this.#end
    while (!signal.aborted) {
      this.#hurry = new AbortController()
      try {
        const { away: _away, ...before } = this.#seen
        const more = await looks[this.#tab]?.(this.#api, signal)
        this.#set({ ...before, ...(await base(this.#api, signal)), ...more, log: this.#seen.log })
      } catch (error) {
        if (signal.aborted) return
        this.#set({ ...this.#seen, away: wordsOf(error) })
      }
      await sleep(everyMs, this.#hurry.signal)
    }
  }

  /** Never rejects: without the log all else is still seen, and whether the bot is there is told by that. */
  async #follow(): Promise<void> {
    const { signal } = this.#end
    while (!signal.aborted) {
      try {
        await this.#listen(signal)
      } catch (error) {
        this.#heard([{ at: new Date().toISOString(), level: 'error', message: wordsOf(error), fields: {} }])
      }
      await sleep(everyMs, signal)
    }
  }

  async #listen(signal: AbortSignal): Promise<void> {
    const open = (): ReturnType<Api['open']> =>
      this.#api.open(`${operator}/log?limit=200`, {}, undefined, signal)
    for await (const heard of unbroken(open, () => false, Number.POSITIVE_INFINITY, signal)) {
      // All that is kept comes again with each connection.
      if (heard.kind === 'open') this.#set({ ...this.#seen, log: [] })
      if (heard.kind !== 'event' || heard.event.type !== 'line') continue
      const line = Line.safeParse(JSON.parse(heard.event.data)).data
      if (line !== undefined) this.#heard([line])
    }
  }

  #heard(lines: readonly Line[]): void {
    this.#set({ ...this.#seen, log: [...this.#seen.log, ...lines].slice(-mostLines) })
  }

  #set(seen: Seen): void {
    if (this.#end.signal.aborted) return
    this.#seen = seen
    for (const listener of this.#listeners) listener()
  }
}

async function base(api: Api, signal: AbortSignal): Promise<Pick<Seen, 'overview' | 'turns' | 'approvals'>> {
  const overview = await api.ask(operator, Overview, {}, signal)
  const [{ sessions: turns }, { permissions: approvals }] = await Promise.all([
    api.ask(`${operator}/turns`, Sessions, {}, signal),
    api.ask('/api/v1/permissions?of=all', Permissions, {}, signal),
  ])
  return { overview, turns, approvals }
}

function wordsOf(error: unknown): string {
  if (error instanceof RemoteError) return error.message
  return error instanceof Error ? error.message : String(error)
}
