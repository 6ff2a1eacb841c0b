/** What people do in Discord, and what it leads to on the gateway. */
import { randomUUID } from 'node:crypto'
import type { FakeDiscord } from './discord.ts'
import { intents } from './gateway.ts'
import { mentioned, messageObject, userObject } from './objects.ts'
import type { Callback, Component, Modal } from './shapes.ts'
import { kinds, type StoredChannel, type StoredMessage } from './world.ts'

/** A press, or a modal that was sent. */
export interface Interaction {
  readonly id: string
  readonly token: string
  readonly user: string
  readonly channel: string
  /** Where it came from. */
  readonly message: StoredMessage
  /** Set where it is a modal that was sent. */
  readonly modal?: Modal
  createdAt: number
  /** The bot's first answer to it. */
  answer?: Callback
}

export interface SayOptions {
  readonly channel?: string
  readonly mention?: boolean
  /** The id of the message that is replied to. */
  readonly reply?: string
  readonly files?: readonly { readonly name: string; readonly content: string | Buffer }[]
  readonly webhook?: boolean
  readonly type?: number
}

export class People {
  readonly #discord: FakeDiscord
  readonly interactions = new Map<string, Interaction>()

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

  /** A thread that somebody opens; the bot is not in it. */
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
    const { channel = this.direct(name), mention, reply, files = [], webhook, type } = options
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
        mime: 'text/plain',
      })),
      ...(reply === undefined ? {} : { reference: reply }),
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
    return this.#interact(name, message, { component_type: 2, custom_id: button.custom_id })
  }

  /** Takes these out of the list in a message. */
  select(name: string, message: StoredMessage, labels: readonly string[]): Interaction {
    const list = componentsOf(message).find((one) => one.type === 3)
    const options = list?.type === 3 ? list.options : []
    const values = options.filter(({ label }) => labels.includes(label)).map(({ value }) => value)
    if (list === undefined || values.length !== labels.length)
      throw new Error(`not all of ${labels.join()} can be chosen`)
    return this.#interact(name, message, { component_type: 3, custom_id: list.custom_id, values })
  }

  /** Fills in the modal that this press has opened, and sends it. */
  async submit(name: string, pressed: Interaction, words: string): Promise<Interaction> {
    const opened = await this.#discord.until(() =>
      pressed.answer?.type === 9 ? pressed.answer.data : undefined,
    )
    const components = opened.components.map(({ component }) => ({
      type: 18,
      id: 1,
      component: { type: 4, id: 2, custom_id: component.custom_id, value: words },
    }))
    return this.#interact(name, pressed.message, { custom_id: opened.custom_id, components }, opened)
  }

  #interact(name: string, message: StoredMessage, data: object, modal?: Modal): Interaction {
    const { world } = this.#discord
    const user = world.user(name)
    const channel = this.#channel(message.channel)
    const interaction: Interaction = {
      id: world.id(),
      token: randomUUID(),
      user: user.id,
      channel: channel.id,
      message,
      createdAt: Date.now(),
      ...(modal === undefined ? {} : { modal }),
    }
    this.interactions.set(interaction.id, interaction)
    const from =
      channel.guild === undefined
        ? { user: userObject(user) }
        : { member: { user: userObject(user), roles: world.rolesOf(user.id, channel.guild) } }
    this.#discord.announce('INTERACTION_CREATE', {
      id: interaction.id,
      application_id: world.app,
      type: modal === undefined ? 3 : 5,
      token: interaction.token,
      version: 1,
      data,
      channel_id: channel.id,
      channel: {
        id: channel.id,
        type: channel.kind,
        ...(channel.parent === undefined ? {} : { parent_id: channel.parent }),
      },
      message: messageObject(world, message, this.#discord.url),
      ...(channel.guild === undefined ? {} : { guild_id: channel.guild }),
      ...from,
      locale: 'en-GB',
    })
    return interaction
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
