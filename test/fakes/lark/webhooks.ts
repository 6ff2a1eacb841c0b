/** Events over HTTP: signed and encrypted requests to a server of the bot's. */
import { createCipheriv, createHash, randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Courier, Delivery } from './courier.ts'

export interface WebhookOptions {
  /** The bot's own address. */
  readonly url: string
  /** Absent: neither signed nor encrypted. */
  readonly encryptKey?: string
  /** Milliseconds before each further try; the platform waits 15 s, 5 min, 1 h, 6 h. */
  readonly retries?: readonly number[]
}

/** What the bot's server said. */
export interface Answered {
  readonly status: number
  readonly text: string
}

export class Webhooks implements Courier {
  readonly #options: WebhookOptions
  readonly #end = new AbortController()
  readonly #working = new Set<Promise<void>>()

  constructor(options: WebhookOptions) {
    this.#options = options
  }

  get url(): string {
    return this.#options.url
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

  /** One request, encrypted and signed as the platform does. `key`: what it is signed with; `seconds`: when it says it was made. */
  async request(
    body: object,
    { key = this.#options.encryptKey, seconds = Math.floor(Date.now() / 1000), headers = {}, path = '' } = {},
  ): Promise<Answered> {
    const { encryptKey } = this.#options
    const plain = JSON.stringify(body)
    const raw = encryptKey === undefined ? plain : JSON.stringify({ encrypt: encrypted(plain, encryptKey) })
    return this.raw(raw, { ...(key === undefined ? {} : signed(raw, key, seconds)), ...headers }, path)
  }

  /** One request as it is. */
  async raw(body: string, headers: Readonly<Record<string, string>> = {}, path = ''): Promise<Answered> {
    const response = await fetch(`${this.#options.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
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
    for (const wait of [0, ...(this.#options.retries ?? [10, 50, 250, 1000])]) {
      await sleep(wait, undefined, { signal: this.#end.signal })
      if (await this.#once(delivery).catch(() => false)) return
    }
  }

  async #once(delivery: Delivery): Promise<boolean> {
    delivery.attempts += 1
    const { status, text } = await this.request(delivery.body)
    if (status !== 200) return false
    delivery.settle(text === '' ? undefined : JSON.parse(text))
    return true
  }
}

export function signed(raw: string, key: string, seconds: number): Record<string, string> {
  const nonce = randomBytes(8).toString('hex')
  const signature = createHash('sha256').update(`${seconds}${nonce}${key}${raw}`).digest('hex')
  return {
    'x-lark-request-timestamp': String(seconds),
    'x-lark-request-nonce': nonce,
    'x-lark-signature': signature,
  }
}

function encrypted(text: string, key: string): string {
  const iv = randomBytes(16)
  const cipher = createCipheriv('aes-256-cbc', createHash('sha256').update(key).digest(), iv)
  return Buffer.concat([iv, cipher.update(text), cipher.final()]).toString('base64')
}
