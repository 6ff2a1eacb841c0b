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
}

interface Known {
  /** Set where it is a thread. */
  readonly parent?: string
  readonly joined: boolean
}

const threadTypes: ReadonlySet<number> = new Set([10, 11, 12])
const mostRemembered = 50_000

export class Places {
  readonly #api: Api
  /** The bot's own id. */
  readonly #self: string
  readonly #known = new Map<string, Known>()

  constructor(api: Api, self: string) {
    this.#api = api
    this.#self = self
  }

  /** Throws {@link AdapterError} when Discord has to be asked and does not answer. */
  async of(channel: string, guild: string | undefined): Promise<Place> {
    if (guild === undefined) return { channel, joined: false }
    const { parent, joined } = this.#known.get(channel) ?? (await this.#look(channel))
    return parent === undefined
      ? { guild, channel, joined }
      : { guild, channel: parent, thread: channel, joined }
  }

  /** The thread that this channel is; undefined: it is none, or Discord would have to be asked. */
  threadOf(channel: string): Place | undefined {
    const { parent, joined } = this.#known.get(channel) ?? { joined: false }
    return parent === undefined ? undefined : { channel: parent, thread: channel, joined }
  }

  /** As Discord tells of them by itself. */
  learn({ channels, threads }: Guild): void {
    for (const channel of [...channels, ...threads]) this.saw(channel)
  }

  saw(channel: Channel): Known {
    const { id, type, parent_id: parent, owner_id: owner, member } = channel
    const thread = threadTypes.has(type) && typeof parent === 'string'
    const joined = owner === this.#self || (member !== undefined && member !== null) || this.#joined(id)
    const known = thread ? { parent, joined } : { joined: false }
    this.#remember(id, known)
    return known
  }

  /** The bot was named there, or has written there. */
  join(thread: string | undefined, parent: string): void {
    if (thread !== undefined) this.#remember(thread, { parent, joined: true })
  }

  #joined(id: string): boolean {
    return this.#known.get(id)?.joined === true
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
