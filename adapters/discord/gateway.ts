/** The gateway: one session that is kept, resumed where it can be, and begun anew where it cannot. */
import { setTimeout as sleep } from 'node:timers/promises'
import { GatewayCloseCodes } from 'discord.js'
import { z } from 'zod'
import { AdapterError, type Log } from '../../src/contract.ts'
import type { Api } from './api.ts'
import { Connection, type End, type Session } from './connection.ts'
import { refusedToken } from './faults.ts'

/** Milliseconds before a connection that failed is tried again: ever longer. */
const firstWaitMs = 250
const pauseMs = 100
const longestWaitMs = 30_000
/** Discord takes no two identifies within this time. */
const identifyMs = 5000

const Access = z.object({
  url: z.url({ protocol: /^wss?$/ }),
  session_start_limit: z.object({ remaining: z.number(), reset_after: z.number() }),
})

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
  readonly #started = Promise.withResolvers<void>()
  #connection: Connection | undefined
  #session: Session | undefined
  #running: Promise<void> | undefined
  #identifiedAt = 0
  #failures = 0
  #sessions = 0

  constructor(options: GatewayOptions) {
    this.#options = options
  }

  /** Resolves when events can come. Rejects with {@link AdapterError}. */
  start(): Promise<void> {
    this.#running = this.#run()
    return this.#started.promise
  }

  /** No further event comes. Never rejects. */
  async stop(): Promise<void> {
    this.#end.abort()
    this.#connection?.close()
    this.#started.reject(new AdapterError('network', 'Discord was left while the connection was opened'))
    // Nobody may have waited for it.
    await this.#started.promise.catch(() => undefined)
    await this.#running
  }

  /** Never rejects. */
  async #run(): Promise<void> {
    const { signal } = this.#end
    while (!signal.aborted) {
      try {
        const end = await this.#connected()
        if (!signal.aborted) await this.#after(end)
      } catch (error) {
        if (!signal.aborted) await this.#failed(error)
      }
    }
  }

  async #connected(): Promise<End> {
    const { log, token, intents, begun, event } = this.#options
    const url = this.#session?.url ?? (await this.#access())
    this.#end.signal.throwIfAborted()
    if (this.#session === undefined) this.#identifiedAt = Date.now()
    this.#connection = new Connection({
      url,
      token,
      intents,
      session: this.#session,
      log,
      ready: (session, isNew) => {
        this.#session = session
        this.#failures = 0
        this.#started.resolve()
        log.info({}, isNew ? 'connected to Discord' : 'connected to Discord again')
        if (isNew && this.#sessions++ > 0) begun()
      },
      event,
    })
    return this.#connection.ended
  }

  /** Where the gateway is; waits until a session may be begun. Throws {@link AdapterError}. */
  async #access(): Promise<string> {
    await this.#sleep(this.#identifiedAt + identifyMs - Date.now())
    const answer = await this.#options.api.run('the way to the gateway', (rest) => rest.get('/gateway/bot'))
    const { url, session_start_limit: starts } = Access.parse(answer)
    if (starts.remaining > 0) return url
    const minutes = Math.ceil(starts.reset_after / 60_000)
    throw new AdapterError('throttled', `Discord allows no further session for ${minutes} minutes`, {
      retryAfter: starts.reset_after,
    })
  }

  async #after({ next, why, ready, code, invalid }: End): Promise<void> {
    const { log } = this.#options
    if (next === 'refused') return this.#failed(refusal(code))
    log.info({ code }, `${why}: ${next === 'resume' ? 'it is resumed' : 'a new one is begun'}`)
    if (next === 'anew') this.#session = undefined
    // As Discord asks for: at a random moment.
    if (invalid === true) return this.#sleep(1000 + 4000 * Math.random())
    if (!ready) return this.#failed(new AdapterError('network', `Discord cannot be reached: ${why}`))
    // Should it end again and again, then not in a whirl.
    await this.#sleep(pauseMs)
  }

  /** The first try tells whoever waits for the start; later ones are made again. */
  async #failed(error: unknown): Promise<void> {
    this.#started.reject(error)
    this.#failures += 1
    // Where it was resumed before there may be nobody any more.
    if (this.#failures > 3) this.#session = undefined
    const asked = error instanceof AdapterError ? (error.retryAfter ?? 0) : 0
    const refused = error instanceof AdapterError && error.code === 'auth'
    const usual = Math.min(firstWaitMs * 2 ** (this.#failures - 1), longestWaitMs)
    this.#options.log[refused ? 'error' : 'warn'](
      { err: error },
      'no connection to Discord yet: it is tried again',
    )
    await this.#sleep(Math.max(asked, refused ? longestWaitMs : usual) * (0.8 + 0.4 * Math.random()))
  }

  /** Ends early, without an error, when the gateway is left. */
  async #sleep(ms: number): Promise<void> {
    if (ms > 0) await sleep(ms, undefined, { signal: this.#end.signal }).catch(() => undefined)
  }
}

function refusal(code: number | undefined): AdapterError {
  if (code === GatewayCloseCodes.AuthenticationFailed) return refusedToken('the gateway')
  if (code === GatewayCloseCodes.ShardingRequired)
    return new AdapterError('unsupported', 'Discord wants the bot to be sharded: it is in too many guilds')
  const what =
    code === GatewayCloseCodes.DisallowedIntents ? 'an intent that the bot was not given' : `with ${code}`
  return new AdapterError(
    'auth',
    `Discord refuses the gateway (${what}): see Bot, Privileged Gateway Intents at discord.com/developers/applications`,
  )
}
