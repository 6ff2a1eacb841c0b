/** The open API with one app's token. Never retries, but for a token that ran out: the core does. */
import { setTimeout as sleep } from 'node:timers/promises'
import {
  Client,
  CTenantAccessToken,
  DefaultCache,
  type HttpInstance,
  LoggerLevel,
} from '@larksuiteoapi/node-sdk'
import { z } from 'zod'
import { AdapterError, type Log } from '../../src/contract.ts'
import type { Budget } from './budget.ts'
import { asAdapterError, larkCode, LarkRefusal, staleToken, throttled } from './faults.ts'
import { sdkLogger } from './logger.ts'
import { Transport } from './transport.ts'

/** How long a call waits for its turn. */
const patienceMs = 4000

export interface ApiOptions {
  readonly appId: string
  readonly appSecret: string
  readonly url: string
  readonly budget: Budget
  readonly log: Log
}

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below `/open-apis`. */
  readonly path: string
  /** A list is a parameter as often as it is long. */
  readonly query?: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body?: object
  /** True: the body is a form, with files as blobs. */
  readonly form?: boolean
}

const Answer = z.object({ code: z.number(), msg: z.string().default('') })
/** Of an answer that says no more than that it was carried out. */
export const Nothing = z.object({})
/** Of an answer that says this. */
export function Answered<T extends z.ZodRawShape>(data: T): z.ZodObject<{ data: z.ZodObject<T> }> {
  return z.object({ data: z.object(data) })
}
const tokenFailure = /\bcode[=:]\s*(\d+)/

export class Api {
  readonly #client: Client
  readonly #appId: string
  readonly #budget: Budget
  readonly #transport = new Transport()
  // The SDK's own is shared by all clients of a process.
  readonly #cache = new DefaultCache()
  readonly #flying = new Set<Promise<unknown>>()
  #closed = false

  constructor({ appId, appSecret, url, budget, log }: ApiOptions) {
    this.#appId = appId
    this.#budget = budget
    this.#client = new Client({
      appId,
      appSecret,
      domain: url,
      cache: this.#cache,
      httpInstance: this.#transport,
      logger: sdkLogger(log),
      loggerLevel: LoggerLevel.info,
    })
  }

  get transport(): HttpInstance {
    return this.#transport
  }

  /** Resolves with the answer, of this shape. Throws {@link AdapterError} only. */
  async call<T>(request: ApiRequest, shape: z.ZodType<T>): Promise<T> {
    const what = `${request.method} ${request.path}`
    const answer = await this.#run(what, () => this.#send(request))
    const parsed = shape.safeParse(answer)
    if (parsed.success) return parsed.data
    throw new AdapterError('unknown', `Feishu answered ${what} with something else than documented`, {
      cause: parsed.error,
      uncertain: true,
    })
  }

  /** Resolves with the content of a file. Throws {@link AdapterError} only. */
  async content(request: ApiRequest): Promise<ReadableStream<Uint8Array>> {
    const what = `${request.method} ${request.path}`
    const answer = await this.#run(what, () => this.#send(request, 'stream'))
    if (answer instanceof ReadableStream) return answer
    throw new AdapterError('unknown', `Feishu answered ${what} with no content`)
  }

  /** No further call is made. Resolves when those under way have ended. Never rejects. */
  async close(): Promise<void> {
    this.#closed = true
    await Promise.allSettled(this.#flying)
    this.#transport.close()
  }

  async #run(what: string, send: () => Promise<unknown>): Promise<unknown> {
    if (this.#closed) throw new AdapterError('network', `Feishu is left: ${what} is not sent`)
    const flying = this.#inTurn(what, send)
    this.#flying.add(flying)
    try {
      return await flying
    } catch (error) {
      throw asAdapterError(what, error)
    } finally {
      this.#flying.delete(flying)
    }
  }

  /** Waits until the endpoint may be called; not for long. */
  async #inTurn(what: string, send: () => Promise<unknown>): Promise<unknown> {
    const endpoint = what.replaceAll(/\/(?=[^/]*\d)(?:[^/]*_|\d{10})[^/]*/g, '/:id')
    using turn = this.#budget.queue('endpoint', endpoint, patienceMs)
    if (turn === undefined) throw throttled(endpoint, patienceMs)
    if (turn.wait > 0) await sleep(turn.wait)
    return await this.#withToken(send)
  }

  /** A token that is revoked before its time is fetched anew, once. */
  async #withToken(send: () => Promise<unknown>): Promise<unknown> {
    try {
      return await send()
    } catch (error) {
      if (!staleToken.has(larkCode(error))) throw error
      await this.#cache.set(CTenantAccessToken, '', undefined, { namespace: this.#appId })
      return send()
    }
  }

  async #send(
    { method, path, query = {}, body, form }: ApiRequest,
    responseType?: 'stream',
  ): Promise<unknown> {
    const answer: unknown = await this.#client
      .request({
        method,
        url: `/open-apis${path}`,
        params: query,
        ...(body !== undefined && { data: body }),
        ...(form === true && { headers: { 'Content-Type': 'multipart/form-data' } }),
        ...(responseType !== undefined && { responseType }),
      })
      .catch((error: unknown) => {
        throw refusedToken(error) ?? error
      })
    const refusal = Answer.safeParse(answer).data
    if (refusal !== undefined && refusal.code !== 0) throw new LarkRefusal(refusal.code, refusal.msg)
    return answer
  }
}

/** The SDK tells in words alone why it got no token. */
function refusedToken(error: unknown): LarkRefusal | undefined {
  if (!(error instanceof Error) || !error.message.includes('tenant_access_token')) return undefined
  const code = tokenFailure.exec(error.message)?.[1]
  return code === undefined ? undefined : new LarkRefusal(Number(code), error.message)
}
