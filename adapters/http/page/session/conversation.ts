/** A session as the page shows it: what was said, what runs, what is asked; kept up to date while it is open. */
import { z } from 'zod'
import { RunView } from '../../shapes/run.ts'
import { Line, Session } from '../../shapes/session.ts'
import { type Client, part, pause } from '../api/client.ts'
import { RequestError, reasonOf } from '../api/problem.ts'
import { Notice, type NoticeShown, type Turn, isOver, newTurn, withEvent } from './turn.ts'

const mostLines = 200
const paceMs = 30

const Lines = z.object({ lines: z.array(Line) })
const Tasks = z.object({ tasks: z.array(RunView) })
const Message = RunView.unwrap().extend({ text: z.string() })
const Moved = z.object({ id: z.string(), state: z.string() })
const Said = Notice.extend({ message: z.string().exactOptional() })

export interface Shown {
  readonly session: Session | undefined
  /** What was said before the page looked. */
  readonly lines: readonly Line[]
  readonly turns: readonly Turn[]
  /** Words that belong to no message; `after`: how many turns there were. */
  readonly notices: readonly (NoticeShown & { readonly after: number })[]
  readonly connection: 'loading' | 'open' | 'lost' | 'gone'
  readonly problem: string | undefined
}

export class Conversation {
  readonly id: string
  readonly #client: Client
  readonly #path: string
  readonly #listeners = new Set<() => void>()
  readonly #followed = new Set<string>()
  #telling: ReturnType<typeof setTimeout> | undefined
  #shown: Shown = {
    session: undefined,
    lines: [],
    turns: [],
    notices: [],
    connection: 'loading',
    problem: undefined,
  }
  #told = this.#shown

  constructor(client: Client, id: string) {
    this.id = id
    this.#client = client
    this.#path = `/api/v1/sessions/${part(id)}`
  }

  /** As those who listen were told last. */
  get shown(): Shown {
    return this.#told
  }

  listen(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Until the signal. Never rejects. */
  async open(signal: AbortSignal): Promise<void> {
    for (let attempt = 0; !signal.aborted; attempt++) {
      await untilSeen(signal)
      try {
        await this.#watch(signal, () => {
          attempt = 0
        })
      } catch (error) {
        if (signal.aborted) return
        const problem = reasonOf(error)
        if (error instanceof RequestError && (error.status === 404 || error.status === 401))
          return this.#show({ connection: 'gone', problem })
        this.#show({ connection: 'lost', problem })
      }
      await pause(attempt, signal)
    }
  }

  /** Resolves when the bot has it. Throws {@link RequestError}. */
  async say(text: string): Promise<void> {
    const id = newId()
    this.#show({ turns: [...this.#shown.turns, newTurn(id, text, 'sending')] })
    try {
      const later = { prefer: 'respond-async' }
      await this.#client.send('POST', `${this.#path}/messages`, { id, text, commands: true }, RunView, later)
      this.#change(id, (turn) => (turn.state === 'sending' ? { ...turn, state: 'waiting' } : turn))
    } catch (error) {
      this.#show({ turns: this.#shown.turns.filter((turn) => turn.id !== id) })
      throw error
    }
  }

  async interrupt(): Promise<void> {
    await this.#client.send('POST', `${this.#path}/interrupt`, {}, z.object({}))
  }

  async decide(
    prompt: string,
    answer: { readonly choices: readonly string[]; readonly text?: string },
  ): Promise<void> {
    try {
      await this.#client.send(
        'POST',
        `${this.#path}/permissions/${part(prompt)}`,
        { ...answer },
        z.object({}),
      )
    } finally {
      await this.look()
    }
  }

  /** `what`: name, model or permission-mode. */
  async change(what: string, body: Readonly<Record<string, string | null>>): Promise<void> {
    this.#show({ session: await this.#client.send('PUT', `${this.#path}/${what}`, body, Session) })
  }

  /** What stands in the session's record, anew. */
  async look(): Promise<void> {
    this.#show({ session: await this.#client.get(this.#path, Session) })
  }

  /** Sees all that is, then what comes, until the connection ends. */
  async #watch(end: AbortSignal, opened: () => void): Promise<void> {
    const broken = new AbortController()
    const signal = AbortSignal.any([end, broken.signal])
    // A browser has six connections for all windows of a page together: one that nobody sees gives its own up.
    const hide = (): void => {
      if (document.hidden && this.#shown.turns.every(isOver)) broken.abort()
    }
    document.addEventListener('visibilitychange', hide, { signal })
    try {
      const events = this.#client.events(`${this.#path}/events`, {
        signal,
        opened: async () => {
          await this.#load(signal)
          opened()
        },
      })
      for await (const { type, data } of events) {
        if (type === 'message') await this.#moved(Moved.parse(JSON.parse(data)).id, signal)
        else {
          if (type === 'notice') this.#heard(Said.parse(JSON.parse(data)))
          await this.look()
        }
      }
    } catch (error) {
      if (!broken.signal.aborted) throw error
    } finally {
      broken.abort()
      this.#followed.clear()
    }
  }

  async #load(signal: AbortSignal): Promise<void> {
    const session = await this.#client.get(this.#path, Session, signal)
    const open = await this.#openTurns(signal)
    const { lines } = await this.#client.get(`${this.#path}/history?limit=${mostLines}`, Lines, signal)
    const sending = this.#shown.turns.filter(
      ({ id, state }) => state === 'sending' && !open.some((turn) => turn.id === id),
    )
    const turns = [...open, ...sending]
    this.#show({ session, lines, turns, notices: [], connection: 'open', problem: undefined })
    for (const { id, state } of open) if (state === 'running') this.#follow(id, signal)
  }

  /** What waits or runs, the oldest first. */
  async #openTurns(signal: AbortSignal): Promise<readonly Turn[]> {
    const path = `/api/v1/tasks?session=${part(this.id)}&limit=20`
    const { tasks } = await this.#client.get(path, Tasks, signal)
    const open = tasks.filter(({ state }) => state === 'waiting' || state === 'running').toReversed()
    return Promise.all(open.map(({ id }) => this.#turn(id, signal)))
  }

  async #turn(id: string, signal: AbortSignal): Promise<Turn> {
    const { text, state } = await this.#client.get(`${this.#path}/messages/${part(id)}`, Message, signal)
    return newTurn(id, text, state === 'waiting' ? 'waiting' : 'running')
  }

  /** A message has begun or ended, ours or one from elsewhere. */
  async #moved(id: string, signal: AbortSignal): Promise<void> {
    if (!this.#shown.turns.some((turn) => turn.id === id)) {
      const turn = await this.#turn(id, signal)
      this.#show({ turns: [...this.#shown.turns, turn] })
    }
    this.#follow(id, signal)
    await this.look()
  }

  #follow(id: string, signal: AbortSignal): void {
    const turn = this.#shown.turns.find((each) => each.id === id)
    if (turn === undefined || isOver(turn) || this.#followed.has(id)) return
    this.#followed.add(id)
    void this.#read(id, signal)
  }

  /** Until it has ended. Never rejects: when the stream breaks off it goes on where it was. */
  async #read(id: string, signal: AbortSignal): Promise<void> {
    const path = `/api/v1/tasks/${part(id)}/events`
    let after: string | undefined
    for (let attempt = 0; !signal.aborted; attempt++) {
      try {
        for await (const event of this.#client.events(path, { after, signal })) {
          attempt = 0
          after = event.id
          this.#change(id, (turn) => withEvent(turn, event))
        }
        const turn = this.#shown.turns.find((each) => each.id === id)
        if (turn === undefined || isOver(turn)) return
      } catch (error) {
        if (signal.aborted) return
        this.#show({ problem: reasonOf(error) })
      }
      await pause(attempt, signal)
    }
  }

  #heard({ message, ...notice }: z.infer<typeof Said>): void {
    // Those of a message come with its own events.
    if (message !== undefined && this.#shown.turns.some(({ id }) => id === message)) return
    const after = this.#shown.turns.length
    this.#show({ notices: [...this.#shown.notices, { ...notice, after }] })
  }

  #change(id: string, changed: (turn: Turn) => Turn): void {
    this.#show({ turns: this.#shown.turns.map((turn) => (turn.id === id ? changed(turn) : turn)) })
  }

  #show(change: Partial<Shown>): void {
    this.#shown = { ...this.#shown, ...change }
    // An answer may come in more pieces than anybody can see.
    if (this.#telling !== undefined) return
    this.#telling = setTimeout(() => {
      this.#telling = undefined
      this.#told = this.#shown
      for (const listener of this.#listeners) listener()
    }, paceMs)
  }
}

/** By hand: browsers give out uuids only where the page came over TLS or from their own machine. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Resolves when somebody sees the window, or with the signal. */
async function untilSeen(signal: AbortSignal): Promise<void> {
  if (!document.hidden || signal.aborted) return
  const { promise, resolve } = Promise.withResolvers<void>()
  const done = new AbortController()
  document.addEventListener('visibilitychange', () => resolve(), { signal: done.signal })
  signal.addEventListener('abort', () => resolve(), { signal: done.signal })
  await promise
  done.abort()
}
