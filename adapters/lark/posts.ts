/** What the core asks to show, for chats without cards: as rich text. Throws {@link AdapterError} only. */
import { Newest, type Address, AdapterError, type Reply, type Sent } from '../../src/contract.ts'
import { type Api, Nothing } from './api.ts'
import type { Showing } from './outbound.ts'
import { type NameOf, postContent } from './post.ts'
import { Posting, type PostingParts } from './posting.ts'
import type { Speech } from './words.ts'

/** Feishu edits a message 20 times; the last ones are for what has to be said. */
const mostDrafts = 15
const mostRemembered = 1000

export class Posts implements Showing {
  readonly #api: Api
  readonly #speech: Speech
  readonly #nameOf: NameOf
  readonly #posting: Posting
  /** How often messages of this process were edited as drafts: of others it is not known. */
  readonly #drafts = new Newest<number>(mostRemembered)

  constructor(parts: PostingParts & { readonly speech: Speech; readonly nameOf: NameOf }) {
    this.#api = parts.api
    this.#speech = parts.speech
    this.#nameOf = parts.nameOf
    this.#posting = new Posting(parts)
  }

  async send(to: Address, reply: Reply, signal?: AbortSignal): Promise<Sent> {
    if (reply.kind === 'file') return this.#file(to, reply, signal)
    const draft = reply.kind === 'text' && reply.draft === true
    const content = postContent(reply, this.#speech(reply.language), this.#nameOf)
    const sent = await this.#posting.post(to, content, reply.key, draft, signal)
    if (draft) this.#drafts.set(sent.id, 0)
    return sent
  }

  async edit({ id }: Sent, reply: Reply): Promise<void> {
    if (reply.kind === 'file')
      throw new AdapterError('unsupported', 'a file cannot be put in the place of a message')
    const draft = reply.kind === 'text' && reply.draft === true
    const edits = this.#drafts.get(id) ?? mostDrafts
    if (draft && edits >= mostDrafts) throw new AdapterError('unsupported', 'Feishu edits a message 20 times')
    const body = postContent(reply, this.#speech(reply.language), this.#nameOf)
    const request = { method: 'PUT', path: `/im/v1/messages/${id}`, body } as const
    await this.#posting.change(id, draft, () => this.#api.call(request, Nothing))
    if (draft) this.#drafts.set(id, edits + 1)
  }

  async #file(to: Address, reply: Extract<Reply, { kind: 'file' }>, signal?: AbortSignal): Promise<Sent> {
    const sent = await this.#posting.file(to, reply, signal)
    const { caption: markdown, key, language } = reply
    if (markdown !== undefined) {
      await this.send(
        to,
        {
          kind: 'text',
          key: `${key}/caption`,
          markdown,
          tone: 'notice',
          ...(language !== undefined && { language }),
        },
        signal,
      )
    }
    return sent
  }
}
