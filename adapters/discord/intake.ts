/** What the gateway tells, handed to the core in order, channel by channel. No payload can do harm. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Bot, Inbound, Receipt } from '../../src/contract.ts'
import { Answering } from './answering.ts'
import {
  Boosted,
  Channel,
  Deleted,
  DeletedBulk,
  DiscordMessage,
  Guild,
  GuildGone,
  Interaction,
  ThreadGone,
  ThreadMembers,
} from './events.ts'
import { deletionIn, editIn, messageIn, names, type Self } from './inbound.ts'
import type { Interactions } from './interactions.ts'
import type { Members } from './members.ts'
import type { Places } from './places.ts'
import type { Sendings } from './sendings.ts'
import type { Targets } from './targets.ts'
import type { Tiers } from './tiers.ts'
import { expectedIn, Typing } from './typing.ts'

/** Pauses before what could not be kept is tried again; the last one from then on. */
const againMs = [250, 1000, 5000, 15_000]
const lastAgainMs = 60_000
/** After so long it holds up no longer what follows it: whether it can be kept then is for the history to find out. */
const insistMs = 60 * 60_000

export interface IntakeParts {
  readonly bot: Bot
  readonly self: Self
  readonly places: Places
  readonly tiers: Tiers
  readonly members: Members
  readonly interactions: Interactions
  readonly targets: Targets
  readonly sendings: Sendings
}

export class Intake {
  readonly #parts: IntakeParts
  readonly #answering: Answering
  /** What is under way, by channel. */
  readonly #lanes = new Map<string, Promise<void>>()
  /** When guilds went away that Discord cannot serve for now, by their ids. */
  readonly #outages = new Map<string, number>()
  readonly #end = new AbortController()

  constructor(parts: IntakeParts) {
    this.#parts = parts
    const { bot, interactions, members, targets } = parts
    this.#answering = new Answering({
      bot,
      interactions,
      targets,
      receive: (inbound) => this.#receive(inbound),
      vouched: (origin) => members.vouched(origin, this.#end.signal),
    })
  }

  /** Never throws. */
  event(type: string, data: unknown): void {
    try {
      this.#event(type, data)
    } catch (error) {
      this.#parts.bot.log.error({ err: error, type }, 'an event of Discord could not be taken')
    }
  }

  /** Nothing further is taken. Resolves when what is under way has ended. Never rejects. */
  async stop(): Promise<void> {
    this.#end.abort()
    await Promise.all(this.#lanes.values())
  }

  #event(type: string, data: unknown): void {
    const { tiers } = this.#parts
    if (type === 'MESSAGE_CREATE') this.#lane(DiscordMessage, data, (message) => this.#message(message))
    else if (type === 'MESSAGE_UPDATE') this.#lane(DiscordMessage, data, (message) => this.#edit(message))
    else if (type === 'MESSAGE_DELETE')
      this.#lane(Deleted, data, ({ id, ...where }) => this.#gone([id], where))
    else if (type === 'MESSAGE_DELETE_BULK')
      this.#lane(DeletedBulk, data, ({ ids, ...where }) => this.#gone(ids, where))
    else if (type === 'INTERACTION_CREATE') this.#use(data)
    else if (type === 'TYPING_START') this.#typing(Typing.parse(data))
    else if (type === 'GUILD_CREATE') this.#guild(Guild.parse(data))
    else if (type === 'GUILD_DELETE') this.#guildGone(GuildGone.parse(data))
    else if (type === 'GUILD_UPDATE') tiers.saw(Boosted.parse(data))
    else if (type.startsWith('THREAD_')) this.#thread(type, data)
  }

  #thread(type: string, data: unknown): void {
    const { places } = this.#parts
    if (type === 'THREAD_CREATE' || type === 'THREAD_UPDATE') places.saw(Channel.parse(data))
    else if (type === 'THREAD_DELETE') places.gone(ThreadGone.parse(data).id)
    else if (type === 'THREAD_MEMBERS_UPDATE') {
      const { id, removed_member_ids: removed } = ThreadMembers.parse(data)
      places.left(id, removed)
    }
  }

  /** Back after an outage it tells nothing of what was said meanwhile. */
  #guild(guild: Guild): void {
    const { bot, places, tiers } = this.#parts
    places.learn(guild)
    tiers.saw(guild)
    const since = this.#outages.get(guild.id)
    if (since === undefined) return
    this.#outages.delete(guild.id)
    bot.missed(since)
  }

  /** Unavailable: for now. Else the bot is in it no longer. */
  #guildGone({ id, unavailable }: GuildGone): void {
    if (unavailable !== true) this.#outages.delete(id)
    else if (!this.#outages.has(id)) this.#outages.set(id, Date.now())
  }

  #lane<T extends { channel_id: string }>(
    schema: { parse(data: unknown): T },
    data: unknown,
    work: (parsed: T) => Promise<void>,
  ): void {
    const parsed = schema.parse(data)
    void this.#inLane(parsed.channel_id, () => this.#insist(() => work(parsed)))
  }

  /** One after the other in each lane. Never rejects. */
  async #inLane(lane: string, work: () => Promise<unknown>): Promise<void> {
    const before = this.#lanes.get(lane)
    const mine = this.#after(before, lane, work)
    this.#lanes.set(lane, mine)
    await mine
    if (this.#lanes.get(lane) === mine) this.#lanes.delete(lane)
  }

  async #after(before: Promise<void> | undefined, lane: string, work: () => Promise<unknown>): Promise<void> {
    await before
    try {
      if (!this.#end.signal.aborted) await work()
    } catch (error) {
      this.#parts.bot.log.error({ err: error, lane }, 'an event of Discord could not be taken')
    }
  }

  /** Discord does not send again what could not be kept: it is tried again here, and what follows it waits. */
  async #insist(work: () => Promise<void>): Promise<void> {
    const { signal } = this.#end
    const { bot } = this.#parts
    const since = Date.now()
    for (let tries = 0; !signal.aborted; tries += 1) {
      try {
        return await work()
      } catch (error) {
        if (Date.now() - since > insistMs) {
          bot.missed(since)
          throw error
        }
        bot.log.error({ err: error }, 'an event of Discord could not be kept: it is tried again')
        await sleep(againMs[tries] ?? lastAgainMs, undefined, { signal }).catch(() => undefined)
      }
    }
  }

  #typing(typing: Typing): void {
    const { bot, places, self } = this.#parts
    const expected = expectedIn(typing, places.threadOf(typing.channel_id), self)
    if (expected !== undefined) bot.expects(...expected)
  }

  async #message(message: DiscordMessage): Promise<void> {
    const { places, self, sendings } = this.#parts
    const { author, nonce } = message
    if (author.id === self.user && nonce !== undefined) sendings.told(nonce, message.id)
    const place = await places.of(message.channel_id, message.guild_id)
    const inbound = messageIn(message, place, self)
    if (inbound === null) return
    if (names(message, place, self)) places.join(place.thread, place.channel)
    await this.#receive(inbound)
  }

  async #receive(inbound: Inbound): Promise<Receipt> {
    const { bot, members } = this.#parts
    return bot.receive(await members.vouched(inbound, this.#end.signal))
  }

  async #edit(message: DiscordMessage): Promise<void> {
    const { places, self } = this.#parts
    if (typeof message.edited_timestamp !== 'string') return
    const inbound = editIn(message, await places.of(message.channel_id, message.guild_id), self)
    if (inbound !== null) await this.#receive(inbound)
  }

  async #gone(
    ids: readonly string[],
    { channel_id: channel, guild_id: guild }: { channel_id: string; guild_id?: string | undefined },
  ): Promise<void> {
    const { bot, places, self } = this.#parts
    const place = await places.of(channel, guild)
    for (const id of ids) await bot.receive(deletionIn(id, place, self, Date.now()))
  }

  #use(data: unknown): void {
    const interaction = Interaction.parse(data)
    const answer = this.#answering.take(interaction)
    // Beside what else happens in the channel: it has to be answered soon.
    if (answer !== undefined) void this.#inLane(`use ${interaction.id}`, answer)
  }
}
