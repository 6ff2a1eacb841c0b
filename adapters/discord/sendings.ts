/**
 * Whether something stands that may have been sent. Discord drops a repeated nonce for some minutes and then forgets it,
 * and shows it to nobody but whoever listens at the time: afterwards a message can be known by what it says alone.
 */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Reply } from '../../src/contract.ts'
import type { Api } from './api.ts'
import { asks } from './answers.ts'
import { displayed, isMadeOfComponents } from './displays.ts'
import { askedIn, timeOf } from './inbound.ts'

/** For so long Discord is sure to drop a message that is sent again: "the past few minutes", it says. */
const droppedMs = 2 * 60_000
const pageSize = 100
const mostPages = 5
const mostRemembered = 10_000

const Stands = z.object({
  id: z.string().regex(/^\d{1,20}$/),
  author: z.object({ id: z.string() }),
  content: z.string().catch(''),
  attachments: z.array(z.object({ size: z.number() })).catch([]),
  components: z.unknown().optional(),
  flags: z.int().catch(0),
  message_reference: z.object({ message_id: z.string().optional() }).nullish().catch(undefined),
})
type Stands = z.infer<typeof Stands>

/** What is looked for. */
export interface Wanted {
  readonly channel: string
  readonly key: string
  readonly reply: Reply
  /** As it was sent. */
  readonly content: string
  /** Its words in the form with pictures; undefined: it has none. */
  readonly drawn: string | undefined
  /** Id of the message that it points at. */
  readonly pointsAt: string | undefined
}

/** Discord takes 25 characters. */
export function nonceOf(key: string): string {
  return createHash('sha256').update(key).digest('base64url').slice(0, 25)
}

export class Sendings {
  readonly #api: Api
  /** The bot's own id. */
  readonly #self: string
  /** Ids of messages by their nonces, as the gateway told. */
  readonly #told = new Map<string, string>()

  constructor(api: Api, self: string) {
    this.#api = api
    this.#self = self
  }

  /** The gateway tells of a message of the bot's own. */
  told(nonce: string, id: string): void {
    this.#told.set(nonce, id)
    for (const oldest of this.#told.keys()) {
      if (this.#told.size <= mostRemembered) return
      this.#told.delete(oldest)
    }
  }

  /** Its id. Undefined: it does not stand, or Discord would drop it if it were sent again. Throws {@link AdapterError}. */
  async find(wanted: Wanted): Promise<string | undefined> {
    const told = this.#told.get(nonceOf(wanted.key))
    if (told !== undefined) return told
    const sure = Date.now() - droppedMs
    const asked = askedIn(wanted.key)
    // Whatever answers a message came after it.
    if (asked !== undefined && timeOf(asked) > sure) return undefined
    for await (const message of this.#after(wanted.channel, asked)) {
      // Of younger ones the nonce tells, and tells for sure.
      if (timeOf(message.id) > sure) return undefined
      if (message.author.id === this.#self && isIt(message, wanted)) return message.id
    }
    return undefined
  }

  /** The oldest first. */
  async *#after(channel: string, asked: string | undefined): AsyncGenerator<Stands> {
    let after = asked
    for (let page = 0; page < mostPages; page += 1) {
      const query = new URLSearchParams({
        limit: String(pageSize),
        ...(after === undefined ? {} : { after }),
      })
      const answer = await this.#api.run('a look for a message', (rest) =>
        rest.get(`/channels/${channel}/messages`, { query }),
      )
      const messages = z.array(z.unknown()).parse(answer).toReversed()
      const read = messages.flatMap((message) => Stands.safeParse(message).data ?? [])
      yield* read
      after = read.at(-1)?.id
      if (asked === undefined || after === undefined || messages.length < pageSize) return
    }
  }
}

function isIt(message: Stands, { reply, content, drawn, pointsAt }: Wanted): boolean {
  if (reply.kind === 'prompt') return asks(message.components, reply.prompt)
  if (pointsAt !== undefined && message.message_reference?.message_id !== pointsAt) return false
  if (isMadeOfComponents(message.flags)) return drawn !== undefined && drawn === displayed(message.components)
  // Discord takes white space off both ends.
  if (message.content.trim() !== content.trim()) return false
  const [file] = message.attachments
  return reply.kind === 'file' ? file?.size === reply.bytes : file === undefined
}
