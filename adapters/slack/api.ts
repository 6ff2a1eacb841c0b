/** The Web API with one token. Never retries: the core does. */
import { webApi } from '@slack/bolt'
import { AdapterError, type Log } from '../../src/contract.ts'
import { asAdapterError, slackCode } from './faults.ts'
import { slackLogger } from './logger.ts'
import type { Token } from './token.ts'

const callMs = 20_000

export interface ApiOptions {
  readonly token: Token
  readonly url: string
  readonly log: Log
}

type Call<T> = (client: webApi.WebClient) => Promise<T>

export class Api {
  readonly token: Token
  readonly url: string
  readonly #log: Log
  readonly #end = new AbortController()
  readonly #flying = new Set<Promise<unknown>>()
  #client: webApi.WebClient | undefined

  constructor({ token, url, log }: ApiOptions) {
    this.token = token
    this.url = url
    this.#log = log
  }

  /** `what`: the call's name, for messages. Throws {@link AdapterError} only. */
  async run<T>(what: string, call: Call<T>): Promise<T> {
    const token = await this.token.current()
    try {
      return await this.#run(what, token, call)
    } catch (error) {
      // Slack did nothing: the call is made again with the token that took its place.
      const other = slackCode(error) === 'token_expired' ? await this.token.instead(token) : undefined
      if (other === undefined) throw error
      return this.#run(what, other, call)
    }
  }

  async #run<T>(what: string, token: string, call: Call<T>): Promise<T> {
    if (this.#end.signal.aborted) throw new AdapterError('network', `Slack is left: ${what} is not sent`)
    const flying = call(this.#with(token))
    this.#flying.add(flying)
    try {
      return await flying
    } catch (error) {
      throw asAdapterError(what, error, this.token.renewal)
    } finally {
      this.#flying.delete(flying)
    }
  }

  #with(token: string): webApi.WebClient {
    if (this.#client?.token === token) return this.#client
    this.#client = new webApi.WebClient(token, {
      slackApiUrl: this.url,
      timeout: callMs,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      allowAbsoluteUrls: false,
      logger: slackLogger(this.#log),
    })
    return this.#client
  }

  /** No further call is made. Resolves when those under way have ended. Never rejects. */
  async close(): Promise<void> {
    this.#end.abort()
    await Promise.allSettled(this.#flying)
  }
}
