/** A session of a bot elsewhere, open in a terminal of this process. */
import { z } from 'zod'
import { distantBot } from '../attach/distant-bot.ts'
import type { Adapter, Address, Answer, Inbound, Log, Message, Receipt } from '../contract.ts'
import { keepStream } from '../files/outbox.ts'
import type { Words } from '../words/en.ts'
import { languageOf } from '../words/languages.ts'
import { wordsIn } from '../words/words.ts'
import type { Api } from './api.ts'
import { Asked } from './asked.ts'
import { Desk } from './desk.ts'
import { RemoteError } from './errors.ts'
import type { ServerEvent } from './event-stream.ts'
import { type Heard, persistently, unbroken } from './patience.ts'
import { Decided, HistoryLine, type Info, type SentFile, Session } from './shapes.ts'
import { Others } from './others.ts'
import { besidesIn, isBesides, toldIn } from './told.ts'

const Interrupted = z.object({ interrupted: z.boolean() })
const Past = z.object({ lines: z.array(HistoryLine) })
/** Lines of what was said before, where others said it. */
const shownPast = 6

/** A bot that is started anew is back by then. */
const patienceMs = 5 * 60_000

export interface RoomParts {
  readonly api: Api
  readonly info: Info
  readonly session: string
  readonly terminal: Adapter
  readonly log: Log
  /** Folder for the files that Claude sends. */
  readonly filesDir: string
  /** True: what others say in it is shown, too. */
  readonly follows?: boolean
}

export class Room {
  /** Resolves with the exit code when the terminal leaves. */
  readonly left: Promise<number>
  readonly #parts: RoomParts
  readonly #to: Address
  readonly #desk: Desk
  readonly #path: string
  readonly #gone = new AbortController()
  readonly #leave: (code: number) => void
  /** Messages are handed over one after another, so that their order holds. */
  #before: Promise<unknown> = Promise.resolve()
  /** Ids of the messages from here: their notices come with them, and once more among what happens in the session. */
  readonly #own = new Set<string>()
  readonly #others: Others | undefined
  #words: Words = wordsIn('en')

  constructor(parts: RoomParts) {
    this.#parts = parts
    const { session, terminal } = parts
    this.#to = { adapter: 'remote', channel: session }
    this.#desk = new Desk(terminal, this.#to, (file) => this.#fetch(file))
    this.#path = `/api/v1/sessions/${encodeURIComponent(session)}`
    const isOwn = (message: string): boolean => this.#own.has(message)
    if (parts.follows === true) this.#others = new Others({ terminal, to: this.#to, desk: this.#desk, isOwn })
    const { promise, resolve } = Promise.withResolvers<number>()
    this.left = promise
    this.#leave = resolve
  }

  async open(greeting: string): Promise<void> {
    const { info, log, terminal } = this.#parts
    const bot = distantBot({
      receive: (inbound) => this.#receive(inbound),
      commands: info.commands,
      log,
      greeting,
      leave: (code) => this.#leave(code),
    })
    await terminal.start(bot, new AbortController().signal)
    await this.#others?.past(await this.#past())
    void this.#watch()
  }

  async #past(): Promise<readonly HistoryLine[]> {
    const path = `${this.#path}/history?limit=${shownPast}`
    return (await this.#parts.api.ask(path, Past, {}, this.#gone.signal)).lines
  }

  close(): void {
    this.#gone.abort()
  }

  async #receive(inbound: Inbound): Promise<Receipt> {
    this.#words = wordsIn(languageOf(inbound.from.locale) ?? 'en')
    if (inbound.kind === 'answer') return this.#answer(inbound)
    // In a terminal nothing that was sent can be changed.
    if (inbound.kind !== 'message') return 'refused'
    // Whoever may stop what runs there need not be one who may speak there.
    if (this.#others !== undefined && inbound.text.trim() === '/stop') return this.#interrupt(inbound)
    const accepted = Promise.withResolvers<void>()
    const before = this.#before
    this.#before = accepted.promise
    await before
    void this.#follow(inbound, accepted.resolve)
    await accepted.promise
    return 'accepted'
  }

  async #interrupt(message: Message): Promise<Receipt> {
    const asked = new Asked(this.#parts.terminal, this.#to, { key: this.#keyOf(message), from: message.from })
    const posted = { method: 'POST', body: {} } as const
    try {
      await this.#parts.api.ask(`${this.#path}/interrupt`, Interrupted, posted, this.#gone.signal)
      await asked.end({ markdown: '', outcome: 'answered' })
    } catch (error) {
      await this.#giveUp(asked, error)
    }
    return 'accepted'
  }

  #keyOf({ id }: Message): string {
    return `${this.#to.adapter}:${id}/answer`
  }

  /** Never rejects: what went wrong is the message's end. */
  async #follow(message: Message, accepted: () => void): Promise<void> {
    const asked = new Asked(this.#parts.terminal, this.#to, { key: this.#keyOf(message), from: message.from })
    this.#own.add(message.id)
    try {
      const { id, text } = message
      // The same id is the same message, however often it is sent: its events go on where they were.
      const sent = { method: 'POST', body: { id, text, commands: true } } as const
      const heard = this.#events(`${this.#path}/messages`, sent, isEnd, patienceMs)
      for await (const each of heard) {
        if (each.kind === 'event') await this.#take(each.event, asked)
        else {
          await asked.status(each.kind === 'lost' ? this.#words.remote.lost(this.#parts.api.url) : undefined)
          if (each.kind === 'open') accepted()
        }
      }
    } catch (error) {
      await this.#giveUp(asked, error)
    } finally {
      accepted()
    }
  }

  /** Never rejects. */
  async #giveUp(asked: Asked, error: unknown): Promise<void> {
    if (this.#gone.signal.aborted) return
    try {
      if (!(error instanceof RemoteError)) throw error
      const { message, passing } = error
      const markdown = passing ? `${message} ${this.#words.remote.unknown}` : message
      await asked.end({ markdown, outcome: 'failed' })
    } catch (err) {
      this.#broken(err)
    }
  }

  async #take(event: ServerEvent, asked: Asked): Promise<void> {
    const told = toldIn(event)
    if (told === undefined) return
    if (isBesides(told)) await this.#desk.take(told)
    else if (told.type === 'complete' || told.type === 'error') {
      const { text: markdown, state: outcome, figures, ends, inTurnOf } = told.data
      // The other one from here ends both.
      if (inTurnOf !== undefined && this.#own.has(inTurnOf)) return
      await asked.end({ markdown, outcome, ...(figures && { figures }), ...(ends && { ends }) })
    } else await asked.take(told)
  }

  /** What happens besides the messages from here. Never rejects. */
  async #watch(): Promise<void> {
    const events = this.#others === undefined ? 'events' : 'turns'
    try {
      for await (const each of this.#events(
        `${this.#path}/${events}`,
        {},
        isNeverLast,
        Number.POSITIVE_INFINITY,
      )) {
        if (each.kind === 'open') await this.#lookAround()
        if (each.kind === 'event') await (this.#others?.take(each.event) ?? this.#besides(each.event))
      }
    } catch (error) {
      if (!this.#gone.signal.aborted) await this.#unwatched(error)
    }
  }

  async #besides(event: ServerEvent): Promise<void> {
    const told = besidesIn(event)
    const twice = told?.type === 'notice' && this.#own.has(told.data.message ?? '')
    if (told !== undefined && !twice) await this.#desk.take(told)
  }

  /** What was asked and decided while nobody listened. */
  async #lookAround(): Promise<void> {
    const { signal } = this.#gone
    const ask = (): Promise<Session> => this.#parts.api.ask(this.#path, Session, {}, signal)
    const session = await persistently(ask, Number.POSITIVE_INFINITY, signal)
    if (session === undefined) return
    if (session.turn === undefined) await this.#others?.over()
    await this.#desk.onlyOpen(session.approvals, this.#words.remote.decidedMeanwhile)
  }

  /** Never rejects. */
  async #unwatched(error: unknown): Promise<void> {
    try {
      if (!(error instanceof RemoteError)) throw error
      await this.#desk.say({ markdown: error.message, tone: 'error' })
    } catch (err) {
      this.#broken(err)
    }
  }

  /** Into a folder of its own: nothing that lies here is overwritten. */
  async #fetch({ url, name, bytes }: SentFile): Promise<string> {
    const { api, filesDir } = this.#parts
    const dirs = { temporary: filesDir, outbox: filesDir }
    return (await keepStream(name, api.content(url, bytes, this.#gone.signal), dirs)).path
  }

  async #answer({ prompt, choices, text }: Answer): Promise<Receipt> {
    const session = this.#desk.sessionOf(prompt)
    if (session === undefined) return 'refused'
    const path = `/api/v1/sessions/${encodeURIComponent(session)}/permissions/${encodeURIComponent(prompt)}`
    const given = { method: 'POST', body: { choices, ...(text && { text }) } } as const
    const { api } = this.#parts
    const { signal } = this.#gone
    const label = this.#desk.give(prompt, choices, text)
    let tries = 0
    const decide = (): Promise<unknown> => {
      tries += 1
      return api.ask(path, Decided, given, signal)
    }
    try {
      await persistently(decide, patienceMs, signal)
      return 'accepted'
    } catch (error) {
      if (!(error instanceof RemoteError)) throw error
      if (error.status !== 404 && error.status !== 409) {
        await this.#desk.say({ markdown: error.message, tone: 'error' })
        return 'refused'
      }
      // Somebody was quicker; or it was this very answer, whose receipt was lost.
      await this.#desk.settle(prompt, tries > 1 ? label : this.#words.remote.decidedMeanwhile)
      return 'duplicate'
    }
  }

  #events(
    path: string,
    asked: Parameters<Api['open']>[1],
    isLast: (event: ServerEvent) => boolean,
    mostMs: number,
  ): AsyncGenerator<Heard, void> {
    const { signal } = this.#gone
    return unbroken((after) => this.#parts.api.open(path, asked, after, signal), isLast, mostMs, signal)
  }

  /** The terminal itself failed: there is nowhere left to say it. */
  #broken(err: unknown): void {
    if (this.#gone.signal.aborted) return
    this.#parts.log.error({ err }, 'the terminal cannot go on')
    this.#leave(1)
  }
}

function isEnd({ type }: ServerEvent): boolean {
  return type === 'complete' || type === 'error'
}

function isNeverLast(): boolean {
  return false
}
