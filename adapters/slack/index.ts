/** Slack: Socket Mode or events over HTTP in, the Web API out. */
import { z } from 'zod'
import {
  type Adapter,
  AdapterError,
  type Address,
  type Attachment,
  type Bot,
  type CreateAdapter,
  type HeardMark,
  type Inbound,
  type Person,
  type Reply,
  type ReplyStream,
  type Sent,
} from '../../src/contract.ts'
import { Api } from './api.ts'
import { Budget } from './budget.ts'
import { download } from './files.ts'
import { missed } from './history.ts'
import { Home } from './home.ts'
import { SlackHttp } from './http.ts'
import type { Self } from './inbound.ts'
import { createIntake, type Take } from './intake.ts'
import { Outbound } from './outbound.ts'
import { Panels } from './panels.ts'
import { Profiles } from './profiles.ts'
import { measure } from './render.ts'
import type { SlackSettings } from './settings.ts'
import { SlackSocket } from './socket.ts'
import { SlackStream } from './stream.ts'
import { Threads } from './threads.ts'

const limits = {
  // Slack takes a little more: in streams about 10,600 bytes, in blocks 13,200 characters of JSON.
  text: 9000,
  editEvery: 1200,
  buttons: 25,
  fileBytes: 1024 * 1024 * 1024,
}

const Identity = z.object({ user_id: z.string(), bot_id: z.string(), user: z.string() })

/** Where events come in. */
interface Gate {
  start(): Promise<void>
  stop(): Promise<void>
}

/** What there is between start and stop. */
interface Running {
  readonly bot: Bot
  readonly api: Api
  readonly outbound: Outbound
  readonly self: Self
  readonly threads: Threads
  readonly profiles: Profiles
}

class Slack implements Adapter {
  readonly name = 'slack'
  readonly limits = limits
  readonly measure = measure
  readonly #settings: SlackSettings
  readonly #budget = new Budget()
  readonly #live = new Set<string>()
  #running: Running | undefined
  #gate: Gate | undefined
  #stopped = false

  constructor(settings: SlackSettings) {
    this.#settings = settings
  }

  async start(bot: Bot, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    // Rejects never.
    signal.addEventListener('abort', () => void this.stop(), { once: true })
    const { botToken, apiUrl } = this.#settings
    const api = new Api({ token: botToken, url: apiUrl, log: bot.log })
    const identity = Identity.parse(await api.run('auth.test', (client) => client.auth.test()))
    const self = { user: identity.user_id, bot: identity.bot_id, name: identity.user }
    const threads = new Threads(api, self)
    const profiles = new Profiles(api, bot.log)
    const outbound = new Outbound({ api, budget: this.#budget, threads })
    this.#running = { bot, api, outbound, self, threads, profiles }
    this.#gate = this.#gateTo(
      createIntake({
        bot,
        api,
        self,
        threads,
        profiles,
        panels: new Panels(api, bot.log),
        home: new Home(api, bot, profiles),
      }),
      bot,
    )
    if (this.#stopped) return this.#close()
    await this.#gate.start()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#close()
  }

  async send(to: Address, reply: Reply, signal?: AbortSignal): Promise<Sent> {
    return this.#open().outbound.send(to, reply, signal)
  }

  async edit(sent: Sent, reply: Reply): Promise<void> {
    return this.#open().outbound.edit(sent, reply)
  }

  async typing(to: Address): Promise<void> {
    return this.#open().outbound.typing(to)
  }

  async find(to: Address, key: string): Promise<Sent | undefined> {
    return this.#open().outbound.find(to, key)
  }

  async download(
    attachment: Attachment,
    _from: Address,
    signal: AbortSignal,
  ): Promise<ReadableStream<Uint8Array>> {
    return download(this.#open().api, attachment, signal)
  }

  stream(to: Address, key: string, asker: Person): ReplyStream | undefined {
    const { thread, tenant } = to
    if (thread === undefined) return undefined
    const { api, outbound, bot, self } = this.#open()
    const recipient = { user: asker.id, team: tenant }
    return new SlackStream(
      {
        api,
        budget: this.#budget,
        outbound,
        log: bot.log,
        bot: self.bot,
        live: this.#live,
        most: limits.text,
        recipient,
      },
      { ...to, thread },
      key,
    )
  }

  history(marks: readonly HeardMark[], signal: AbortSignal): AsyncIterable<Inbound> {
    const { bot, ...parts } = this.#open()
    return missed({ ...parts, budget: this.#budget, log: bot.log }, marks, signal)
  }

  #gateTo(take: Take, bot: Bot): Gate {
    const { log } = bot
    const { mode, appToken, signingSecret, apiUrl, host, port } = this.#settings
    if (mode === 'socket' && appToken !== undefined) {
      return new SlackSocket({ appToken, apiUrl, take, log, missed: (since) => bot.missed(since) })
    }
    if (signingSecret !== undefined) return new SlackHttp({ host, port, signingSecret, take, log })
    throw new AdapterError('auth', 'Slack wants an `appToken` (Socket Mode) or a `signingSecret` (HTTP)')
  }

  #open(): Running {
    if (this.#running === undefined || this.#stopped)
      throw new AdapterError('network', 'Slack is not connected')
    return this.#running
  }

  /** Events first: what they led to can still be answered. */
  async #close(): Promise<void> {
    await this.#gate?.stop()
    await this.#running?.api.close()
  }
}

const create: CreateAdapter<SlackSettings> = (settings) => new Slack(settings)
export default create
