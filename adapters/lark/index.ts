/** Feishu and Lark: the long connection or events over HTTP in, the open API out. */
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
  type Limits,
  type Reply,
  type ReplyStream,
  type Sent,
} from '../../src/contract.ts'
import { Api } from './api.ts'
import { Arrivals } from './arrivals.ts'
import { Budget } from './budget.ts'
import { DirectChats } from './chats.ts'
import { CardEntity } from './entity.ts'
import { download, mostImageBytes } from './files.ts'
import { Finder } from './finder.ts'
import { history } from './history.ts'
import { LarkHttp } from './http.ts'
import type { Self } from './inbound.ts'
import { createIntake, type Take } from './intake.ts'
import { Members } from './members.ts'
import { Messages } from './messages.ts'
import { Numbers } from './numbers.ts'
import { Outbound, type Showing } from './outbound.ts'
import { Pending } from './pending.ts'
import { People } from './people.ts'
import { Posts } from './posts.ts'
import { Presses } from './presses.ts'
import { Profiles } from './profiles.ts'
import { measure, measureText, mostText } from './render.ts'
import type { LarkSettings } from './settings.ts'
import { LarkSocket } from './socket.ts'
import { LarkStream } from './stream.ts'
import { Struck } from './struck.ts'
import { Topics } from './topics.ts'
import { speechOf } from './words.ts'

const limits: Limits = {
  text: mostText,
  editEvery: 500,
  buttons: 20,
  fileBytes: 30 * 1024 * 1024,
  pictureBytes: mostImageBytes,
}
/** Rich text is edited 20 times at the most, and has no buttons. */
const cardless: Limits = { ...limits, editEvery: 4000, buttons: 0, pictureBytes: 0 }

const Identity = z.object({ bot: z.object({ open_id: z.string(), app_name: z.string().default('bot') }) })

/** Where events come in. */
interface Gate {
  /** Absent: it is asked, and connects to nothing. */
  readonly connected?: boolean
  start(): Promise<void>
  stop(): Promise<void>
}

/** What there is between start and stop. */
interface Running {
  readonly bot: Bot
  readonly api: Api
  readonly outbound: Outbound
  readonly pending: Pending
  readonly showing: Showing
  readonly chats: DirectChats
  readonly profiles: Profiles
}

class Lark implements Adapter {
  readonly name = 'lark'
  readonly limits: Limits
  readonly measure: Adapter['measure']
  readonly #settings: LarkSettings
  readonly #budget = new Budget()
  readonly #numbers = new Numbers()
  #running: Running | undefined
  /** Since Feishu was reached. */
  #arrivals: Arrivals | undefined
  #presses: Presses | undefined
  #gate: Gate | undefined
  #stopped = false

  constructor(settings: LarkSettings) {
    this.#settings = settings
    this.limits = settings.cards ? limits : cardless
    this.measure = settings.cards ? measure : measureText
  }

  async start(bot: Bot, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    // Rejects never.
    signal.addEventListener('abort', () => void this.stop(), { once: true })
    const { appId, appSecret, url, chinese } = this.#settings
    const speech = speechOf(chinese)
    const api = new Api({ appId, appSecret, url, budget: this.#budget, log: bot.log })
    const topics = new Topics(api)
    const profiles = new Profiles(api, bot.log)
    const messages = new Messages(api, appId)
    const pending = new Pending(bot.keep)
    const chats = new DirectChats(bot.keep)
    const finder = new Finder(api, appId, chats)
    const parts = { api, budget: this.#budget, topics, messages, speech }
    const outbound = new Outbound({ ...parts, numbers: this.#numbers, pending, finder, log: bot.log })
    const showing = this.#settings.cards
      ? outbound
      : new Posts({ ...parts, nameOf: (person) => profiles.nameOf(person) })
    // What an earlier process left undone may be shown and answered from now on.
    this.#running = { bot, api, outbound, pending, showing, chats, profiles }
    const { bot: own } = await api.call({ method: 'GET', path: '/bot/v3/info' }, Identity)
    const locale = chinese ? 'zh-CN' : undefined
    const self: Self = { openId: own.open_id, appId, name: own.app_name, locale }
    const members = this.#settings.departments ? new Members(api, bot.log) : undefined
    const people = new People(profiles, members)
    const { replies } = this.#settings
    const struck = new Struck(bot.keep)
    await struck.load()
    this.#arrivals = new Arrivals({ self, chats, topics, messages, struck, people, replies })
    this.#presses = new Presses({ bot, speech, people })
    const take = createIntake({ bot, self, arrivals: this.#arrivals, presses: this.#presses, people })
    this.#gate = this.#gateTo(take, this.#running)
    if (this.#stopped) return this.#close()
    await this.#gate.start()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#close()
  }

  /** Of HTTP, whose requests come one by one, nobody knows. */
  connected(): boolean {
    return this.#gate?.connected ?? true
  }

  async send(to: Address, reply: Reply, signal?: AbortSignal): Promise<Sent> {
    return this.#open().showing.send(to, reply, signal)
  }

  async edit(sent: Sent, reply: Reply): Promise<void> {
    return this.#open().showing.edit(sent, reply)
  }

  stream(to: Address, key: string, asker: Person): ReplyStream | undefined {
    if (!this.#settings.cards) return undefined
    const words = speechOf(this.#settings.chinese)(asker.locale)
    const budget = this.#budget
    // Asked for when something is shown: a turn of an earlier process may go on before Feishu is reached.
    const connected = () => {
      const { api, outbound, pending, bot } = this.#open()
      const entity = () => new CardEntity({ api, budget, numbers: this.#numbers })
      return { entity, outbound, pending, log: bot.log }
    }
    return new LarkStream({ connected, budget, words, most: mostText }, to, key)
  }

  async download(
    attachment: Attachment,
    _from: Address,
    signal: AbortSignal,
  ): Promise<ReadableStream<Uint8Array>> {
    return download(this.#open().api, attachment, signal)
  }

  history(marks: readonly HeardMark[], signal: AbortSignal): AsyncIterable<Inbound> {
    const { api, bot, chats } = this.#open()
    const arrivals = this.#arrivals
    if (arrivals === undefined) throw new AdapterError('network', 'Feishu is not connected')
    return history({ api, chats, arrivals, log: bot.log }, marks, signal)
  }

  async find(to: Address, key: string, reply?: Reply): Promise<Sent | undefined> {
    return this.#settings.cards ? this.#open().outbound.find(to, key, reply) : undefined
  }

  #gateTo(take: Take, { api, bot }: Running): Gate {
    const { mode, appId, appSecret, url, host, port, encryptKey, verificationToken } = this.#settings
    const { log } = bot
    if (mode === 'websocket') {
      return new LarkSocket({
        appId,
        appSecret,
        url,
        transport: api.transport,
        take,
        log,
        missed: () => bot.missed(),
      })
    }
    if (encryptKey !== undefined && verificationToken !== undefined) {
      return new LarkHttp({ host, port, encryptKey, verificationToken, take, log })
    }
    throw new AdapterError('auth', 'events over HTTP want an `encryptKey` and a `verificationToken`')
  }

  #open(): Running {
    if (this.#running === undefined || this.#stopped)
      throw new AdapterError('network', 'Feishu is not connected')
    return this.#running
  }

  /** Events first: what they led to can still be answered. */
  async #close(): Promise<void> {
    await this.#gate?.stop()
    await this.#presses?.settled()
    this.#running?.profiles.close()
    await this.#running?.api.close()
  }
}

const create: CreateAdapter<LarkSettings> = (settings) => new Lark(settings)
export default create
