/** The REST API with one token. Never retries: the core does. */
import { REST, RESTEvents } from 'discord.js'
import { AdapterError } from '../../src/contract.ts'
import type { Budget } from './budget.ts'
import { asAdapterError } from './faults.ts'

const callMs = 20_000

export interface ApiOptions {
  readonly token: string
  readonly url: string
  readonly budget: Budget
}

export class Api {
  /** Where files may lie besides Discord's own servers. */
  readonly origin: string
  readonly #rest: REST
  readonly #budget: Budget
  readonly #end = new AbortController()
  readonly #flying = new Set<Promise<unknown>>()

  constructor({ token, url, budget }: ApiOptions) {
    this.origin = new URL(url).origin
    this.#budget = budget
    this.#rest = new REST({
      api: url.replace(/\/+$/, ''),
      timeout: callMs,
      retries: 0,
      // What has to wait is put off by the core, which knows what is more important.
      rejectOnRateLimit: () => true,
    }).setToken(token)
    this.#rest.on(RESTEvents.Response, ({ method, path }, { headers }) => budget.note(method, path, headers))
  }

  /** `what`: the call's name, for messages. Throws {@link AdapterError} only. */
  async run<T>(what: string, call: (rest: REST) => Promise<T>): Promise<T> {
    if (this.#end.signal.aborted) throw new AdapterError('network', `Discord is left: ${what} is not sent`)
    this.#budget.called()
    const flying = call(this.#rest)
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
    this.#rest.clearHashSweeper()
    this.#rest.clearHandlerSweeper()
  }
}
