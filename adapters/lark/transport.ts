/**
 * How the SDK's requests travel: each one ends, by a time limit or when the adapter is left, and no failure holds a
 * secret. The SDK's own way has no limit, and its errors hold the request with its token.
 */
import type { HttpInstance, HttpRequestOptions } from '@larksuiteoapi/node-sdk'
import { HttpFailure } from './faults.ts'

/** Milliseconds. */
export interface Limits {
  /** Until an answer has come, of a file that is fetched its head. */
  readonly call: number
  /** The same where a file is sent, which goes as fast as the line does. */
  readonly upload: number
  /** Until the next part of a file that is fetched: the whole takes as long as it is large. */
  readonly idle: number
}
const usual: Limits = { call: 20_000, upload: 300_000, idle: 20_000 }

type Options = HttpRequestOptions<unknown>

export class Transport implements HttpInstance {
  readonly #end = new AbortController()
  readonly #limits: Limits

  constructor(limits = usual) {
    this.#limits = limits
  }

  // Of any type to the SDK, which takes answers as they come: api.ts looks at each.
  request = (options: Options) => this.#send(options)
  get = (url: string, options?: Options) => this.#send({ ...options, url, method: 'GET' })
  head = (url: string, options?: Options) => this.#send({ ...options, url, method: 'HEAD' })
  delete = (url: string, options?: Options) => this.#send({ ...options, url, method: 'DELETE' })
  options = (url: string, options?: Options) => this.#send({ ...options, url, method: 'OPTIONS' })
  post = (url: string, data?: unknown, options?: Options) =>
    this.#send({ ...options, url, data, method: 'POST' })
  put = (url: string, data?: unknown, options?: Options) =>
    this.#send({ ...options, url, data, method: 'PUT' })
  patch = (url: string, data?: unknown, options?: Options) =>
    this.#send({ ...options, url, data, method: 'PATCH' })

  /** What is under way ends. */
  close(): void {
    this.#end.abort()
  }

  /** Resolves with the answer's JSON, of a refusal too, or with its content where a stream is asked for. */
  async #send({ url = '', method = 'GET', params, data, headers, responseType }: Options) {
    const target = new URL(url)
    for (const [name, value] of Object.entries(params ?? {})) {
      for (const each of [value].flat()) {
        if (each !== undefined) target.searchParams.append(name, String(each))
      }
    }
    const { body, type } = bodyOf(data, headers)
    const { 'Content-Type': _form, ...others } = headers ?? {}
    const { call, upload, idle } = this.#limits
    const limit = new TimeLimit()
    limit.set(body instanceof FormData ? upload : call)
    try {
      const response = await fetch(target, {
        method: method.toUpperCase(),
        headers: { ...others, ...(type === undefined ? {} : { 'content-type': type }) },
        signal: AbortSignal.any([this.#end.signal, limit.signal]),
        ...(body === undefined ? {} : { body }),
      })
      const isContent = response.ok && responseType === 'stream' && !isJson(response)
      if (isContent && response.body !== null) return inParts(response.body, limit, idle)
      return await jsonOf(response)
    } finally {
      limit.clear()
    }
  }
}

/** Ends something unless it goes on in time. */
class TimeLimit {
  readonly #controller = new AbortController()
  #timer: NodeJS.Timeout | undefined

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  set(ms: number): void {
    this.clear()
    const late = () => this.#controller.abort(new DOMException(`nothing came for ${ms} ms`, 'TimeoutError'))
    this.#timer = setTimeout(late, ms)
  }

  clear(): void {
    clearTimeout(this.#timer)
  }
}

/** The same content; only while a part is waited for does its time run. */
function inParts(
  body: ReadableStream<Uint8Array>,
  limit: TimeLimit,
  idle: number,
): ReadableStream<Uint8Array> {
  const reader = body.getReader()
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        limit.set(idle)
        try {
          const { done, value } = await reader.read()
          if (done) controller.close()
          else controller.enqueue(value)
        } finally {
          limit.clear()
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    // Nothing is waited for before somebody reads.
    { highWaterMark: 0 },
  )
}

function bodyOf(data: unknown, headers: Options['headers']): { body?: string | FormData; type?: string } {
  if (data === undefined || data === null) return {}
  if (headers?.['Content-Type'] !== 'multipart/form-data') {
    return { body: JSON.stringify(data), type: 'application/json; charset=utf-8' }
  }
  const form = new FormData()
  for (const [name, value] of Object.entries(data)) {
    if (value instanceof Blob) form.set(name, value, 'file')
    else form.set(name, String(value))
  }
  return { body: form }
}

async function jsonOf(response: Response) {
  const reset = Number(response.headers.get('x-ogw-ratelimit-reset') ?? Number.NaN)
  if (response.status === 429) {
    await response.body?.cancel()
    throw new HttpFailure(429, Number.isFinite(reset) ? reset * 1000 : undefined)
  }
  if (isJson(response)) return JSON.parse(await response.text())
  await response.body?.cancel()
  throw new HttpFailure(response.status)
}

function isJson(response: Response): boolean {
  return response.headers.get('content-type')?.startsWith('application/json') === true
}
