/**
 * Which session a chat goes on in. OpenAI's clients send all that was said, again with every request, and no name for
 * it: a chat is known by what was said up to now, and each answer makes it another.
 */
import { z } from 'zod'
import type { Keep } from '../../../src/contract.ts'
import { type Line, digestOf } from './request.ts'

const Chat = z
  .object({
    session: z.string(),
    /** The chat's last answer was a question: which one, of which run, asked after which of its events. */
    asked: z.object({ run: z.string(), prompt: z.string(), after: z.number() }).readonly().exactOptional(),
    /** Milliseconds since 1970. */
    at: z.number(),
  })
  .readonly()
export type Chat = z.infer<typeof Chat>

/** Whoever goes on with an older one finds a new session, which is told what was said. */
const keptMs = 90 * 24 * 60 * 60 * 1000
const root = 'chat/'

export class Chats {
  readonly #keep: Keep
  readonly #known = new Map<string, Chat>()

  private constructor(keep: Keep) {
    this.#keep = keep
  }

  static async open(keep: Keep): Promise<Chats> {
    const chats = new Chats(keep)
    for await (const [place, value] of keep.entries()) {
      if (!place.startsWith(root)) continue
      const chat = Chat.parse(JSON.parse(value))
      if (Date.now() - chat.at < keptMs) chats.#known.set(place, chat)
      else await keep.delete(place)
    }
    return chats
  }

  /** For one request alone: another with the same words is another chat. On disk it stays until it has moved on. */
  take(place: string): Chat | undefined {
    const chat = this.#known.get(place)
    this.#known.delete(place)
    return chat
  }

  /** It is here from now on, and no more at `from`. */
  async put(place: string, chat: Omit<Chat, 'at'>, from: string): Promise<void> {
    const kept = { ...chat, at: Date.now() }
    this.#known.set(place, kept)
    await this.#keep.set(place, JSON.stringify(kept))
    if (from !== place && !this.#known.has(from)) await this.#keep.delete(from)
  }
}

/**
 * `chat`: its id, where the client tells one. Then Claude's words are enough to know how far it is: such clients put
 * into the user's words what they found elsewhere, for one request alone.
 */
export function placeOf(user: string, chat: string | undefined, said: readonly Line[]): string {
  const lines = said.flatMap(({ by, said: text, files }) =>
    chat === undefined ? [by, text, files] : by === 'assistant' ? [text] : [],
  )
  return `${root}${user}/${digestOf([chat ?? '', ...lines])}`
}

/** Of a session that the client names itself. */
export function placeOfSession(user: string, session: string): string {
  return `${root}${user}/session/${session}`
}
