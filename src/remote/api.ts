/** The API of a bot elsewhere: requests with the key, answers that are checked, errors as words. */
import type { z } from 'zod'
import manifest from '../../package.json' with { type: 'json' }
import { RemoteError } from './errors.ts'
import { type ServerEvent, eventsIn } from './event-stream.ts'
import { Problem } from './shapes.ts'

const answersWithinMs = 30_000
/** The server writes at least every 15 s: a connection that is silent for longer is dead, whatever TCP thinks. */
const silentMs = 45_000

interface Asked {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH'
  readonly body?: object
}

export class Api {
  /** Without a slash at its end. */
  readonly url: string
  readonly #key: string | undefined

  /** Throws {@link RemoteError} `bad-url`. */
  constructor(url: string, key: string | undefined) {
    this.url = addressOf(url)
    this.#key = key
  }

  /** Throws {@link RemoteError}. */
  async ask<T>(path: string, shape: z.ZodType<T>, asked: Asked, signal: AbortSignal): Promise<T> {
    const within = AbortSignal.any([signal, AbortSignal.timeout(answersWithinMs)])
    const response = await this.#fetch(path, asked, { accept: 'application/json' }, within)
    const body = await this.#json(response)
    const { success, data } = shape.safeParse(body)
    if (success) return data
    throw this.#strange(versionIn(body))
  }

  /** The content of a file of so many bytes. Throws {@link RemoteError}, also while it comes. */
  async *content(path: string, bytes: number, signal: AbortSignal): AsyncGenerator<Uint8Array, void> {
    const { body } = await this.#fetch(path, {}, { accept: 'application/octet-stream' }, signal)
    let left = bytes
    try {
      for await (const chunk of body ?? []) {
        left -= chunk.byteLength
        if (left < 0) throw this.#strange()
        yield chunk
      }
    } catch (cause) {
      throw this.#unanswered(cause)
    }
  }

  /** Resolves when the server has taken the request. `after`: id of the last event that was seen. Throws {@link RemoteError}. */
  async open(
    path: string,
    asked: Asked,
    after: string | undefined,
    signal: AbortSignal,
  ): Promise<AsyncGenerator<ServerEvent, void>> {
    const silence = new AbortController()
    const timer = setTimeout(() => silence.abort(), silentMs)
    const seen: Record<string, string> = after === undefined ? {} : { 'last-event-id': after }
    const headers = { accept: 'text/event-stream', ...seen }
    try {
      const response = await this.#fetch(path, asked, headers, AbortSignal.any([signal, silence.signal]))
      if (response.headers.get('content-type')?.startsWith('text/event-stream') !== true)
        throw this.#strange()
      return this.#read(response, timer, silence)
    } catch (error) {
      clearTimeout(timer)
      silence.abort()
      throw error
    }
  }

  async *#read(
    { body }: Response,
    timer: NodeJS.Timeout,
    silence: AbortController,
  ): AsyncGenerator<ServerEvent, void> {
    async function* heard(): AsyncGenerator<Uint8Array, void> {
      for await (const chunk of body ?? []) {
        timer.refresh()
        yield chunk
      }
    }
    try {
      yield* eventsIn(heard())
    } catch (cause) {
      throw this.#unanswered(cause)
    } finally {
      clearTimeout(timer)
      silence.abort()
    }
  }

  /** Resolves with an answer that is a success. */
  async #fetch(
    path: string,
    { method = 'GET', body }: Asked,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Response> {
    const key: Record<string, string> =
      this.#key === undefined ? {} : { authorization: `Bearer ${this.#key}` }
    const json: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' }
    const sent = body === undefined ? {} : { body: JSON.stringify(body) }
    let response: Response
    try {
      // Whoever redirects would be handed the key.
      const init = {
        method,
        redirect: 'error',
        signal,
        headers: { ...headers, ...key, ...json },
        ...sent,
      } as const
      response = await fetch(`${this.url}${path}`, init)
    } catch (cause) {
      throw this.#unanswered(cause)
    }
    if (response.ok) return response
    throw await this.#refusal(response)
  }

  async #json(response: Response): Promise<unknown> {
    try {
      return JSON.parse(await response.text())
    } catch (cause) {
      throw cause instanceof SyntaxError ? this.#strange() : this.#unanswered(cause)
    }
  }

  async #refusal(response: Response): Promise<RemoteError> {
    const { status } = response
    const body = await this.#json(response).catch(() => undefined)
    const problem = Problem.safeParse(body).data
    // A proxy in front of a bot that is being started again has words of its own.
    if (status === 429 || (status >= 502 && status <= 504)) {
      return new RemoteError('busy', problem?.detail ?? `${this.url} answers ${status}.`, { status })
    }
    if (status === 401) return this.#keyless(status)
    if (problem === undefined) return this.#strange()
    return new RemoteError('refused', problem.detail, { status })
  }

  #keyless(status: number): RemoteError {
    const way = 'put it into the environment as PARLEY_KEY, or into a file for --key-file'
    return this.#key === undefined
      ? new RemoteError('no-key', `${this.url} wants an API key: ${way}.`, { status })
      : new RemoteError('wrong-key', `${this.url} does not know this API key. Take another: ${way}.`, {
          status,
        })
  }

  #unanswered(cause: unknown): RemoteError {
    if (cause instanceof RemoteError) return cause
    const message = `Nothing answers at ${this.url} (${reasonOf(cause)}). Does the bot run there, with the API on?`
    return new RemoteError('no-answer', message, { cause })
  }

  #strange(version?: string): RemoteError {
    const what = version === undefined ? 'not as this version of Parley expects' : `as Parley ${version}`
    const message = `${this.url} answers, but ${what}; this is ${manifest.version}. Is the address right? Else bring both to the same version.`
    return new RemoteError('other-version', message)
  }
}

function addressOf(url: string): string {
  const parsed = URL.parse(url)
  if (parsed === null || !/^https?:$/.test(parsed.protocol))
    throw new RemoteError(
      'bad-url',
      `${url} is no address of a server: it looks like https://bot.example.com.`,
    )
  // It would stand in every message and in the list of processes.
  if (parsed.username !== '' || parsed.password !== '')
    throw new RemoteError('bad-url', 'A name and a password in the address are not sent: give a key.')
  return `${parsed.origin}${parsed.pathname.replace(/\/+$/, '')}`
}

function versionIn(body: unknown): string | undefined {
  return typeof body === 'object' && body !== null && 'version' in body ? String(body.version) : undefined
}

/** `fetch` says no more than that it failed: why stands behind. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  return cause.cause instanceof Error && cause.cause.message !== '' ? cause.cause.message : cause.message
}
