/** Socket Mode: the connection that Slack's events come by, opened anew whenever it is lost. */
import { setTimeout as sleep } from 'node:timers/promises'
import { SocketModeReceiver } from '@slack/bolt'
import { z } from 'zod'
import { AdapterError, type Log } from '../../src/contract.ts'
import { asAdapterError } from './faults.ts'
import type { Take } from './intake.ts'
import { slackLogger } from './logger.ts'

/** Milliseconds before a connection that was lost is opened again: at once, then ever longer. */
const firstWaitMs = 100
const longestWaitMs = 30_000
/** How long the other side may take to say goodbye. */
const goodbyeMs = 1000
/** For so long Slack delivers again by itself what it could not. */
const shortMs = 2000

const Envelope = z.object({
  body: z.unknown(),
  ack: z.custom<(answer?: object) => Promise<void>>((ack) => typeof ack === 'function'),
})

export interface SocketOptions {
  readonly appToken: string
  readonly apiUrl: string
  readonly take: Take
  readonly log: Log
  /** Told that there was no connection since then; milliseconds since 1970. */
  readonly missed: (since: number) => void
}

export class SlackSocket {
  readonly #options: SocketOptions
  readonly #client: SocketModeReceiver['client']
  readonly #end = new AbortController()
  readonly #taking = new Set<Promise<void>>()
  #connecting: Promise<void> | undefined
  #connected = false

  constructor(options: SocketOptions) {
    this.#options = options
    const { appToken, apiUrl, log } = options
    const { signal } = this.#end
    this.#client = new SocketModeReceiver({
      appToken,
      logger: slackLogger(log),
      // Its own way to reconnect waits for 5 s, and ends the process when the token is refused meanwhile.
      autoReconnectEnabled: false,
      installerOptions: {
        clientOptions: {
          slackApiUrl: apiUrl,
          retryConfig: { retries: 0 },
          rejectRateLimitedCalls: true,
          timeout: 20_000,
          fetch: (url, init) =>
            fetch(url, {
              ...init,
              signal: AbortSignal.any([signal, ...(init?.signal ? [init.signal] : [])]),
            }),
        },
      },
    }).client
    this.#client.on('slack_event', (envelope: unknown) => this.#track(this.#take(envelope)))
    this.#client.on('disconnected', () => {
      this.#connected = false
      if (this.#connecting === undefined && !signal.aborted) this.#track(this.#reconnect())
    })
  }

  /** Resolves when events can come. Rejects with {@link AdapterError}. */
  start(): Promise<void> {
    return this.#connect()
  }

  get connected(): boolean {
    return this.#connected
  }

  /** No further event is taken; those under way are. Never rejects. */
  async stop(): Promise<void> {
    this.#end.abort()
    await this.#disconnect()
    await this.#connecting?.catch(() => undefined)
    await Promise.all(this.#taking)
  }

  #connect(): Promise<void> {
    this.#connecting = this.#open().finally(() => {
      this.#connecting = undefined
    })
    return this.#connecting
  }

  async #open(): Promise<void> {
    try {
      await this.#client.start()
    } catch (error) {
      throw asAdapterError('apps.connections.open', error ?? new Error('the socket was closed at once'))
    }
    if (!this.#end.signal.aborted) {
      this.#connected = true
      return
    }
    await this.#disconnect()
    throw new AdapterError('network', 'Slack was left while the connection was opened')
  }

  async #reconnect(): Promise<void> {
    const { log, missed } = this.#options
    const { signal } = this.#end
    const since = Date.now()
    log.info({}, 'the connection to Slack is lost: it is opened again')
    for (let wait = 0; !signal.aborted; wait = Math.min(Math.max(wait * 2, firstWaitMs), longestWaitMs)) {
      await sleep(wait, undefined, { signal }).catch(() => undefined)
      if (signal.aborted) return
      try {
        await this.#connect()
        log.info({}, 'connected to Slack again')
        if (Date.now() - since > shortMs) missed(since)
        return
      } catch (error) {
        // An operator may renew the token meanwhile: there is no sense in giving up.
        const level = error instanceof AdapterError && error.code === 'auth' ? 'error' : 'warn'
        log[level]({ err: error }, 'no connection to Slack yet: it is tried again')
      }
    }
  }

  async #take(envelope: unknown): Promise<void> {
    const { body, ack } = Envelope.parse(envelope)
    const { take, log } = this.#options
    if (this.#end.signal.aborted) return
    try {
      const answer = await take(body)
      await ack(answer)
    } catch (error) {
      // Slack sends again what is not acknowledged.
      log.error({ err: error }, 'an event of Slack could not be kept or acknowledged')
    }
  }

  async #disconnect(): Promise<void> {
    const impatient = setTimeout(() => this.#client.websocket?.disconnect(), goodbyeMs)
    await this.#client.disconnect()
    clearTimeout(impatient)
  }

  #track(work: Promise<void>): void {
    const tracked = work.finally(() => this.#taking.delete(tracked))
    this.#taking.add(tracked)
  }
}
