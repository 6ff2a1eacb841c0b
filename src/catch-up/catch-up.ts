/**
 * What was written while the bot was away: fetched where the adapter can. Fresh messages are taken as if they came
 * now; older ones are not run but offered to whoever wrote them. Each once, also across restarts.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { isOpen, may } from '../access.ts'
import type { Called } from '../commands/command.ts'
import type { Config } from '../config.ts'
import type { Adapter, HeardMark, Inbound, Log, Message } from '../contract.ts'
import { chatOf, messagesOf, offerAgain } from '../conversation/again.ts'
import { messageId, personId, placeOf } from '../conversation/place.ts'
import type { People } from '../people/people.ts'
import type { Offers } from '../prompts/offers.ts'
import type { Prompts } from '../prompts/prompts.ts'
import type { Queue } from '../queue/port.ts'
import type { Router } from '../router.ts'
import { wordsIn } from '../words/words.ts'
import type { Heard } from './heard.ts'
import { missedText } from './missed-text.ts'

export interface CatchUpParts {
  readonly adapters: ReadonlyMap<string, Adapter>
  readonly heard: Heard
  readonly route: Router
  readonly config: () => Config
  readonly people: Pick<People, 'of'>
  readonly queue: Pick<Queue, 'account' | 'settle'>
  readonly prompts: Pick<Prompts, 'live'>
  readonly offers: Pick<Offers, 'make'>
  readonly called: (text: string) => Called | undefined
  readonly log: Log
}

/** The most chats that an adapter is asked about. */
const mostChats = 500
/** How long one try may take, and how long to wait after each that failed. */
const fetchMs = 120_000
const waitsMs = [1_000, 10_000, 60_000, 300_000]

export class CatchUp implements AsyncDisposable {
  readonly #parts: CatchUpParts
  readonly #ending = new AbortController()
  /** One at a time for each adapter. */
  readonly #running = new Map<string, Promise<void>>()

  constructor(parts: CatchUpParts) {
    this.#parts = parts
  }

  /** Every chat of an adapter that has a history is behind from here on, until it is asked for it. */
  start(): void {
    for (const adapter of this.#parts.adapters.values()) {
      if (adapter.history !== undefined) this.#parts.heard.behind(adapter.name, undefined, 0)
    }
  }

  /** Asks for what came after the marks, or after `since` where that is earlier. Returns at once. */
  missed(adapter: Adapter, since?: number): void {
    if (adapter.history === undefined) return
    const { heard, log } = this.#parts
    const marks = heard.behind(adapter.name, since, mostChats)
    const before = this.#running.get(adapter.name) ?? Promise.resolve()
    const running = before
      .then(() => this.#catchUp(adapter, marks))
      .catch((err: unknown) => log.error({ adapter: adapter.name, err }, 'what was missed is given up'))
      .finally(() => {
        if (this.#running.get(adapter.name) !== running) return
        this.#running.delete(adapter.name)
        // Not when it is cut short: the next start asks again.
        if (!this.#ending.signal.aborted) heard.caughtUp(adapter.name)
      })
    this.#running.set(adapter.name, running)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort(new Error('the bot stops'))
    await Promise.all(this.#running.values())
  }

  async #catchUp(adapter: Adapter, marks: readonly HeardMark[]): Promise<void> {
    if (marks.length === 0) return
    const { signal } = this.#ending
    for (const wait of [...waitsMs, undefined]) {
      try {
        return await this.#fetch(adapter, marks)
      } catch (error) {
        if (signal.aborted) return
        if (wait === undefined) throw error
        const { name } = adapter
        this.#parts.log.warn(
          { adapter: name, err: error },
          'what was missed could not be fetched; tried again',
        )
        await sleep(wait, undefined, { signal }).catch(() => undefined)
      }
    }
  }

  async #fetch(adapter: Adapter, marks: readonly HeardMark[]): Promise<void> {
    const { config, heard, route, queue, log } = this.#parts
    const { runWithin, reachBack, maxMessages } = config().catchUp
    const signal = AbortSignal.any([this.#ending.signal, AbortSignal.timeout(fetchMs)])
    const old: Message[] = []
    let count = 0
    for await (const inbound of whole(adapter.history?.(marks, signal), signal)) {
      const age = Date.now() - inbound.at
      if (age > reachBack) continue
      count += 1
      if (count > maxMessages) {
        log.warn({ adapter: adapter.name, maxMessages }, 'more was missed than is fetched; the rest is left')
        break
      }
      // What is known has its answer. The router would say so too, but not before it has counted it.
      if ((await queue.account(`${adapter.name}:${inbound.id}`)) !== undefined) continue
      if (age <= runWithin) await route(adapter, inbound)
      else if (inbound.kind === 'message' && (await this.#isForUs(adapter, inbound))) old.push(inbound)
      if (inbound.kind === 'message') heard.note(inbound)
    }
    if (old.length > 0) await this.#offer(old)
  }

  /** As the router has it. A command that acts at once acts on nothing any more. */
  async #isForUs(adapter: Adapter, message: Message): Promise<boolean> {
    const { config, people, called } = this.#parts
    const { address, from, text } = message
    const named = [message.id, from.id, address.channel].every((id) => id.isWellFormed())
    if (!named || from.bot === true || !isOpen(config().access, adapter, message)) return false
    if (!may((await people.of(address, from)).role, 'talk')) return false
    return called(text)?.command.when !== 'now'
  }

  async #offer(old: readonly Message[]): Promise<void> {
    // After a crash in between: offered already, and not yet known to the queue.
    const offered = new Set(
      (await this.#parts.prompts.live(({ kind }) => kind === 'again')).flatMap(idsOffered),
    )
    const fresh = old.filter((message) => !offered.has(messageId(message)))
    const chats = Map.groupBy(fresh, ({ address, from }) => `${personId(address, from)} ${chatOf(address)}`)
    for (const [first, ...rest] of chats.values()) {
      if (first === undefined) continue
      const { language } = await this.#parts.people.of(first.address, first.from)
      const why = missedText([first, ...rest], wordsIn(language))
      await offerAgain(this.#parts.offers, `away/${messageId(first)}`, { why, language }, [first, ...rest])
    }
    for (const message of old) await this.#end(message)
  }

  /** From here on it is known: nothing brings it a second time. */
  async #end(message: Message): Promise<void> {
    const { people, queue, config } = this.#parts
    const { id } = await people.of(message.address, message.from)
    const { conversation } = placeOf(config().sessions.scope, id, message)
    await queue.settle(messageId(message), conversation, message, 'cancelled', [])
  }
}

function idsOffered(record: Parameters<typeof messagesOf>[0]): string[] {
  return messagesOf(record).map(messageId)
}

/** All of it, or the signal's reason: also from an adapter that does not heed the signal. */
async function* whole(
  history: AsyncIterable<Inbound> | undefined,
  signal: AbortSignal,
): AsyncGenerator<Inbound> {
  if (history === undefined) return
  const iterator = history[Symbol.asyncIterator]()
  const late = Promise.withResolvers<never>()
  // Nobody waits for it where all goes well.
  late.promise.catch(() => undefined)
  const end = (): void => late.reject(signal.reason)
  signal.addEventListener('abort', end, { once: true })
  try {
    for (;;) {
      signal.throwIfAborted()
      const next = await Promise.race([iterator.next(), late.promise])
      if (next.done === true) return
      yield next.value
    }
  } finally {
    signal.removeEventListener('abort', end)
    void iterator.return?.()?.catch(() => undefined)
  }
}
