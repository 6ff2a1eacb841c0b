/** The Web API with one token. Never retries: the core does. */
import { webApi } from '@slack/bolt'
import { AdapterError, type Log } from '../../src/contract.ts'
import { asAdapterError } from './faults.ts'
import { slackLogger } from './logger.ts'

const callMs = 20_000

export interface ApiOptions {
  readonly token: string
  readonly url: string
  readonly log: Log
}

export class Api {
  readonly token: string
  readonly url: string
  readonly #client: webApi.WebClient
  readonly #end = new AbortController()
  readonly #flying = new Set<Promise<unknown>>()

  constructor({ token, url, log }: ApiOptions) {
    this.token = token
    this.url = url
    this.#client = new webApi.WebClient(token, {
      slackApiUrl: url,
      timeout: callMs,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      allowAbsoluteUrls: false,
      logger: slackLogger(log),
    })
  }

  /** `what`: the call's name, for messages. Throws {@link AdapterError} only. */
  async run<T>(what: string, call: (client: webApi.WebClient) => Promise<T>): Promise<T> {
    if (this.#end.signal.aborted) throw new AdapterError('network', `Slack is left: ${what} is not sent`)
    const flying = call(this.#client)
    this.#flying.add(flying)
    try {
      return await flying
    } catch (error) {
      throw asAdapterError(what, error)
    } finally {
      this.#flying.delete(flying)
    }
  }

  /** No further call is made. Resolves when those under way have ended. Never rejects. */
  async close(): Promise<void> {
    this.#end.abort()
    await Promise.allSettled(this.#flying)
  }
}
