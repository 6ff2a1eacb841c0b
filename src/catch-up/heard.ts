/** Up to where each chat was heard. On disk, a little behind: what is fetched twice is known by its id. */
import type { Address, HeardMark, Log, Message } from '../contract.ts'
import { chatOf } from '../conversation/again.ts'
import type { HeardShelf } from '../store/heard.ts'
import type { HeardRecord } from '../store/records.ts'

/** Marks are written this long after they changed, at the latest. */
const writeMs = 1_000
/** A chat that was silent for so long is not asked about any more. */
const memoryMs = 30 * 24 * 60 * 60 * 1000

export class Heard {
  readonly #shelf: HeardShelf
  readonly #log: Log
  /** By chat, as they stand on disk or are about to. */
  readonly #marks = new Map<string, HeardRecord>()
  /** Newer ones of chats whose adapter is being caught up with: until then the gap before them is not closed. */
  readonly #held = new Map<string, HeardRecord>()
  readonly #behind = new Set<string>()
  readonly #changed = new Set<string>()
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> = Promise.resolve()

  constructor(shelf: HeardShelf, log: Log) {
    this.#shelf = shelf
    this.#log = log
  }

  async load(): Promise<void> {
    const past: HeardRecord[] = []
    for await (const record of this.#shelf.all()) {
      if (record.at < Date.now() - memoryMs) past.push(record)
      else this.#marks.set(chatOf(record.address), record)
    }
    if (past.length > 0) await this.#shelf.forget(past)
  }

  knows(address: Address): boolean {
    const chat = chatOf(address)
    return this.#marks.has(chat) || this.#held.has(chat)
  }

  /** This message has been taken care of. */
  note({ address, id, at }: Pick<Message, 'address' | 'id' | 'at'>): void {
    const marks = this.#behind.has(address.adapter) ? this.#held : this.#marks
    const chat = chatOf(address)
    const before = marks.get(chat)
    // Platforms do not vouch for the order in which they deliver.
    if (before !== undefined && before.at > at) return
    marks.set(chat, { address, id, at })
    // Without any mark nobody would ask about the chat.
    if (marks === this.#marks) this.#change(chat, before === undefined)
  }

  /** Its marks stay where they are until {@link caughtUp}. The newest chats first, `most` of them. */
  behind(adapter: string, since: number | undefined, most: number): readonly HeardMark[] {
    this.#behind.add(adapter)
    const marks = [...this.#marks.values()].filter(({ address }) => isOf(address, adapter))
    const newest = marks.toSorted((a, b) => b.at - a.at).slice(0, most)
    if (since === undefined) return newest
    return newest.map((mark) => (mark.at <= since ? mark : { address: mark.address, at: since }))
  }

  caughtUp(adapter: string): void {
    this.#behind.delete(adapter)
    for (const [chat, mark] of this.#held) {
      if (!isOf(mark.address, adapter)) continue
      this.#held.delete(chat)
      this.note(mark)
    }
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#write()
    await this.#writing
  }

  #change(chat: string, atOnce: boolean): void {
    this.#changed.add(chat)
    if (atOnce) return this.#write()
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.#write()
    }, writeMs)
  }

  #write(): void {
    const records = [...this.#changed].map((chat) => this.#marks.get(chat)).filter((one) => one !== undefined)
    this.#changed.clear()
    if (records.length === 0) return
    this.#writing = this.#writing
      .then(() => this.#shelf.set(records))
      .catch((err: unknown) =>
        this.#log.error({ err }, 'up to where chats were heard could not be kept; more may be fetched again'),
      )
  }
}

function isOf(address: Address, adapter: string): boolean {
  return address.adapter === adapter
}
