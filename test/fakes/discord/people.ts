/** What people do in Discord, and what it leads to on the gateway. */
import { extname } from 'node:path'
import type { FakeDiscord } from './discord.ts'
import { intents } from './gateway.ts'
import { mentioned, userObject } from './objects.ts'
import type { Component } from './shapes.ts'
import type { Interaction } from './uses.ts'
import { kinds, type StoredChannel, type StoredMessage } from './world.ts'

/** Discord tells them by their names. */
const mimes: Readonly<Partial<Record<string, string>>> = { '.png': 'image/png', '.gif': 'image/gif' }

export interface SayOptions {
  readonly channel?: string
  readonly mention?: boolean
  /** The id of the message that is replied to. */
  readonly reply?: string
  readonly files?: readonly { readonly name: string; readonly content: string | Buffer }[]
  readonly webhook?: boolean
  readonly embeds?: readonly object[]
  /** The message that is forwarded. */
  readonly forward?: StoredMessage
  readonly type?: number
}

export class People {
  readonly #discord: FakeDiscord

  constructor(discord: FakeDiscord) {
    this.#discord = discord
  }

  /** The channel of this person and the bot. */
  direct(name: string): string {
    const { world } = this.#discord
    const { id } = world.user(name)
    const known = [...world.channels.values()].find(
      ({ kind, members }) => kind === kinds.direct && members.has(id),
    )
    if (known !== undefined) return known.id
    const channel = world.addChannel({ kind: kinds.direct, name })
    channel.members.add(id)
    return channel.id
  }

  /** A channel of a guild; of the first, unless told otherwise. */
  town(name: string, guild = this.#discord.world.guild): string {
    const { world } = this.#discord
    const known = [...world.channels.values()].find((channel) => channel.name === name)
    return (known ?? world.addChannel({ kind: kinds.town, name, guild })).id
  }

  /** A channel in which there are posts alone. */
  forum(name: string): string {
    const { world } = this.#discord
    return world.addChannel({ kind: kinds.forum, name, guild: world.guild }).id
  }

  /** A thread that somebody opens, or their post in a forum; the bot is not in it. */
  thread(name: string, parent: string, owner: string): string {
    const { world } = this.#discord
    const { id } = world.addChannel({
      kind: kinds.thread,
      name,
      parent,
      owner: world.user(owner).id,
      guild: world.guild,
    })
    return id
  }

  /** Without a channel: to the bot directly. */
  say(name: string, text: string, options: SayOptions = {}): StoredMessage {
    const { world } = this.#discord
    const {
      channel = this.direct(name),
      mention,
      reply,
      files = [],
      webhook,
      type,
      forward,
      embeds,
    } = options
    const content = mention === true ? `<@${world.app}> ${text}` : text
    if (mention === true) this.#channel(channel).members.add(world.app)
    const message = world.add({
      channel,
      author: world.user(name, webhook).id,
      content,
      files: files.map((file) => ({
        id: world.id(),
        name: file.name,
        content: Buffer.from(file.content),
        mime: mimes[extname(file.name)] ?? 'text/plain',
      })),
      ...(reply === undefined ? {} : { reference: reply }),
      ...(embeds === undefined ? {} : { embeds }),
      ...(forward === undefined ? {} : { forwards: structuredClone(forward), flags: 1 << 14 }),
      ...(webhook === true ? { webhook: world.id() } : {}),
      ...(type === undefined ? {} : { type }),
    })
    this.#discord.tell('MESSAGE_CREATE', message)
    return message
  }

  /** Without a channel: to the bot directly. */
  type(name: string, channel = this.direct(name)): void {
    const user = this.#discord.world.user(name)
    const { guild } = this.#channel(channel)
    const needed = guild === undefined ? intents.directTyping : intents.guildTyping
    const typing = {
      channel_id: channel,
      user_id: user.id,
      timestamp: Math.floor(Date.now() / 1000),
      ...(guild === undefined ? {} : { guild_id: guild, member: { user: userObject(user), roles: [] } }),
    }
    this.#discord.gateway.dispatch({
      t: 'TYPING_START',
      guild,
      d: (held) => ((held & needed) === 0 ? undefined : typing),
    })
  }

  /** Somebody takes the bot out of a thread. */
  expel(thread: string): void {
    const { world } = this.#discord
    const { members, guild } = this.#channel(thread)
    members.delete(world.app)
    this.#discord.announce('THREAD_MEMBERS_UPDATE', {
      id: thread,
      guild_id: guild,
      member_count: members.size,
      removed_member_ids: [world.app],
    })
  }

  edit(message: StoredMessage, text: string): void {
    message.before.push(message.content)
    message.content = text
    message.editedAt = new Date().toISOString()
    this.#discord.tell('MESSAGE_UPDATE', message)
  }

  /** A preview of a link appears: the message changes, and nobody edited it. */
  unfurl(message: StoredMessage): void {
    this.#discord.tell('MESSAGE_UPDATE', message)
  }

  remove(message: StoredMessage): void {
    const { world } = this.#discord
    world.remove(message)
    const { guild } = this.#channel(message.channel)
    this.#discord.announce('MESSAGE_DELETE', {
      id: message.id,
      channel_id: message.channel,
      ...(guild === undefined ? {} : { guild_id: guild }),
    })
  }

  /** Presses the button with this label in a message. */
  press(name: string, message: StoredMessage, label: string): Interaction {
    const button = componentsOf(message).find((one) => one.type === 2 && one.label === label)
    if (button === undefined) throw new Error(`no button “${label}” in: ${message.content}`)
    return this.#use(name, message, { component_type: 2, custom_id: button.custom_id })
  }

  /** Takes these out of the list in a message. */
  select(name: string, message: StoredMessage, labels: readonly string[]): Interaction {
    const list = componentsOf(message).find((one) => one.type === 3)
    const options = list?.type === 3 ? list.options : []
    const values = options.filter(({ label }) => labels.includes(label)).map(({ value }) => value)
    if (list === undefined || values.length !== labels.length)
      throw new Error(`not all of ${labels.join()} can be chosen`)
    return this.#use(name, message, { component_type: 3, custom_id: list.custom_id, values })
  }

  #use(name: string, message: StoredMessage, data: object): Interaction {
    return this.#discord.uses.begin(name, { type: 3, channel: message.channel, message, data })
  }

  /** Fills in the modal that this press has opened, and sends it. */
  submit(name: string, pressed: Interaction, words: string): Promise<Interaction> {
    return this.#discord.uses.submit(name, pressed, words)
  }

  #channel(id: string): StoredChannel {
    const channel = this.#discord.world.channels.get(id)
    if (channel === undefined) throw new Error(`no channel ${id}`)
    return channel
  }
}

/** Is the bot named in it? */
export function namesBot(discord: FakeDiscord, message: StoredMessage): boolean {
  const { world } = discord
  const referenced =
    message.reference === undefined ? undefined : world.find(message.channel, message.reference)
  return mentioned(world, message.content, referenced).some((user) => 'id' in user && user.id === world.app)
}

function componentsOf({ rows }: StoredMessage): readonly Component[] {
  return rows.flatMap(({ components }) => [...components])
}
