/** Slack: Socket Mode or events over HTTP in, the Web API out. */
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
import { keptApart, userOf } from './apart.ts'
import { download } from './files.ts'
import { missed } from './history.ts'
import { SlackHttp } from './http.ts'
import { Installs, type InstallsOptions } from './installs.ts'
import { createIntake, type Take } from './intake.ts'
import { measure } from './render.ts'
import { OAuth } from './oauth.ts'
import type { SlackSettings } from './settings.ts'
import { SlackSocket } from './socket.ts'
import { SlackStream } from './stream.ts'
import type { Mentions } from './text.ts'
import { lasting } from './token.ts'
import { openWorkspace, type Workspace } from './workspace.ts'
import { InstalledWorkspaces, oneWorkspace, present, type Workspaces } from './workspaces.ts'

const limits = {
  // Slack takes a little more: in streams about 10,600 bytes, in blocks 13,200 characters of JSON.
  text: 9000,
  editEvery: 1200,
  buttons: 25,
  fileBytes: 1024 * 1024 * 1024,
}

/** Where events come in, and whoever installs the app. */
interface Gate {
  /** Absent: it is asked, and connects to nothing. */
  readonly connected?: boolean
  start(): Promise<void>
  stop(): Promise<void>
}

class Slack implements Adapter {
  readonly name = 'slack'
  readonly limits = limits
  readonly measure = measure
  readonly #settings: SlackSettings
  readonly #mentions: Mentions
  #workspaces: Workspaces | undefined
  #gates: readonly Gate[] = []
  #stopped = false

  constructor(settings: SlackSettings) {
    this.#settings = settings
    this.#mentions = new Set(settings.mentions)
  }

  async start(bot: Bot, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    // Rejects never.
    signal.addEventListener('abort', () => void this.stop(), { once: true })
    const { botToken, oauth: settings, apiUrl } = this.#settings
    const threads = this.#settings.directAnswers === 'thread'
    const options = { bot, url: apiUrl, mentions: this.#mentions, threads }
    if (settings === undefined) {
      // One of them is there: the schema says so.
      this.#workspaces = oneWorkspace(await openWorkspace(lasting(botToken ?? ''), options))
      this.#gates = this.#gatesTo(createIntake(this.#workspaces, bot.log), bot)
    } else {
      const oauth = new OAuth(settings, apiUrl, bot.log)
      const installed = new InstalledWorkspaces(options, oauth)
      this.#workspaces = installed
      const keep: InstallsOptions['installed'] = (id, installation) => installed.install(id, installation)
      const installs = new Installs({ settings, oauth, apiUrl, log: bot.log, installed: keep })
      this.#gates = this.#gatesTo(createIntake(installed, bot.log), bot, installs)
    }
    if (this.#stopped) return this.#close()
    await Promise.all(this.#gates.map((gate) => gate.start()))
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#close()
  }

  /** Of HTTP, whose requests come one by one, nobody knows. */
  connected(): boolean {
    return this.#gates.every(({ connected = true }) => connected)
  }

  async send(to: Address, reply: Reply, signal?: AbortSignal): Promise<Sent> {
    return (await this.#at(to)).outbound.send(to, reply, signal)
  }

  async edit(sent: Sent, reply: Reply): Promise<void> {
    return (await this.#at(sent.address)).outbound.edit(sent, reply)
  }

  stream(to: Address, key: string, asker: Person): ReplyStream | undefined {
    const { thread, tenant } = to
    const workspace = this.#open().openAt(tenant)
    if (thread === undefined || workspace === undefined) return undefined
    const { api, budget, outbound, sessions, bot, self, live } = workspace
    const recipient = { user: userOf(asker.id), team: asker.tenant ?? tenant }
    const shared = { api, budget, outbound, sessions, log: bot.log, bot: self.bot, live }
    const parts = { ...shared, most: limits.text, mentions: this.#mentions, recipient }
    return new SlackStream(parts, { ...to, thread }, key)
  }

  async typing(to: Address, asker: Person): Promise<void> {
    return (await this.#at(to)).outbound.typing(to, asker)
  }

  async download(
    attachment: Attachment,
    from: Address,
    signal: AbortSignal,
  ): Promise<ReadableStream<Uint8Array>> {
    return download((await this.#at(from)).api, attachment, signal)
  }

  async *history(marks: readonly HeardMark[], signal: AbortSignal): AsyncIterable<Inbound> {
    for (const [tenant, here] of Map.groupBy(marks, ({ address }) => address.tenant)) {
      const workspace = await this.#open().at({ tenant })
      if (workspace === undefined) continue
      for await (const inbound of missed(workspace, here, signal)) {
        yield this.#settings.oauth === undefined ? inbound : keptApart(inbound)
      }
    }
  }

  async find(to: Address, key: string, reply?: Reply): Promise<Sent | undefined> {
    return (await this.#at(to)).outbound.find(to, key, reply)
  }

  #gatesTo(take: Take, bot: Bot, installs?: Installs): readonly Gate[] {
    const { log } = bot
    const { mode, appToken, signingSecret, apiUrl, host, port } = this.#settings
    if (mode === 'socket' && appToken !== undefined) {
      const missed = (since: number): void => bot.missed(since)
      const socket = new SlackSocket({ appToken, apiUrl, take, log, missed })
      return installs === undefined ? [socket] : [socket, new SlackHttp({ host, port, installs, log })]
    }
    if (signingSecret !== undefined) {
      return [new SlackHttp({ host, port, events: { signingSecret, take }, installs, log })]
    }
    throw new AdapterError('auth', 'Slack wants an `appToken` (Socket Mode) or a `signingSecret` (HTTP)')
  }

  async #at({ tenant }: Address): Promise<Workspace> {
    return present(await this.#open().at({ tenant }))
  }

  #open(): Workspaces {
    if (this.#workspaces === undefined || this.#stopped)
      throw new AdapterError('network', 'Slack is not connected')
    return this.#workspaces
  }

  /** Events first: what they led to can still be answered. */
  async #close(): Promise<void> {
    await Promise.all(this.#gates.map((gate) => gate.stop()))
    await this.#workspaces?.close()
  }
}

const create: CreateAdapter<SlackSettings> = (settings) => new Slack(settings)
export default create
