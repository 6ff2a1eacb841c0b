/**
 * How the SDK's requests travel: each one ends, by a time limit or when the adapter is left, and no failure holds a
 * secret. The SDK's own way has no limit, and its errors hold the request with its token.
 */
import type { HttpInstance, HttpRequestOptions } from '@larksuiteoapi/node-sdk'
import { HttpFailure } from './faults.ts'

const callMs = 20_000

type Options = HttpRequestOptions<unknown>

export class Transport implements HttpInstance {
  readonly #end = new AbortController()

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
      if (value !== undefined) target.searchParams.set(name, String(value))
    }
    const { body, type } = bodyOf(data, headers)
    const { 'Content-Type': _form, ...others } = headers ?? {}
    const response = await fetch(target, {
      method: method.toUpperCase(),
      headers: { ...others, ...(type === undefined ? {} : { 'content-type': type }) },
      signal: AbortSignal.any([this.#end.signal, AbortSignal.timeout(callMs)]),
      ...(body === undefined ? {} : { body }),
    })
    if (response.ok && responseType === 'stream' && !isJson(response)) return response.body
    return jsonOf(response)
  }
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
