/** A bot with the HTTP API in this process, on the real CLI and the stand-in model, and programs that use it. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { z } from 'zod'
import type { RunningBot } from '../../src/bot.ts'
import type { ConfigInput } from '../../src/config.ts'
import { type StandIn, startStandIn } from '../../src/demo/stand-in.ts'
import { rigConfig, start } from './bot.ts'
import { testDir } from './dir.ts'
import { freePort } from './port.ts'
import { type Program, runParley } from './program.ts'

/** Two who talk for themselves, one who may see and decide for all. */
export const secrets = {
  ann: 'ann-0123456789-0123456789',
  bob: 'bob-0123456789-0123456789',
  ops: 'ops-0123456789-0123456789',
}

interface Ground {
  readonly dir: string
  readonly url: string
  readonly model: StandIn
  readonly config: ConfigInput
  readonly ann: Client
  readonly bob: Client
  readonly ops: Client
}

export interface HttpRig extends Ground {
  bot: RunningBot
  restart(): Promise<void>
}

export async function startHttpRig(changes: ConfigInput = {}): Promise<HttpRig> {
  const ground = await laid(changes)
  const rig: HttpRig = { ...ground, bot: await start(ground.config), restart }
  onTestFinished(() => rig.bot.stop())
  async function restart(): Promise<void> {
    await rig.bot.stop()
    rig.bot = await start(ground.config)
  }
  return rig
}

/** The bot as a program of its own, to be killed. Starts it, again too: on the same data. */
export async function startHttpProgram(
  changes: ConfigInput = {},
): Promise<Ground & { readonly run: () => Promise<Program> }> {
  const ground = await laid(changes)
  const file = join(ground.dir, 'config.yaml')
  await writeFile(file, JSON.stringify({ ...ground.config, log: { level: 'info', format: 'json' } }))
  const run = async (): Promise<Program> => {
    const program = runParley(['start', '--config', file], ground.dir)
    await program.error(/the HTTP API is served/)
    return program
  }
  return { ...ground, run }
}

async function laid(changes: ConfigInput): Promise<Ground> {
  const dir = await testDir('http-')
  const model = await startStandIn()
  onTestFinished(() => model.close())
  const port = await freePort()
  const apiKeys = {
    ann: { key: secrets.ann },
    bob: { key: secrets.bob },
    ops: { key: secrets.ops, scope: 'operate' },
  }
  const base = rigConfig({ dir, socket: '', modelUrl: model.url, changes })
  const http = { port, apiKeys, requestsPerMinute: 0, ...changes.adapters?.http }
  const access = changes.access ?? {}
  const config = { ...base, access, adapters: { http } }
  const url = `http://127.0.0.1:${port}`
  const clientOf = (name: keyof typeof secrets): Client => new Client(url, secrets[name])
  return { dir, url, model, config, ann: clientOf('ann'), bob: clientOf('bob'), ops: clientOf('ops') }
}

/** Anything that was answered. */
export type Body = Record<string, unknown>

export interface Answered {
  readonly status: number
  readonly headers: Headers
  readonly body: Body
}

export interface Event {
  readonly id: number
  readonly type: string
  readonly data: Body
}

export class Client {
  readonly #url: string
  readonly #secret: string

  constructor(url: string, secret: string) {
    this.#url = url
    this.#secret = secret
  }

  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { authorization: `Bearer ${this.#secret}`, ...headersOf(init) }
    return fetch(`${this.#url}${path}`, { ...init, headers })
  }

  async call(
    method: string,
    path: string,
    body?: object,
    headers: Record<string, string> = {},
  ): Promise<Answered> {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) }
    const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' }
    const response = await this.fetch(path, { method, ...sent, headers: { ...type, ...headers } })
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: text === '' ? {} : parsed(text) }
  }

  get(path: string): Promise<Answered> {
    return this.call('GET', path)
  }

  post(path: string, body: object = {}, headers?: Record<string, string>): Promise<Answered> {
    return this.call('POST', path, body, headers)
  }

  /** A new session's id. */
  async session(wish: object = {}): Promise<string> {
    const { body } = await this.post('/api/v1/sessions', wish)
    return z.string().parse(body.id)
  }

  /** What comes as server-sent events, until it ends. */
  async *events(
    path: string,
    init: RequestInit = {},
    onOpen: () => void = () => undefined,
  ): AsyncGenerator<Event, void> {
    const response = await this.fetch(path, {
      ...init,
      headers: { accept: 'text/event-stream', ...headersOf(init) },
    })
    if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`)
    onOpen()
    let rest = ''
    for await (const chunk of response.body ?? []) {
      const parts = `${rest}${Buffer.from(chunk).toString()}`.split('\n\n')
      rest = parts.pop() ?? ''
      for (const part of parts) {
        const event = eventIn(part)
        if (event !== undefined) yield event
      }
    }
  }

  /** Says something and reads all that comes of it. */
  async say(session: string, text: string, onEvent?: (event: Event) => unknown): Promise<Event[]> {
    const body = JSON.stringify({ text })
    const headers = { 'content-type': 'application/json' }
    const path = `/api/v1/sessions/${session}/messages`
    const events: Event[] = []
    for await (const event of this.events(path, { method: 'POST', body, headers })) {
      events.push(event)
      await onEvent?.(event)
    }
    return events
  }
}

function headersOf({ headers }: RequestInit): Record<string, string> {
  return Object.fromEntries(new Headers(headers))
}

function parsed(text: string): Body {
  return z.record(z.string(), z.unknown()).parse(JSON.parse(text))
}

function eventIn(part: string): Event | undefined {
  const fields = new Map(
    part.split('\n').map((line): [string, string] => {
      const at = line.indexOf(': ')
      return [line.slice(0, at), line.slice(at + 2)]
    }),
  )
  const data = fields.get('data')
  if (data === undefined) return undefined
  return { id: Number(fields.get('id')), type: fields.get('event') ?? 'line', data: parsed(data) }
}

export async function all<T>(events: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const event of events) found.push(event)
  return found
}

/** What the text events add up to. */
export function textOf(events: readonly Event[]): string {
  return events.reduce((text, { type, data }) => {
    if (type === 'message_reset') return String(data.text)
    return type === 'message' ? text + String(data.delta) : text
  }, '')
}
