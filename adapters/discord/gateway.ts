/** The gateway: as many shards as Discord wants, each with a session of its own. */
import { AdapterError, type Log } from '../../src/contract.ts'
import type { Api } from './api.ts'
import { Entrance } from './entrance.ts'
import { Retries } from './retries.ts'
import { Shard } from './shard.ts'

export interface GatewayOptions {
  readonly api: Api
  readonly token: string
  readonly intents: number
  readonly log: Log
  /** A further session began: what happened before it has to be asked for. Must not throw. */
  readonly begun: () => void
  /** Must not throw. */
  readonly event: (type: string, data: unknown) => void
}

export class Gateway {
  readonly #options: GatewayOptions
  readonly #end = new AbortController()
  readonly #entrance: Entrance
  readonly #started = Promise.withResolvers<void>()
  #isStarted = false
  /** Shards whose connection is lost. */
  readonly #away = new Set<number>()
  #running: Promise<void> | undefined

  constructor(options: GatewayOptions) {
    this.#options = options
    const { api, log } = options
    this.#entrance = new Entrance({ api, log, signal: this.#end.signal })
  }

  /** Resolves when events of all guilds can come. Rejects with {@link AdapterError}. */
  start(): Promise<void> {
    this.#running = this.#run()
    return this.#started.promise
  }

  /** Does every shard have a connection? */
  get connected(): boolean {
    return this.#isStarted && this.#away.size === 0
  }

  /** No further event comes. Never rejects. */
  async stop(): Promise<void> {
    this.#end.abort()
    this.#started.reject(new AdapterError('network', 'Discord was left while the connection was opened'))
    // Nobody may have waited for it.
    await this.#started.promise.catch(() => undefined)
    await this.#running
  }

  /** Never rejects. */
  async #run(): Promise<void> {
    const { signal } = this.#end
    const retries = new Retries(this.#options.log, signal)
    let least = 1
    while (!signal.aborted) {
      try {
        const count = Math.max(least, await this.#entrance.shards())
        retries.succeeded()
        await this.#sharded(count)
        // Whatever it recommends: so few are too few.
        least = count + 1
      } catch (error) {
        if (signal.aborted) return
        this.#started.reject(error)
        await retries.failed(error)
      }
    }
  }

  /** Resolves when Discord wants more of them, or the gateway is left. */
  async #sharded(count: number): Promise<void> {
    const { token, intents, log, begun, event } = this.#options
    const outgrown = new AbortController()
    const ready = new Set<number>()
    this.#away.clear()
    const shards = Array.from({ length: count }, (_, id) => {
      const options = {
        id,
        count,
        entrance: this.#entrance,
        token,
        intents,
        log: count === 1 ? log : numbered(log, id),
        signal: AbortSignal.any([this.#end.signal, outgrown.signal]),
        lost: () => void this.#away.add(id),
        ready: (isNew: boolean) => {
          this.#away.delete(id)
          if (isNew && this.#isStarted) begun()
          if (ready.add(id).size < count) return
          this.#isStarted = true
          this.#started.resolve()
        },
        // The first try tells whoever waits for the start.
        failed: (error: unknown) => this.#started.reject(error),
        unfit: () => outgrown.abort(),
        event,
      }
      return new Shard(options).run()
    })
    await Promise.all(shards)
    if (!this.#end.signal.aborted)
      log.info({ shards: count }, 'Discord wants more shards: they are opened anew')
  }
}

/** Says of which shard a line is. */
function numbered(log: Log, shard: number): Log {
  return {
    debug: (fields, message) => log.debug({ shard, ...fields }, message),
    info: (fields, message) => log.info({ shard, ...fields }, message),
    warn: (fields, message) => log.warn({ shard, ...fields }, message),
    error: (fields, message) => log.error({ shard, ...fields }, message),
  }
}
