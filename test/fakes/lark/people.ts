/** The people of a tenant: they write, recall, press, and read. */
import { z } from 'zod'
import { elementsOf, missingIn } from './card-json.ts'
import { Delivery } from './courier.ts'
import { envelope, menuChosen, recalled, received, updated, userIds } from './events.ts'
import type { FakeLark } from './lark.ts'
import { cardOf, type Mention, type StoredMessage } from './tenant.ts'

export interface SayOptions {
  /** A group; absent: directly to the bot. */
  readonly chat?: string
  readonly thread?: string
  readonly parent?: string
  /** True: the text begins with a mention of the bot. */
  readonly mention?: boolean
  /** Further people whom the text names as `@_user_2`, `@_user_3` … */
  readonly others?: readonly string[]
}

/** Something that a person did, on its way to the bot. */
export interface Deed {
  readonly message: StoredMessage
  readonly delivery: Delivery
}

/** What was filled in of a form. */
export type FormValue = Readonly<Record<string, string | readonly string[]>>

export class People {
  readonly #lark: FakeLark
  readonly #known = new Set<string>()
  readonly deliveries: Delivery[] = []

  constructor(lark: FakeLark) {
    this.#lark = lark
  }

  /** Whether the app is there for this person. */
  known(openId: string): boolean {
    return this.#known.has(openId)
  }

  /** Somebody whom the app is there for. */
  join(openId: string): string {
    this.#known.add(openId)
    return openId
  }

  say(user: string, text: string, options: SayOptions = {}): Deed {
    const bot = { key: '@_user_1', openId: this.#lark.botId, name: this.#lark.botName }
    const others = (options.others ?? []).map((openId, index) => ({
      key: `@_user_${index + 2}`,
      openId,
      name: openId,
    }))
    const mentions: Mention[] = [...(options.mention === true ? [bot] : []), ...others]
    const whole = options.mention === true ? `@_user_1 ${text}`.trim() : text
    return this.post(user, 'text', { text: whole }, options, mentions)
  }

  /** A message of any type. */
  post(
    user: string,
    type: string,
    content: object,
    options: SayOptions = {},
    mentions: readonly Mention[] = [],
  ): Deed {
    return this.#sent(this.write(user, type, content, options, mentions))
  }

  /** A message that the bot is not told of. */
  write(
    user: string,
    type: string,
    content: object,
    { chat, thread, parent }: SayOptions = {},
    mentions: readonly Mention[] = [],
  ): StoredMessage {
    this.join(user)
    const { tenant } = this.#lark
    const root = parent === undefined ? undefined : (tenant.find(parent)?.root ?? parent)
    const place = { chat: chat ?? tenant.direct(user).id, thread, parent, root }
    return tenant.add({ ...place, type, content: JSON.stringify(content), user, mentions })
  }

  /** A file that can be fetched through the message that it is sent with. */
  send(user: string, name: string, content: Buffer | string, options: SayOptions = {}): Deed {
    const { tenant } = this.#lark
    const image = /\.(png|jpe?g|gif)$/.test(name)
    const key = tenant.newId(image ? 'img' : 'file')
    const given = image ? { image_key: key } : { file_key: key, file_name: name }
    const message = this.write(user, image ? 'image' : 'file', given, options)
    tenant.files.set(key, { key, name, content: Buffer.from(content), message: message.id })
    return this.#sent(message)
  }

  /** Chooses something in the bot's menu, in the chat with it. */
  choose(user: string, key: string): Delivery {
    this.join(user)
    this.#lark.tenant.direct(user)
    return this.tell('application.bot.menu_v6', menuChosen(this.#lark, user, key))
  }

  /** Changes a message's text, as people do in place. */
  edit(message: StoredMessage, text: string): Deed {
    message.content = JSON.stringify({ text })
    message.edits += 1
    message.updatedAt = Math.max(this.#lark.now(), message.updatedAt + 1)
    return { message, delivery: this.tell('im.message.updated_v1', updated(message)) }
  }

  /** Forwards messages together, as one. */
  forward(user: string, messages: readonly StoredMessage[], options: SayOptions = {}): Deed {
    const shell = this.write(user, 'merge_forward', {}, options)
    shell.content = 'Merged and Forwarded Message'
    this.#lark.tenant.forwarded.set(shell.id, messages)
    return this.#sent(shell)
  }

  recall(message: StoredMessage): Deed {
    message.deleted = true
    return { message, delivery: this.tell('im.message.recalled_v1', recalled(this.#lark, message)) }
  }

  /** Presses the last button with this label in a chat. Throws where no card has one. */
  press(user: string, chat: string, label: string, form?: FormValue): Deed {
    const message = this.#lark.in(chat).findLast((each) => buttonIn(each, label) !== undefined)
    if (message === undefined) throw new Error(`no button is called ${label}`)
    const button = buttonIn(message, label) ?? {}
    const card = cardOf(message)
    const missing = card === undefined ? undefined : missingIn(card, button, form ?? {})
    if (missing !== undefined) throw new Error(`the client wants ${missing} filled in`)
    return this.pressOn(user, message, button, form)
  }

  /** A press on a card as it stood, as a client that is behind sends it. */
  pressOn(user: string, message: StoredMessage, button: object, form?: FormValue): Deed {
    const { behaviors = [], name } = Button.parse(button)
    const event = {
      operator: { tenant_key: this.#lark.tenant.key, ...userIds(user) },
      token: this.#lark.tenant.newId('c'),
      action: {
        tag: 'button',
        value: behaviors[0]?.value ?? {},
        ...(name !== undefined && { name }),
        ...(form !== undefined && { form_value: form }),
      },
      host: 'im_message',
      context: { open_message_id: message.id, open_chat_id: message.chat },
    }
    const delivery = this.tell('card.action.trigger', event)
    message.card?.presses.add(delivery)
    return { message, delivery }
  }

  /** The bot is told, as far as the app may read it. */
  #sent(message: StoredMessage): Deed {
    const lark = this.#lark
    const event = received(lark, message)
    const direct = lark.tenant.chats.get(message.chat)?.kind === 'p2p'
    const named = message.mentions.some(({ openId }) => openId === lark.botId)
    const scope = direct ? 'im:message.p2p_msg:readonly' : 'im:message.group_at_msg:readonly'
    const heard = lark.may(scope) && (direct || named)
    if (heard || (!direct && lark.may('im:message.group_msg')))
      return { message, delivery: this.tell('im.message.receive_v1', event) }
    return { message, delivery: new Delivery(envelope(lark, 'im.message.receive_v1', event)) }
  }

  /** Something happened that the bot is to be told. */
  tell(type: string, event: Readonly<Record<string, unknown>>): Delivery {
    const delivery = new Delivery(envelope(this.#lark, type, event))
    this.deliveries.push(delivery)
    this.#lark.looked()
    if (this.#lark.app.hears(type)) this.#lark.courier.deliver(delivery)
    return delivery
  }
}

const Button = z.looseObject({
  behaviors: z.array(z.object({ value: z.record(z.string(), z.unknown()) })).optional(),
  name: z.string().optional(),
})

/** The button of a message that reads like this. */
function buttonIn(message: StoredMessage, label: string): object | undefined {
  const card = message.deleted ? undefined : cardOf(message)
  if (card === undefined) return undefined
  return elementsOf(card).find((part) => part.tag === 'button' && part.text.content === label)
}
