/** What a tenant holds: chats, messages, files. And what of it people see. */
import { z } from 'zod'
import { cardText, CardJson } from './card-json.ts'
import { type Card, cardIn } from './cards.ts'

export interface Chat {
  readonly id: string
  readonly kind: 'p2p' | 'group'
  /** Of a p2p chat: whose. */
  readonly with?: string
  /** False: the bot was put out of it. */
  member: boolean
}

export interface Mention {
  readonly key: string
  readonly openId: string
  readonly name: string
}

export interface StoredMessage {
  readonly id: string
  readonly chat: string
  thread: string | undefined
  readonly root: string | undefined
  readonly parent: string | undefined
  /** Absent: the bot. */
  readonly user: string | undefined
  type: string
  /** JSON, as the platform keeps it. */
  content: string
  readonly mentions: readonly Mention[]
  readonly createdAt: number
  updatedAt: number
  edits: number
  deleted: boolean
  /** Set where a card entity was sent. */
  readonly card: Card | undefined
}

export interface StoredFile {
  readonly key: string
  readonly name: string
  readonly content: Buffer
  /** The message that it may be fetched through; absent: the bot's own upload. */
  message: string | undefined
}

export class Tenant {
  readonly key = 'tenant1'
  readonly chats = new Map<string, Chat>()
  readonly messages: StoredMessage[] = []
  readonly cards = new Map<string, Card>()
  /** By the message that shows them as one: what was forwarded. */
  readonly forwarded = new Map<string, readonly StoredMessage[]>()
  readonly files = new Map<string, StoredFile>()
  /** By what the bot named a send with: what it led to. */
  readonly sent = new Map<string, StoredMessage>()
  #ids = 0
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  newId(prefix: string): string {
    this.#ids += 1
    return `${prefix}_${this.#ids.toString(16).padStart(8, '0')}`
  }

  /** The chat of one person and the bot; the platform opens it when it is first needed. */
  direct(user: string): Chat {
    const known = [...this.chats.values()].find((chat) => chat.with === user)
    return known ?? this.#open({ id: this.newId('oc'), kind: 'p2p', with: user, member: true })
  }

  group(): Chat {
    return this.#open({ id: this.newId('oc'), kind: 'group', member: true })
  }

  add(given: Partial<StoredMessage> & Pick<StoredMessage, 'chat' | 'type' | 'content'>): StoredMessage {
    const now = this.#now()
    const message: StoredMessage = {
      id: this.newId('om'),
      thread: undefined,
      root: undefined,
      parent: undefined,
      user: undefined,
      mentions: [],
      createdAt: now,
      updatedAt: now,
      edits: 0,
      deleted: false,
      card: undefined,
      ...given,
    }
    this.messages.push(message)
    return message
  }

  find(id: string): StoredMessage | undefined {
    return this.messages.find((message) => message.id === id)
  }

  #open(chat: Chat): Chat {
    this.chats.set(chat.id, chat)
    return chat
  }
}

const Rich = z.object({
  content: z.array(z.array(z.object({ text: z.string().default(''), image_key: z.string().default('') }))),
})
const Plain = z.object({
  text: z.string().optional(),
  zh_cn: Rich.optional(),
  en_us: Rich.optional(),
  file_name: z.string().optional(),
  image_key: z.string().optional(),
})

/** A message as it is read. */
export function shownText(message: StoredMessage): string {
  const card = cardOf(message)
  if (card !== undefined) return cardText(card)
  const content = Plain.parse(JSON.parse(message.content))
  const rich = content.zh_cn ?? content.en_us
  const paragraphs = rich?.content.map((parts) => parts.map((part) => part.text + part.image_key).join(''))
  return content.text ?? paragraphs?.join('\n') ?? content.file_name ?? content.image_key ?? message.content
}

/** The card that stands in a message; undefined: it is none. */
export function cardOf(message: StoredMessage): CardJson | undefined {
  if (message.type !== 'interactive') return undefined
  return message.card?.json ?? cardIn(message.content)
}
