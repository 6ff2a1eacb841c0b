/** Discord: the gateway in, the REST API out. */
import { GatewayIntentBits } from 'discord.js'
import {
  type Adapter,
  AdapterError,
  type Address,
  type Attachment,
  type Bot,
  type CreateAdapter,
  type HeardMark,
  type Inbound,
  type Reply,
  type Sent,
} from '../../src/contract.ts'
import { Api } from './api.ts'
import { Budget } from './budget.ts'
import { download } from './files.ts'
import { Gateway } from './gateway.ts'
import { history } from './history.ts'
import type { Self } from './inbound.ts'
import { Intake } from './intake.ts'
import { Interactions } from './interactions.ts'
import { Outbound } from './outbound.ts'
import { Places } from './places.ts'
import { Members } from './members.ts'
import { register } from './registration.ts'
import { measure } from './render.ts'
import { identify } from './self.ts'
import { Sendings } from './sendings.ts'
import type { DiscordSettings } from './settings.ts'
import { Targets } from './targets.ts'
import { Tiers, usualFileBytes } from './tiers.ts'
import { Tokens } from './tokens.ts'

const limits = {
  // Of 2,000; an error has a sign before it.
  text: 1990,
  editEvery: 1000,
  buttons: 25,
  fileBytes: usualFileBytes,
}

/** What there is between start and stop. */
interface Running {
  readonly api: Api
  readonly outbound: Outbound
  readonly intake: Intake
  readonly self: Self
  readonly places: Places
  readonly members: Members
  readonly interactions: Interactions
  readonly gateway: Gateway
}

class Discord implements Adapter {
  readonly name = 'discord'
  readonly limits = limits
  readonly measure = measure
  readonly #settings: DiscordSettings
  readonly #budget = new Budget()
  readonly #tiers = new Tiers()
  #api: Api | undefined
  #running: Running | undefined
  #registering: Promise<void> | undefined
  readonly #end = new AbortController()
  #stopped = false

  constructor(settings: DiscordSettings) {
    this.#settings = settings
  }

  async start(bot: Bot, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    // Rejects never.
    signal.addEventListener('abort', () => void this.stop(), { once: true })
    const { token, apiUrl } = this.#settings
    this.#api = new Api({ token, url: apiUrl, budget: this.#budget })
    const self = { ...(await identify(this.#api)), opensThreads: this.#settings.openThreads }
    const running = this.#put(bot, this.#api, self)
    this.#running = running
    if (this.#stopped) return this.#close()
    await running.interactions.load()
    await running.gateway.start()
    const guilds = this.#settings.commandGuilds
    // Nobody waits for it: what is written to the bot is answered without.
    this.#registering = register({ api: this.#api, app: self.app, bot, guilds }, this.#end.signal)
    bot.log.info({}, intentWords[self.readsAll ? 'with' : 'without'])
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#end.abort()
    await this.#close()
  }

  connected(): boolean {
    return this.#running?.gateway.connected ?? false
  }

  fileBytesAt({ tenant }: Address): number {
    return this.#tiers.fileBytes(tenant)
  }

  async send(to: Address, reply: Reply, signal?: AbortSignal): Promise<Sent> {
    return this.#open().outbound.send(to, reply, signal)
  }

  async edit(sent: Sent, reply: Reply, signal?: AbortSignal): Promise<void> {
    return this.#open().outbound.edit(sent, reply, signal)
  }

  /** What a message says is all that it can be known by later on. */
  async find(to: Address, key: string, reply?: Reply): Promise<Sent | undefined> {
    return reply === undefined ? undefined : this.#open().outbound.find(to, key, reply)
  }

  async typing(to: Address): Promise<void> {
    return this.#open().outbound.typing(to)
  }

  async download(
    attachment: Attachment,
    _from: Address,
    signal: AbortSignal,
  ): Promise<ReadableStream<Uint8Array>> {
    return download(this.#open().api, attachment, signal)
  }

  async *history(marks: readonly HeardMark[], signal: AbortSignal): AsyncGenerator<Inbound> {
    const { members, ...parts } = this.#open()
    for await (const inbound of history(parts, marks, signal)) yield members.vouched(inbound, signal)
  }

  #put(bot: Bot, api: Api, self: Self): Running {
    const { log } = bot
    const settings = this.#settings
    const places = new Places(api, self.user)
    const interactions = new Interactions(api, self.app, new Tokens(bot.keep, log))
    const sendings = new Sendings(api, self.user)
    const outbound = new Outbound({
      api,
      log,
      budget: this.#budget,
      places,
      interactions,
      sendings,
      settings,
    })
    const members = new Members({ api, log, home: settings.homeGuild })
    const targets = new Targets(api, log)
    const said = { interactions, sendings, targets }
    const intake = new Intake({ bot, self, places, tiers: this.#tiers, members, ...said })
    const content = self.readsAll ? GatewayIntentBits.MessageContent : 0
    const typing = settings.wakeOnTyping
      ? GatewayIntentBits.GuildMessageTyping | GatewayIntentBits.DirectMessageTyping
      : 0
    const gateway = new Gateway({
      api,
      token: settings.token,
      intents:
        GatewayIntentBits.Guilds |
        GatewayIntentBits.GuildMessages |
        GatewayIntentBits.DirectMessages |
        content |
        typing,
      log,
      begun: () => bot.missed(),
      event: (type, data) => intake.event(type, data),
    })
    return { api, outbound, intake, gateway, self, places, members, interactions }
  }

  #open(): Running {
    if (this.#running === undefined || this.#stopped)
      throw new AdapterError('network', 'Discord is not connected')
    return this.#running
  }

  /** Events first: what they led to can still be answered. */
  async #close(): Promise<void> {
    await this.#running?.gateway.stop()
    await this.#running?.intake.stop()
    await this.#registering
    await this.#running?.interactions.close()
    await this.#api?.close()
  }
}

const intentWords = {
  with: 'Discord lets the bot read every message of its channels (message content intent)',
  without:
    'Discord shows the bot only direct messages and those that name it: what is said in its threads without a mention it cannot read (message content intent is off)',
}

const create: CreateAdapter<DiscordSettings> = (settings) => new Discord(settings)
export default create
