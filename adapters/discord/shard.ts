/** One shard of the gateway: a session that is kept, resumed where it can be, and begun anew where it cannot. */
import { GatewayCloseCodes } from 'discord.js'
import { AdapterError, type Log } from '../../src/contract.ts'
import { Connection, type End, type Session } from './connection.ts'
import type { Entrance } from './entrance.ts'
import { refusedToken } from './faults.ts'
import { Retries } from './retries.ts'

/** Should it end again and again, then not in a whirl. */
const pauseMs = 100
/** After so many failures in a row it is begun anew: where it was resumed before there may be nobody any more. */
const mostResumes = 3

export interface ShardOptions {
  readonly id: number
  /** Of how many. */
  readonly count: number
  readonly entrance: Entrance
  readonly token: string
  readonly intents: number
  readonly log: Log
  /** Ends it. */
  readonly signal: AbortSignal
  /** Events can come: a session began, or goes on. Must not throw, as all here. */
  readonly ready: (begun: boolean) => void
  /** Its connection has ended, however it did. */
  readonly lost: () => void
  /** It cannot be reached for now; it tries again by itself. */
  readonly failed: (error: unknown) => void
  /** Discord wants another number of shards. This one has ended. */
  readonly unfit: () => void
  readonly event: (type: string, data: unknown) => void
}

export class Shard {
  readonly #options: ShardOptions
  readonly #retries: Retries
  #connection: Connection | undefined
  #session: Session | undefined

  constructor(options: ShardOptions) {
    this.#options = options
    this.#retries = new Retries(options.log, options.signal)
    options.signal.addEventListener('abort', () => this.#connection?.close(), { once: true })
  }

  /** Resolves when the signal is aborted, or Discord wants other shards. Never rejects. */
  async run(): Promise<void> {
    const { signal, failed } = this.#options
    while (!signal.aborted) {
      try {
        const end = await this.#connected().finally(this.#options.lost)
        if (signal.aborted) return
        if (isUnfit(end)) return this.#options.unfit()
        await this.#after(end)
      } catch (error) {
        if (signal.aborted) return
        failed(error)
        await this.#retries.failed(error)
        if (this.#retries.failures > mostResumes) this.#session = undefined
      }
    }
  }

  /** Throws {@link AdapterError}. */
  async #connected(): Promise<End> {
    const { id, count, token, intents, log, event, entrance, signal } = this.#options
    using turn = this.#session === undefined ? await entrance.turn(id, signal) : undefined
    signal.throwIfAborted()
    const connection = new Connection({
      url: this.#session?.url ?? turn?.url ?? '',
      token,
      intents,
      shard: [id, count],
      session: this.#session,
      log,
      identified: () => turn?.used(),
      ready: (session, begun) => this.#ready(session, begun),
      event,
    })
    this.#connection = connection
    return await connection.ended
  }

  #ready(session: Session, begun: boolean): void {
    const { log, ready } = this.#options
    this.#session = session
    this.#retries.succeeded()
    log.info({}, begun ? 'connected to Discord' : 'connected to Discord again')
    ready(begun)
  }

  /** Throws {@link AdapterError} where it is a failure. */
  async #after({ next, why, ready, code, invalid }: End): Promise<void> {
    if (next === 'refused') throw refusal(code)
    this.#options.log.info({ code }, `${why}: ${next === 'resume' ? 'it is resumed' : 'a new one is begun'}`)
    if (next === 'anew') this.#session = undefined
    // As Discord asks for: at a random moment.
    if (invalid === true) return this.#retries.pause(1000 + 4000 * Math.random())
    if (!ready) throw new AdapterError('network', `Discord cannot be reached: ${why}`)
    await this.#retries.pause(pauseMs)
  }
}

function isUnfit({ code }: End): boolean {
  return code === GatewayCloseCodes.ShardingRequired || code === GatewayCloseCodes.InvalidShard
}

function refusal(code: number | undefined): AdapterError {
  if (code === GatewayCloseCodes.AuthenticationFailed) return refusedToken('the gateway')
  const what =
    code === GatewayCloseCodes.DisallowedIntents ? 'an intent that the bot was not given' : `with ${code}`
  return new AdapterError(
    'auth',
    `Discord refuses the gateway (${what}): see Bot, Privileged Gateway Intents at discord.com/developers/applications`,
  )
}
