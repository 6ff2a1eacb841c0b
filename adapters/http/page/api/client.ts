/** The bot's API, as the page uses it. What is answered is read by the schemas that the server answers by. */
import { z } from 'zod'
import { type ServerEvent, eventsIn } from './event-stream.ts'
import { RequestError, refusalIn } from './problem.ts'

/** How long a stream that broke off waits before it comes again: at most, in milliseconds. */
const longestPauseMs = 10_000

type Fields = Readonly<Record<string, unknown>>

interface Reading {
  readonly signal: AbortSignal
  /** Id of the last event that was seen. */
  readonly after?: string | undefined
  readonly opened?: () => Promise<void>
}

export class Client {
  /** Absent: the bot serves this machine without keys. */
  readonly #key: string | undefined
  /** The key does not count any more. */
  readonly #refused: () => void

  constructor(key: string | undefined, refused: () => void) {
    this.#key = key
    this.#refused = refused
  }

  /** Throws {@link RequestError}. */
  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers)
    if (this.#key !== undefined) headers.set('authorization', `Bearer ${this.#key}`)
    const response = await fetch(path, { ...init, headers, cache: 'no-store', credentials: 'omit' }).catch(
      (cause: unknown) => {
        if (init.signal?.aborted === true) throw cause
        throw new RequestError(0, 'network', 'The bot cannot be reached. Does it run?')
      },
    )
    if (response.ok) return response
    if (response.status === 401) this.#refused()
    throw await refusalIn(response)
  }

  async get<T>(path: string, shape: z.ZodType<T>, signal?: AbortSignal): Promise<T> {
    const response = await this.fetch(path, signal === undefined ? {} : { signal })
    return shape.parse(await response.json())
  }

  async send<T>(method: string, path: string, body: Fields, shape: z.ZodType<T>, more = {}): Promise<T> {
    const headers = { 'content-type': 'application/json', ...more }
    const response = await this.fetch(path, { method, headers, body: JSON.stringify(body) })
    return shape.parse(await response.json())
  }

  async delete(path: string): Promise<void> {
    await this.fetch(path, { method: 'DELETE' })
  }

  /** Until its end; rejects when the connection breaks off or is refused. What comes while `opened` works is not lost. */
  async *events(path: string, { after, signal, opened }: Reading): AsyncGenerator<ServerEvent, void> {
    const resume: Record<string, string> = after === undefined ? {} : { 'last-event-id': after }
    const { body } = await this.fetch(path, { headers: { accept: 'text/event-stream', ...resume }, signal })
    await opened?.()
    if (body !== null) yield* eventsIn(body)
  }
}

/** Resolves with the signal, or after so many milliseconds: more with each attempt that failed. */
export async function pause(attempt: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, Math.min(longestPauseMs, 250 * 2 ** attempt))
  signal.addEventListener('abort', () => resolve(), { once: true })
  await promise
  clearTimeout(timer)
}

/** A part of a path. */
export function part(value: string): string {
  return encodeURIComponent(value)
}
