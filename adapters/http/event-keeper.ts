/** Keeps the events of tasks, so that whoever reads them goes on where they were when the bot is started anew. */
import { z } from 'zod'
import type { Keep, Log } from '../../src/contract.ts'
import type { LoggedEvent } from './event-log.ts'
import type { Run } from './run.ts'

/** What a crash may lose of them: the turn that it cut off is told anew. */
const everyMs = 250

const root = 'events/'
const Chunk = z.array(z.object({ id: z.int(), type: z.string(), data: z.string() }))

interface Kept {
  readonly name: string
  /** Id of the last event in it. */
  readonly last: number
}

/** What is on disk of one task. */
interface Watched {
  readonly run: Run
  readonly chunks: Kept[]
  next: number
}

/** What an earlier process has left of one task. */
interface Found {
  readonly chunks: {
    readonly place: number
    readonly name: string
    readonly events: readonly LoggedEvent[]
  }[]
}

export class EventKeeper {
  readonly #keep: Keep
  readonly #log: Log
  readonly #found = new Map<string, Found>()
  /** By what names the task: `<user>/<id>`. */
  readonly #watched = new Map<string, Watched>()
  readonly #timer: NodeJS.Timeout
  #writing: Promise<void> | undefined

  constructor(keep: Keep, log: Log) {
    this.#keep = keep
    this.#log = log
    this.#timer = setInterval(() => void this.flush(), everyMs)
    this.#timer.unref()
  }

  /** Takes up what an earlier process has kept under this name. False: it is none of ours. */
  find(name: string, value: string): boolean {
    const [, task, place] = /^events\/(.+)\/(\d+)$/.exec(name) ?? []
    if (task === undefined) return false
    const found = this.#found.get(task) ?? { chunks: [] }
    this.#found.set(task, found)
    found.chunks.push({ place: Number(place), name, events: eventsIn(value) })
    return true
  }

  /** The events of an earlier process, in order. */
  of(task: string): readonly LoggedEvent[] {
    return this.#inOrder(task).flatMap(({ events }) => events)
  }

  /** From now on what comes is kept. */
  watch(task: string, run: Run): void {
    const before = this.#inOrder(task)
    this.#found.delete(task)
    const chunks = before.map(({ name, events }) => ({ name, last: events.at(-1)?.id ?? 0 }))
    this.#watched.set(task, { run, chunks, next: (before.at(-1)?.place ?? -1) + 1 })
  }

  /** Lets go of what is kept of tasks that nobody watches by now. Rejects when the disk fails. */
  async dropOthers(): Promise<void> {
    for (const { chunks } of this.#found.values())
      for (const { name } of chunks) await this.#keep.delete(name)
    this.#found.clear()
  }

  /** Rejects when the disk fails. */
  async forget(task: string): Promise<void> {
    const watched = this.#watched.get(task)
    this.#watched.delete(task)
    for (const { name } of watched?.chunks ?? []) await this.#keep.delete(name)
  }

  /** Resolves when what has come is kept. Never rejects. */
  flush(): Promise<void> {
    this.#writing ??= this.#write().finally(() => (this.#writing = undefined))
    return this.#writing
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#writing
    await this.flush()
  }

  async #write(): Promise<void> {
    for (const [task, watched] of this.#watched) {
      try {
        await this.#keepNews(task, watched)
      } catch (err) {
        this.#log.warn({ err, task }, 'events of a task could not be kept; it is tried again')
      }
    }
  }

  async #keepNews(task: string, { run, chunks, ...watched }: Watched): Promise<void> {
    const news = run.events.since(chunks.at(-1)?.last ?? 0)
    const last = news.at(-1)?.id
    if (last === undefined) return
    const name = `${root}${task}/${watched.next}`
    await this.#keep.set(name, JSON.stringify(news))
    const known = this.#watched.get(task)
    // Forgotten while it was written.
    if (known?.chunks !== chunks) return this.#keep.delete(name)
    known.next += 1
    chunks.push({ name, last })
    // What the log has forgotten need not be kept.
    for (let oldest = chunks[0]; oldest !== undefined && oldest.last < run.events.first; oldest = chunks[0]) {
      chunks.shift()
      await this.#keep.delete(oldest.name)
    }
  }

  #inOrder(task: string): Found['chunks'] {
    return (this.#found.get(task)?.chunks ?? []).toSorted((one, other) => one.place - other.place)
  }
}

/** What cannot be read is left out: the end of the task is in its record. */
function eventsIn(text: string): readonly LoggedEvent[] {
  try {
    return Chunk.safeParse(JSON.parse(text)).data ?? []
  } catch {
    return []
  }
}
