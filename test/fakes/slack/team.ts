/** A workspace: what stands in it. */
import type { z } from 'zod'
import { type Block, type HomeView, type Metadata, readable, type View } from './shapes.ts'

/** A task card of a streamed message. */
interface Task {
  readonly title: string
  readonly status: string
}

export interface StoredFile {
  readonly id: string
  readonly name: string
  readonly mimetype: string
  readonly content: Buffer
  /** The token's own path to it. */
  readonly path: string
}

export interface StoredMessage {
  readonly ts: string
  readonly channel: string
  readonly user: string
  /** The workspace that they belong to, where it is another: the channel is shared with it. */
  readonly home?: string
  /** Set where a bot wrote it. */
  readonly botId?: string
  readonly threadTs?: string
  /** The person who alone sees it. */
  readonly only?: string
  text: string
  blocks: readonly Block[]
  metadata?: z.infer<typeof Metadata> | undefined
  files: readonly StoredFile[]
  edited?: string
  /** Whether more can be appended to it. */
  streaming?: boolean
  /** What was appended, in bytes as Slack counts them. */
  streamed: number
  readonly tasks: Map<string, Task>
}

export interface OpenView {
  readonly id: string
  readonly user: string
  readonly view: View
}

/** What can be asked for more than once, but only for a while. */
interface Trigger {
  readonly user: string
  readonly at: number
}

/** Whether somebody works in a thread: while it is `processing` there is a Stop button. */
export const sessionStatuses = ['active', 'processing', 'suspended', 'closed'] as const

export interface AgentSession {
  readonly title: string
  status: (typeof sessionStatuses)[number]
}

export type ChannelKind = 'im' | 'channel'

export class Team {
  readonly id: string
  /** The organisation that installed the app as a whole. */
  readonly enterprise: string | undefined
  readonly bot: { readonly user: string; readonly id: string }
  readonly channels = new Map<string, { readonly kind: ChannelKind; readonly member: boolean }>()
  /** Those who have told more of themselves than their id. */
  readonly people = new Map<string, { readonly name: string; readonly locale?: string }>()
  readonly messages: StoredMessage[] = []
  readonly files = new Map<string, StoredFile>()
  readonly uploads = new Map<string, { name: string; length: number; content?: Buffer }>()
  /** By person. */
  readonly homes = new Map<string, HomeView>()
  readonly views = new Map<string, OpenView>()
  readonly triggers = new Map<string, Trigger>()
  /** By `<channel>/<thread>`. */
  readonly statuses = new Map<string, string>()
  /** By the same. */
  readonly suggestions = new Map<string, readonly string[]>()
  readonly titles = new Map<string, string>()
  readonly sessions = new Map<string, AgentSession>()
  #lastTs = 0
  #ids = 0

  constructor(id: string, enterprise?: string) {
    this.id = id
    this.enterprise = enterprise
    const of = enterprise ?? id
    this.bot = { user: `UBOT${of}`, id: `BBOT${of}` }
  }

  /** Unique and growing, as Slack names messages. */
  ts(): string {
    const micros = Math.max(Date.now() * 1000, this.#lastTs + 1)
    this.#lastTs = micros
    return `${Math.floor(micros / 1e6)}.${String(micros % 1e6).padStart(6, '0')}`
  }

  newId(prefix: string): string {
    return `${prefix}${++this.#ids}${this.id}`
  }

  add(message: Pick<StoredMessage, 'channel' | 'user' | 'text'> & Partial<StoredMessage>): StoredMessage {
    const stored = {
      ts: this.ts(),
      blocks: [],
      files: [],
      streamed: 0,
      tasks: new Map<string, Task>(),
      ...message,
    }
    this.messages.push(stored)
    return stored
  }

  find(channel: string, ts: string): StoredMessage | undefined {
    return this.messages.find(
      (message) => message.channel === channel && message.ts === ts && message.only === undefined,
    )
  }

  remove(message: StoredMessage): void {
    this.messages.splice(this.messages.indexOf(message), 1)
  }

  /** What is said first of it is its title. */
  work(channel: string, thread: string, status: AgentSession['status'], title = ''): void {
    const session = this.sessions.get(`${channel}/${thread}`)
    if (session === undefined) this.sessions.set(`${channel}/${thread}`, { title, status })
    else session.status = status
  }

  kindOf(channel: string): ChannelKind {
    return this.channels.get(channel)?.kind ?? 'channel'
  }
}

/** A message as people read it. */
export function shownText({ text, blocks, tasks, files }: StoredMessage): string {
  const parts = [
    ...Array.from(tasks.values(), ({ title, status }) => `(${title}: ${status})`),
    blocks.length > 0 ? readable(blocks) : text,
    ...files.map(({ name }) => `[file ${name}]`),
  ]
  return parts.filter((part) => part !== '').join('\n')
}
