/** What people use of a bot: commands, menus, arguments that they type, buttons, dialogs. All of it tells the bot. */
import { randomUUID } from 'node:crypto'
import type { Command } from './command-shapes.ts'
import type { FakeDiscord } from './discord.ts'
import { messageObject, userObject } from './objects.ts'
import type { Callback, Modal } from './shapes.ts'
import type { StoredMessage } from './world.ts'

/** A press, a command, a modal that was sent, something that is being typed. */
export interface Interaction {
  readonly id: string
  readonly token: string
  /** 2 a command, 3 a component, 4 an argument that is being typed, 5 a modal that was sent. */
  readonly type: 2 | 3 | 4 | 5
  readonly user: string
  readonly channel: string
  /** Where it came from. */
  readonly message?: StoredMessage
  /** Set where it is a modal that was sent. */
  readonly modal?: Modal
  createdAt: number
  /** The bot's first answer to it. */
  answer?: Callback
  /** What stands in the chat by that. */
  original?: StoredMessage
}

type Beginning = Pick<Interaction, 'type' | 'channel'> &
  Partial<Pick<Interaction, 'message' | 'modal'>> & { readonly data: object; readonly locale?: string }

interface Where {
  /** Absent: the direct chat with the bot. */
  readonly channel?: string
  readonly locale?: string
}

export class Uses {
  readonly #discord: FakeDiscord
  readonly all = new Map<string, Interaction>()

  constructor(discord: FakeDiscord) {
    this.#discord = discord
  }

  /** A slash command; the client offers none that is not registered, and sends nothing that does not fit it. */
  command(
    name: string,
    command: string,
    given: Readonly<Record<string, string | number>> = {},
    where: Where = {},
  ): Interaction {
    const channel = where.channel ?? this.#discord.people.direct(name)
    const { options: known = [] } = this.#slash(command, channel)
    for (const { name: wanted, required } of known)
      if (required === true && given[wanted] === undefined) throw new Error(`/${command} wants ${wanted}`)
    const options = Object.entries(given).map(([key, value]) => {
      const option = known.find((each) => each.name === key)
      const choices = option !== undefined && 'choices' in option ? option.choices : undefined
      const fits = option !== undefined && (option.type === 4) === (typeof value === 'number')
      if (!fits || (choices !== undefined && !choices.some((each) => each.value === value)))
        throw new Error(`/${command} takes no ${key}: ${value}`)
      return { name: key, type: option.type, value }
    })
    const data = { id: this.#discord.world.id(), name: command, type: 1, options }
    return this.begin(name, { type: 2, channel, data, ...where })
  }

  /** What the bot offers for an argument while it is being typed. */
  async type(
    name: string,
    command: string,
    argument: string,
    typed: string,
    where: Where = {},
  ): Promise<readonly { name: string; value: string | number }[]> {
    const channel = where.channel ?? this.#discord.people.direct(name)
    const option = this.#slash(command, channel).options?.find((each) => each.name === argument)
    if (option?.autocomplete !== true) throw new Error(`/${command} suggests no ${argument}`)
    const options = [{ name: argument, type: option.type, value: typed, focused: true }]
    const data = { id: this.#discord.world.id(), name: command, type: 1, options }
    const typing = this.begin(name, { type: 4, channel, data, ...where })
    return this.#discord.until(() => (typing.answer?.type === 8 ? typing.answer.data.choices : undefined))
  }

  /** A command in the menu of a message. */
  menu(name: string, command: string, message: StoredMessage): Interaction {
    const { world, url } = this.#discord
    this.#registered(3, command, message.channel)
    const resolved = { messages: { [message.id]: messageObject(world, message, url) } }
    const data = { id: world.id(), name: command, type: 3, target_id: message.id, resolved }
    return this.begin(name, { type: 2, channel: message.channel, data })
  }

  /** A command in the menu of a person. */
  menuOf(name: string, command: string, person: string, where: Where = {}): Interaction {
    const { world, people } = this.#discord
    const channel = where.channel ?? people.direct(name)
    this.#registered(2, command, channel)
    const target = world.user(person)
    const resolved = { users: { [target.id]: userObject(target) } }
    const data = { id: world.id(), name: command, type: 2, target_id: target.id, resolved }
    return this.begin(name, { type: 2, channel, data, ...where })
  }

  /** Fills in the dialog that this has opened, and sends it; what stands in a field already goes with it. */
  async submit(name: string, opening: Interaction, words: string): Promise<Interaction> {
    const opened = await this.#discord.until(() =>
      opening.answer?.type === 9 ? opening.answer.data : undefined,
    )
    const components = opened.components.map(({ component }, index) => ({
      type: 18,
      id: 2 * index + 1,
      component: {
        type: 4,
        id: 2 * index + 2,
        custom_id: component.custom_id,
        value: component.value ?? (component.required === false ? '' : words),
      },
    }))
    const { channel, message } = opening
    return this.begin(name, {
      type: 5,
      channel,
      data: { custom_id: opened.custom_id, components },
      modal: opened,
      ...(message === undefined ? {} : { message }),
    })
  }

  begin(name: string, { data, locale = 'en-GB', ...beginning }: Beginning): Interaction {
    const { world, url } = this.#discord
    const user = world.user(name)
    const channel = world.channels.get(beginning.channel)
    if (channel === undefined) throw new Error(`no channel ${beginning.channel}`)
    const id = world.id()
    const interaction = { ...beginning, id, token: randomUUID(), user: user.id, createdAt: Date.now() }
    this.all.set(id, interaction)
    const { guild, parent, kind } = channel
    const { message } = interaction
    this.#discord.announce('INTERACTION_CREATE', {
      id,
      application_id: world.app,
      type: interaction.type,
      token: interaction.token,
      version: 1,
      data,
      channel_id: channel.id,
      channel: { id: channel.id, type: kind, ...(parent === undefined ? {} : { parent_id: parent }) },
      ...(message === undefined ? {} : { message: messageObject(world, message, url) }),
      ...(guild === undefined
        ? { user: userObject(user), context: 1 }
        : {
            guild_id: guild,
            context: 0,
            member: { user: userObject(user), roles: world.rolesOf(user.id, guild) },
          }),
      locale,
      attachment_size_limit: 10 * 1024 * 1024,
    })
    return interaction
  }

  #slash(name: string, channel: string): Extract<Command, { type: 1 }> {
    const command = this.#registered(1, name, channel)
    if (command.type !== 1) throw new Error(`/${name} is no slash command`)
    return command
  }

  #registered(type: number, name: string, channel: string): Command {
    const { world } = this.#discord
    const guild = world.channels.get(channel)?.guild
    const own = guild === undefined ? [] : (world.commands.get(guild) ?? [])
    const everywhere = (world.commands.get('') ?? []).filter(({ contexts }) =>
      (contexts ?? [0, 1, 2]).includes(guild === undefined ? 1 : 0),
    )
    const found = [...own, ...everywhere].find((each) => each.type === type && each.name === name)
    if (found === undefined) throw new Error(`no command ${name} is registered there`)
    return found
  }
}
