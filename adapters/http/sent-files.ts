/** Files that Claude has sent, for the key that they were sent to: fetched as often as it likes, for some days. */
import { createHash } from 'node:crypto'
import type { Address, Bot, FileReply } from '../../src/contract.ts'
import { asked, messageIn } from './inbound.ts'
import { SentFile } from './shapes/sent-file.ts'

const root = 'file/'
const dayMs = 24 * 60 * 60 * 1000
const sweepMs = 10 * 60 * 1000

type Parts = Pick<Bot, 'keep' | 'files' | 'log'>

export class SentFiles {
  readonly #bot: Parts
  readonly #keepMs: number
  /** By place on disk. */
  readonly #known = new Map<string, SentFile>()
  readonly #timer: NodeJS.Timeout

  private constructor(bot: Parts, keepDays: number) {
    this.#bot = bot
    this.#keepMs = keepDays * dayMs
    this.#timer = setInterval(() => void this.#sweep(), sweepMs)
    this.#timer.unref()
  }

  static async open(bot: Parts, keepDays: number): Promise<SentFiles> {
    const files = new SentFiles(bot, keepDays)
    for await (const [place, value] of bot.keep.entries()) {
      if (!place.startsWith(root)) continue
      const file = SentFile.safeParse(parsed(value)).data
      if (file !== undefined) files.#known.set(place, file)
      else bot.log.error({ place }, 'a file that was sent once cannot be read any more, and is passed over')
    }
    return files
  }

  close(): void {
    clearInterval(this.#timer)
  }

  /** Sent again under the same key it is the same file. */
  async take({ channel: user, thread: session = '' }: Address, reply: FileReply): Promise<SentFile> {
    const { key, path, name, bytes, mime, caption } = reply
    const id = createHash('sha256').update(key).digest('hex').slice(0, 32)
    const known = this.#known.get(placeOf(user, id))
    if (known !== undefined) return known
    const message = messageIn(key) ?? asked(key)
    const file: SentFile = {
      id,
      user,
      session,
      ...(message === undefined ? {} : { message: message.id }),
      name,
      bytes,
      ...(mime === undefined ? {} : { mime }),
      ...(caption === undefined ? {} : { caption }),
      at: Date.now(),
    }
    await this.#bot.files.put(id, path)
    await this.#bot.keep.set(placeOf(user, id), JSON.stringify(file))
    this.#known.set(placeOf(user, id), file)
    return file
  }

  find(user: string, id: string): SentFile | undefined {
    return this.#known.get(placeOf(user, id))
  }

  /** Those of this key, the newest first. */
  of(user: string): readonly SentFile[] {
    return [...this.#known.values()].filter((file) => file.user === user).toSorted((a, b) => b.at - a.at)
  }

  /** Never rejects. */
  async #sweep(): Promise<void> {
    const { files, keep, log } = this.#bot
    try {
      for (const [place, { id, at }] of this.#known) {
        if (Date.now() - at <= this.#keepMs) continue
        await files.delete(id)
        await keep.delete(place)
        this.#known.delete(place)
      }
    } catch (err) {
      log.warn({ err }, 'old files could not be forgotten; it is tried again')
    }
  }
}

function placeOf(user: string, id: string): string {
  return `${root}${user}/${id}`
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
