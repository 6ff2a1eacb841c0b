/** Does what may have been sent stand in the chat? Messages are known by their key, files by what they are. */
import { z } from 'zod'
import type { Address, FileReply, Reply, Sent } from '../../src/contract.ts'
import type { Api } from './api.ts'
import type { Self } from './inbound.ts'
import { titleOf } from './files.ts'

/** The name under which a message's key stands in its metadata. */
const metadataType = 'parley_reply'
const mostPages = 5
const mostRemembered = 1000

const File = z.object({
  id: z.string(),
  title: z.string().nullish(),
  name: z.string().nullish(),
  size: z.number().nullish(),
})
const Message = z.object({
  ts: z.string(),
  user: z.string().optional(),
  bot_id: z.string().nullish(),
  files: z.array(File).optional(),
  metadata: z
    .object({ event_type: z.string(), event_payload: z.object({ key: z.string().optional() }) })
    .optional()
    // Other apps put other things there.
    .catch(undefined),
})
type Message = z.infer<typeof Message>
const Page = z.object({
  messages: z.array(Message),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
})

export class Finder {
  readonly #api: Api
  readonly #self: Self
  /** Files by the key of their reply: of those that this process has uploaded. */
  readonly #uploads = new Map<string, string>()

  constructor(api: Api, self: Self) {
    this.#api = api
    this.#self = self
  }

  /** Slack keeps no key with a file. */
  uploaded(key: string, file: string): void {
    this.#uploads.delete(key)
    this.#uploads.set(key, file)
    const [oldest] = this.#uploads.keys()
    if (oldest !== undefined && this.#uploads.size > mostRemembered) this.#uploads.delete(oldest)
  }

  /** Throws {@link AdapterError}. */
  async find(to: Address, key: string, reply: Reply | undefined): Promise<Sent | undefined> {
    const isIt =
      reply?.kind === 'file'
        ? (message: Message) => this.#shows(message, key, reply)
        : ({ metadata }: Message) =>
            metadata?.event_type === metadataType && metadata.event_payload.key === key
    for await (const message of this.#since(to, key))
      if (isIt(message)) return { address: to, id: message.ts }
    return undefined
  }

  /** After a restart only its name and its size are known. */
  #shows({ user, bot_id: bot, files = [] }: Message, key: string, reply: FileReply): boolean {
    if (user !== this.#self.user && bot !== this.#self.bot) return false
    const known = this.#uploads.get(key)
    if (known !== undefined) return files.some(({ id }) => id === known)
    const others = new Set(this.#uploads.values())
    const title = titleOf(reply)
    return files.some(
      (file) => (file.title ?? file.name) === title && file.size === reply.bytes && !others.has(file.id),
    )
  }

  async *#since({ channel, thread }: Address, key: string): AsyncIterable<Message> {
    // What answers a message comes after it.
    const asked = /^[^:]+:[^:/]+:(\d+\.\d+)/.exec(key)?.[1]
    let next: { cursor?: string } = {}
    for (let page = 0; page < mostPages; page += 1) {
      const range = {
        channel,
        limit: 200,
        include_all_metadata: true,
        ...next,
        ...(asked === undefined ? {} : { oldest: asked }),
      }
      const answer = await this.#api.run('conversations.history', (client) =>
        thread === undefined
          ? client.conversations.history(range)
          : client.conversations.replies({ ...range, ts: thread }),
      )
      const { messages, response_metadata: more } = Page.parse(answer)
      yield* messages
      const cursor = more?.next_cursor ?? ''
      if (cursor === '') return
      next = { cursor }
    }
  }
}

export function metadataOf(key: string): { event_type: string; event_payload: { key: string } } {
  return { event_type: metadataType, event_payload: { key } }
}
