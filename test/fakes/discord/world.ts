/** Guilds, channels, people and what they wrote. */
import type { Command } from './command-shapes.ts'
import type { Layout, Rows } from './shapes.ts'

const epoch = 1_420_070_400_000n
/** Of channels. */
export const kinds = { town: 0, direct: 1, thread: 11, forum: 15 } as const

export interface StoredUser {
  readonly id: string
  readonly name: string
  readonly bot?: boolean
}

export interface StoredChannel {
  readonly id: string
  readonly kind: (typeof kinds)[keyof typeof kinds]
  readonly name: string
  readonly guild?: string
  /** Of a thread: the channel that it is in, and who opened it. */
  readonly parent?: string
  readonly owner?: string
  /** Those who follow it, of a thread. */
  readonly members: Set<string>
  /** True: the bot may not write there. */
  closed?: boolean
}

export interface StoredFile {
  readonly id: string
  readonly name: string
  readonly content: Buffer
  readonly mime?: string
}

export interface StoredMessage {
  readonly id: string
  readonly channel: string
  readonly author: string
  /** 0 what is written, 19 a reply; others tell of something that happened. */
  readonly type: number
  readonly nonce?: string | number
  readonly reference?: string
  readonly webhook?: string
  /** The person who alone sees it. */
  readonly only?: string
  files: readonly StoredFile[]
  /** Frames of an app's, as it sent them. */
  readonly embeds?: readonly object[]
  /** What it forwards, as it stood then. */
  readonly forwards?: StoredMessage
  content: string
  rows: Rows
  /** Of one that is made of components: those, in their order, the rows among them. */
  layout?: Layout
  flags: number
  editedAt?: string
  /** How it read before each edit. */
  readonly before: string[]
  /** Whom it has pinged: ids of people and roles, `everyone`. */
  readonly pinged: readonly string[]
}

export class World {
  /** The first of {@link guilds}. */
  readonly guild: string
  readonly guilds: string[]
  readonly app: string
  /** The role that guilds have for the bot. */
  readonly role: string
  readonly users = new Map<string, StoredUser>()
  readonly channels = new Map<string, StoredChannel>()
  readonly messages: StoredMessage[] = []
  /** How far guilds are boosted, by their ids. */
  readonly tiers = new Map<string, number>()
  /** The roles that people have in the first guild, by their ids. */
  readonly roles = new Map<string, Set<string>>()
  /** The application's commands by guild; empty: everywhere. */
  readonly commands = new Map<string, readonly Command[]>()
  /** So many were made today. */
  created = 0
  /** Is the bot in the guild, with which permissions, and may it have commands there? */
  joined = true
  permissions = (1n << 53n) - 1n - 8n
  commandsAllowed = true
  /** How many milliseconds Discord's clock is behind ours: what happens now seems to be of then. */
  behindMs: number
  #last = 0n

  constructor(bot: string, behindMs = 0) {
    this.behindMs = behindMs
    this.guild = this.id()
    this.guilds = [this.guild]
    this.app = this.id()
    this.role = this.id()
    this.users.set(this.app, { id: this.app, name: bot, bot: true })
  }

  /** A snowflake: unique and growing. */
  id(at = Date.now() - this.behindMs): string {
    const next = (BigInt(at) - epoch) << 22n
    this.#last = next > this.#last ? next : this.#last + 1n
    return String(this.#last)
  }

  /** A further guild, which is the next shard's. */
  addGuild(): string {
    const moment = (BigInt(this.guild) >> 22n) + BigInt(this.guilds.length)
    // No other id of that moment ends like this.
    const guild = String((moment << 22n) | 0x3fffffn)
    this.guilds.push(guild)
    return guild
  }

  /** Gives somebody a role of the guild. */
  give(name: string, role: string): void {
    const { id } = this.user(name)
    this.roles.set(id, new Set(this.roles.get(id)).add(role))
  }

  /** The largest file that a channel takes. */
  fileBytes(channel: string | undefined): number {
    const guild = this.channels.get(channel ?? '')?.guild
    const mebibytes = { 2: 50, 3: 100 }[this.tiers.get(guild ?? '') ?? 0] ?? 10
    return mebibytes * 1024 * 1024
  }

  rolesOf(user: string, guild: string): string[] {
    return guild === this.guild ? [...(this.roles.get(user) ?? [])] : []
  }

  user(name: string, bot = false): StoredUser {
    const known = [...this.users.values()].find((user) => user.name === name)
    if (known !== undefined) return known
    const user = { id: this.id(), name, ...(bot ? { bot } : {}) }
    this.users.set(user.id, user)
    return user
  }

  addChannel(channel: Omit<StoredChannel, 'id' | 'members'> & { id?: string }): StoredChannel {
    const stored = { id: this.id(), members: new Set<string>(), ...channel }
    this.channels.set(stored.id, stored)
    return stored
  }

  add(
    message: Pick<StoredMessage, 'channel' | 'author' | 'content'> & Partial<StoredMessage>,
  ): StoredMessage {
    const stored = {
      id: this.id(),
      type: message.reference === undefined ? 0 : 19,
      files: [],
      rows: [],
      flags: 0,
      before: [],
      pinged: [],
      ...message,
    }
    this.messages.push(stored)
    return stored
  }

  find(channel: string, id: string): StoredMessage | undefined {
    return this.messages.find((message) => message.channel === channel && message.id === id)
  }

  remove(message: StoredMessage): void {
    this.messages.splice(this.messages.indexOf(message), 1)
  }

  in(channel: string): readonly StoredMessage[] {
    return this.messages.filter((message) => message.channel === channel)
  }
}

/** When something with this id came to be; milliseconds since 1970. */
export function timeOf(id: string): number {
  return Number((BigInt(id) >> 22n) + epoch)
}

/** The words of a message, wherever they stand; pictures among them as `[picture: what is read out]`. */
export function wordsOf({ content, layout = [] }: Pick<StoredMessage, 'content' | 'layout'>): string {
  const laid = layout.flatMap((each) => {
    if (each.type === 10) return [each.content]
    return each.type === 12 ? each.items.map(({ description }) => `[picture: ${description ?? ''}]`) : []
  })
  return [content, ...laid].filter((part) => part !== '').join('\n')
}

/** A message as people read it. */
export function shownText(message: StoredMessage): string {
  const { rows, files } = message
  const labels = rows.flatMap(({ components }) =>
    components.flatMap((one) =>
      one.type === 2 ? [`[${one.label}]`] : one.options.map(({ label }) => `<${label}>`),
    ),
  )
  return [wordsOf(message), labels.join(' '), ...files.map(({ name }) => `[file ${name}]`)]
    .filter((part) => part !== '')
    .join('\n')
}

/** Whom a text pings, as far as it may. */
export function pings(
  content: string,
  allowed: Partial<Readonly<Record<'parse' | 'users' | 'roles', readonly string[] | undefined>>> | undefined,
): string[] {
  const may = (kind: string): boolean => allowed === undefined || (allowed.parse ?? []).includes(kind)
  const users = Array.from(content.matchAll(/<@!?(\d+)>/g), ([, id]) => id ?? '')
  const roles = Array.from(content.matchAll(/<@&(\d+)>/g), ([, id]) => id ?? '')
  return [
    ...users.filter((id) => may('users') || (allowed?.users ?? []).includes(id)),
    ...roles.filter((id) => may('roles') || (allowed?.roles ?? []).includes(id)),
    ...(may('everyone') && /@(everyone|here)/.test(content) ? ['everyone'] : []),
  ]
}
