/** The Events API over HTTP: signed requests to a server of the bot's. */
import { createHmac } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { Courier, Delivery } from './courier.ts'

export interface HttpEventsOptions {
  /** The bot's own address, e.g. `http://127.0.0.1:3000/slack/events`. */
  readonly url: string
  readonly signingSecret: string
  /** Milliseconds before each further try; Slack waits 0, 1 min and 5 min. */
  readonly retries?: readonly number[]
}

/** What the bot's server said. */
export interface Answered {
  readonly status: number
  readonly text: string
}

export class HttpEvents implements Courier {
  readonly #options: HttpEventsOptions
  readonly #end = new AbortController()
  readonly #working = new Set<Promise<void>>()

  constructor(options: HttpEventsOptions) {
    this.#options = options
  }

  deliver(delivery: Delivery): void {
    this.#track(this.#try(delivery))
  }

  repeat(delivery: Delivery): void {
    this.#track(this.#once(delivery).then(() => undefined))
  }

  async close(): Promise<void> {
    this.#end.abort()
    await Promise.allSettled(this.#working)
  }

  /** One request. `seconds`: when it says it was made; `secret`: what it is signed with. */
  async request(
    body: string,
    type: string,
    headers: Readonly<Record<string, string>> = {},
    { seconds = Math.floor(Date.now() / 1000), secret = this.#options.signingSecret } = {},
  ): Promise<Answered> {
    const signature = createHmac('sha256', secret).update(`v0:${seconds}:${body}`).digest('hex')
    const response = await fetch(this.#options.url, {
      method: 'POST',
      headers: {
        'content-type': type,
        'x-slack-request-timestamp': String(seconds),
        'x-slack-signature': `v0=${signature}`,
        ...headers,
      },
      body,
      signal: AbortSignal.any([this.#end.signal, AbortSignal.timeout(3000)]),
    })
    return { status: response.status, text: await response.text() }
  }

  #track(work: Promise<void>): void {
    const tracked = work.catch(() => undefined).finally(() => this.#working.delete(tracked))
    this.#working.add(tracked)
  }

  async #try(delivery: Delivery): Promise<void> {
    for (const wait of [0, ...(this.#options.retries ?? [10, 50, 250, 1000, 3000, 9000])]) {
      await sleep(wait, undefined, { signal: this.#end.signal })
      if (await this.#once(delivery).catch(() => false)) return
      if (delivery.type !== 'events_api') return
    }
  }

  async #once(delivery: Delivery): Promise<boolean> {
    const { type, payload, attempts } = delivery
    delivery.attempts += 1
    const json = JSON.stringify(payload)
    const events = type === 'events_api'
    const form = type === 'slash_commands' ? fields(payload) : { payload: json }
    const body = events ? json : new URLSearchParams(form).toString()
    const retry =
      attempts === 0 ? {} : { 'x-slack-retry-num': String(attempts), 'x-slack-retry-reason': 'http_error' }
    const kind = events ? 'application/json' : 'application/x-www-form-urlencoded'
    const { status, text } = await this.request(body, kind, retry)
    if (status !== 200) return false
    delivery.settle(text === '' ? undefined : JSON.parse(text))
    return true
  }
}

/** A command comes as a form of its own. */
function fields(payload: unknown): Record<string, string> {
  return z.record(z.string(), z.string()).parse(payload)
}
