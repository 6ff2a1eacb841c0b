/** Which channels are threads, and which of these the bot takes part in. Discord knows it; what it said is remembered. */
import type { Api } from './api.ts'
import { Channel, type Guild } from './events.ts'
import { discordCode } from './faults.ts'

/** Where a message stands. */
export interface Place {
  /** Absent: a direct chat. */
  readonly guild?: string
  /** Of a thread: the channel that it is in. */
  readonly channel: string
  readonly thread?: string
  /** The bot takes part in this thread. */
  readonly joined: boolean
  /** The role that the guild has for the bot, where it is known. */
  readonly role?: string
}

interface Known {
  /** Set where it is a thread. */
  readonly parent?: string
  readonly joined: boolean
  /** It was taken out of it. */
  readonly left?: boolean
}

const threadTypes: ReadonlySet<number> = new Set([10, 11, 12])
const mostRemembered = 50_000

export class Places {
  readonly #api: Api
  /** The bot's own id. */
  readonly #self: string
  readonly #known = new Map<string, Known>()
  /** The bot's own, by guild. */
  readonly #roles = new Map<string, string>()

  constructor(api: Api, self: string) {
    this.#api = api
    this.#self = self
  }

  /** Throws {@link AdapterError} when Discord has to be asked and does not answer. */
  async of(channel: string, guild: string | undefined): Promise<Place> {
    if (guild === undefined) return { channel, joined: false }
    const { parent, joined } = this.#known.get(channel) ?? (await this.#look(channel))
    const role = this.#roles.get(guild)
    const here = { guild, joined, ...(role === undefined ? {} : { role }) }
    return parent === undefined ? { ...here, channel } : { ...here, channel: parent, thread: channel }
  }

  /** The thread that this channel is; undefined: it is none, or Discord would have to be asked. */
  threadOf(channel: string): Place | undefined {
    const { parent, joined } = this.#known.get(channel) ?? { joined: false }
    return parent === undefined ? undefined : { channel: parent, thread: channel, joined }
  }

  /** As Discord tells of them by itself. */
  learn({ id, channels, threads, roles }: Guild): void {
    const role = roles.find(({ tags }) => tags?.bot_id === this.#self)?.id
    if (role !== undefined) this.#roles.set(id, role)
    for (const channel of [...channels, ...threads]) this.saw(channel)
  }

  saw(channel: Channel): Known {
    const { id, type, parent_id: parent, owner_id: owner, member } = channel
    const thread = threadTypes.has(type) && typeof parent === 'string'
    const before = this.#known.get(id)
    const isMember = member !== undefined && member !== null
    const left = !isMember && before?.left === true
    const joined = !left && (isMember || owner === this.#self || before?.joined === true)
    const known = thread ? { parent, joined, left } : { joined: false }
    this.#remember(id, known)
    return known
  }

  /** The bot was named there, or has written there. */
  join(thread: string | undefined, parent: string): void {
    if (thread !== undefined) this.#remember(thread, { parent, joined: true })
  }

  /** Some were taken out of a thread, or have left it; the bot is back when it is named there, or put in again. */
  left(thread: string, people: readonly string[]): void {
    const known = this.#known.get(thread)
    if (known !== undefined && people.includes(this.#self))
      this.#remember(thread, { ...known, joined: false, left: true })
  }

  /** The thread is there no longer. */
  gone(thread: string): void {
    this.#known.delete(thread)
  }

  async #look(id: string): Promise<Known> {
    try {
      const found = await this.#api.run('a look at a channel', (rest) => rest.get(`/channels/${id}`))
      const channel = Channel.safeParse(found)
      return channel.success ? this.saw(channel.data) : { joined: false }
    } catch (error) {
      const code = discordCode(error)
      // It is gone, or closed to the bot: nobody can be answered there as in a thread.
      if (code === 10_003 || code === 50_001) return { joined: false }
      throw error
    }
  }

  #remember(id: string, known: Known): void {
    this.#known.delete(id)
    this.#known.set(id, known)
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= mostRemembered) return
      this.#known.delete(oldest)
    }
  }
}
