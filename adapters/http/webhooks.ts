/** Tells whoever asked for it that a task has ended: signed, tried again for a day, never lost by a restart. */
import { createHmac } from 'node:crypto'
import { type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { Log } from '../../src/contract.ts'
import { mayAsk, publicLookup } from './public-address.ts'
import type { Run } from './run.ts'
import type { Runs } from './runs.ts'
import type { HttpSettings } from './settings.ts'
import { type RunRecord, runView } from './shapes/run.ts'

/** How long after each failed attempt the next one comes, milliseconds; after the last it is given up. */
const waits = [2, 10, 60, 300, 1800, 7200, 28_800, 43_200].map((seconds) => seconds * 1000)
const answersWithinMs = 10_000

export interface WebhookParts {
  readonly runs: Runs
  readonly settings: HttpSettings['webhooks']
  readonly log: Log
}

export class Webhooks {
  readonly #parts: WebhookParts
  readonly #timers = new Map<string, NodeJS.Timeout>()
  readonly #asking = new Set<ClientRequest>()
  #closed = false

  constructor(parts: WebhookParts) {
    this.#parts = parts
  }

  /** Takes up what an earlier process has left. */
  async start(): Promise<void> {
    const { runs } = this.#parts
    for (const run of runs.open) this.follow(run)
    for (const { user, id, endedAt, webhook } of runs.lines) {
      if (endedAt === undefined || webhook?.state !== 'waiting') continue
      const run = await runs.find(user, id)
      if (run !== undefined) this.#plan(run, 0)
    }
  }

  /** Why this URL is not told anything; undefined: it may be. */
  refusal(url: string): string | undefined {
    const { secret, allowPrivate } = this.#parts.settings
    if (secret === undefined)
      return 'Webhooks are off: whoever runs the bot sets `adapters.http.webhooks.secret`.'
    const parsed = URL.parse(url)
    if (parsed === null || !['http:', 'https:'].includes(parsed.protocol)) return 'This is no http(s) URL.'
    if (parsed.username !== '' || parsed.password !== '') return 'A URL with a password is not asked.'
    return allowPrivate || mayAsk(parsed.hostname) ? undefined : 'This leads into a private network.'
  }

  /** Tells of its end when that has come. */
  follow(run: Run): void {
    if (run.record.webhook === undefined) return
    void run.ended.then(() => this.#plan(run, 0))
  }

  close(): void {
    this.#closed = true
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
    for (const request of this.#asking) request.destroy()
  }

  #plan(run: Run, afterMs: number): void {
    if (this.#closed) return
    const place = `${run.record.user}/${run.record.id}`
    clearTimeout(this.#timers.get(place))
    const timer = setTimeout(() => {
      this.#timers.delete(place)
      void this.#try(run)
    }, afterMs)
    this.#timers.set(place, timer)
  }

  /** Never rejects. */
  async #try(run: Run): Promise<void> {
    const { runs, log } = this.#parts
    const { webhook } = run.record
    if (webhook?.state !== 'waiting') return
    const error = await this.#post(webhook.url, run.record)
    if (this.#closed && error !== undefined) return
    const attempts = webhook.attempts + 1
    const wait = waits[webhook.attempts]
    const state = error === undefined ? 'delivered' : wait === undefined ? 'given-up' : 'waiting'
    const { error: _before, ...rest } = webhook
    const now = { ...rest, attempts, state, ...(error === undefined ? {} : { error }) } as const
    try {
      await runs.change(run, (record) => ({ ...record, webhook: now }))
    } catch (err) {
      log.error({ err }, 'what became of a webhook could not be kept')
    }
    if (error !== undefined) log.info({ task: run.record.id, error, state }, 'a webhook was not taken')
    if (state === 'waiting' && wait !== undefined) this.#plan(run, wait)
  }

  /** Resolves with why it was not taken. As standardwebhooks.com has it. */
  #post(url: string, record: RunRecord): Promise<string | undefined> {
    const refusal = this.refusal(url)
    if (refusal !== undefined) return Promise.resolve(refusal)
    const { secret = '', allowPrivate } = this.#parts.settings
    const id = `${record.user}.${record.id}`
    const timestamp = String(Math.floor(Date.now() / 1000))
    const type = `task.${record.state}`
    const body = JSON.stringify({ type, timestamp: new Date().toISOString(), data: runView(record) })
    const signature = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64')
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'user-agent': 'parley',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${signature}`,
    }
    const send = url.startsWith('https:') ? httpsRequest : httpRequest
    const lookup = allowPrivate ? {} : { lookup: publicLookup }
    return new Promise((resolve) => {
      const options = { method: 'POST', headers, ...lookup }
      const request = send(url, options, (response) => resolve(this.#taken(request, response)))
      this.#asking.add(request)
      // Not only while nothing comes: some answer drop by drop.
      const late = setTimeout(() => request.destroy(new Error('it did not answer in time')), answersWithinMs)
      request.on('close', () => {
        clearTimeout(late)
        this.#asking.delete(request)
      })
      request.on('error', (error) => resolve(error.message))
      request.end(body)
    })
  }

  /** A redirect is no yes: where it leads to was not asked for. What is said besides the status is nobody's. */
  #taken(request: ClientRequest, { statusCode = 0 }: IncomingMessage): string | undefined {
    request.destroy()
    return statusCode >= 200 && statusCode < 300 ? undefined : `it answered ${statusCode}`
  }
}
