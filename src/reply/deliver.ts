/**
 * Brings a reply from the outbox into the chat, whole and once. The only place that retries a send: quickly here,
 * for a few seconds; then the queue is asked to hand the reply out again later.
 */
import {
  type Adapter,
  type Fault,
  type FileReply,
  type Log,
  type Reply,
  type Sent,
  AdapterError,
} from '../contract.ts'
import { dropFile } from '../files/outbox.ts'
import { fileInWords } from './file-text.ts'
import type { Delivered, Delivery } from '../queue/port.ts'
import { type Failure, authMs, failureOf, laterWait, mostUnknown, quickWait } from './faults.ts'
import type { LiveStreams } from './live.ts'
import { type LongAnswers, condensed } from './long.ts'
import { plain } from './markdown/plain.ts'
import type { Pace } from './pace.ts'
import { partsOf } from './parts.ts'
import { sleep } from './sleep.ts'
import { wordsFor } from '../words/words.ts'

/** How long one hand-out may wait, in all, before the reply is put off. */
const patienceMs = 5000

export interface DeliveryParts {
  readonly adapter: (name: string) => Adapter | undefined
  readonly live: LiveStreams
  readonly pace: Pace
  readonly log: Log
  /** Absent: every answer is sent as messages. */
  readonly long?: LongAnswers
  /** Told of each send that is tried again at once, and why. */
  readonly retried?: (delivery: Delivery, code: Fault) => void
}

/** The handler for {@link Queue.deliver}. Rejects only when the queue itself fails to remember a part. */
export function createDelivery(parts: DeliveryParts): (delivery: Delivery) => Promise<Delivered> {
  return async (delivery) => {
    const adapter = parts.adapter(delivery.address.adapter)
    if (adapter !== undefined) return new Handout(parts, adapter, delivery).run()
    const reason = `the adapter ${delivery.address.adapter} is not configured here: the reply waits until it is`
    parts.log.warn({ conversation: delivery.conversation, key: delivery.key }, reason)
    return { state: 'later', afterMs: authMs, reason }
  }
}

/** What became of one part: it stands, or the hand-out is over. */
type Outcome = { readonly sent: Sent } | { readonly end: Delivered }

/** One part on its way. */
interface Attempt {
  readonly reply: Reply
  /** What stands and is replaced; absent: send. */
  readonly target: Sent | undefined
  /** An earlier send of this part may have succeeded. */
  readonly doubt: boolean
  /** True once the reply is in its simplest form. */
  readonly simplest: boolean
  /** True once it only says that the reply was refused. */
  readonly given?: boolean
}

class Handout {
  readonly #adapter: Adapter
  readonly #delivery: Delivery
  readonly #parts: DeliveryParts
  #patience = patienceMs

  constructor(parts: DeliveryParts, adapter: Adapter, delivery: Delivery) {
    this.#parts = parts
    this.#adapter = adapter
    this.#delivery = delivery
  }

  async run(): Promise<Delivered> {
    try {
      return await this.#run()
    } catch (error) {
      // What the queue throws is the queue's; what is left is an adapter that cannot even measure.
      if (!(error instanceof AdapterError)) throw error
      const { attempt } = this.#delivery
      if (attempt >= mostUnknown) return this.#giveUp(failureOf(error)).end
      this.#note('warn', 'the reply could not be made ready; it is tried again', failureOf(error))
      return { state: 'later', afterMs: laterWait(attempt), reason: error.message }
    }
  }

  async #run(): Promise<Delivered> {
    const { address, reply, parts } = this.#delivery
    using _first = this.#parts.pace.final(address)
    const whole = await partsOf(reply, this.#adapter, address)
    const short =
      this.#parts.long &&
      (await condensed(reply, whole, { adapter: this.#adapter, to: address }, this.#parts.long))
    const replies = short ?? whole
    const streamed = await this.#finishStream(whole, short !== undefined)
    if (streamed === 'finished') {
      await this.#tidyUp([reply])
      return { state: 'sent' }
    }
    if (this.#settlesNothing) return { state: 'sent' }
    const standing = typeof streamed === 'string' ? parts : streamed
    if (standing !== parts) for (const sent of standing) await this.#delivery.delivered(sent)
    for (const [index, part] of replies.entries()) {
      if (index < standing.length) continue
      // The first part that we do not know to stand may do so all the same.
      const doubt = index === standing.length && (this.#delivery.attempt > 1 || streamed === 'in doubt')
      const target = index === 0 ? this.#target : undefined
      const outcome = await this.#bring({ reply: part, target, doubt, simplest: false })
      if ('end' in outcome) {
        if (outcome.end.state !== 'later') await this.#tidyUp(replies)
        return outcome.end
      }
      await this.#delivery.delivered(outcome.sent)
    }
    await this.#tidyUp(replies)
    return { state: 'sent' }
  }

  /** A copy that is delivered has served; whoever sits at this machine is shown the copy itself. */
  async #tidyUp(replies: readonly Reply[]): Promise<void> {
    if (this.#adapter.local === true) return
    for (const path of new Set(replies.flatMap(pathsOf))) await dropFile(path)
  }

  get #target(): Sent | undefined {
    if (this.#adapter.edit === undefined) return undefined
    return this.#delivery.draft ?? this.#delivery.replaced.at(-1)
  }

  get #settles(): boolean {
    const { reply } = this.#delivery
    return reply.kind === 'prompt' && reply.settled !== undefined
  }

  /** A settled prompt that does not stand, or cannot be changed, has nothing to tell. */
  get #settlesNothing(): boolean {
    return this.#settles && this.#target === undefined
  }

  /** Ends the turn's native stream with the whole reply, if this process holds it; or with its first parts, which stand then. */
  async #finishStream(
    whole: readonly Reply[],
    short: boolean,
  ): Promise<'finished' | 'in doubt' | 'none' | readonly Sent[]> {
    const { key, reply } = this.#delivery
    const stream = this.#parts.live.take(key)
    if (stream === undefined || reply.kind !== 'text') return 'none'
    if (short) {
      // It would show the whole.
      await stream.abandon()
      return 'none'
    }
    let failure: Failure | undefined
    try {
      const parts = whole.filter((part) => part.kind === 'text')
      const ended = await stream.finish(reply, parts)
      if (ended === true) return 'finished'
      if (ended !== false) return ended
    } catch (error) {
      failure = failureOf(error)
    }
    this.#note('warn', 'the stream could not be finished; the reply is sent', failure)
    await stream.abandon()
    return failure?.uncertain === true ? 'in doubt' : 'none'
  }

  /** Tries until the part stands or there is no sense in trying now. */
  async #bring(first: Attempt): Promise<Outcome> {
    let attempt = first
    for (let tries = 1; ; tries += 1) {
      const blocked = await this.#pause(
        this.#parts.pace.blockedFor(this.#delivery.address),
        'the platform asks to wait',
      )
      if (blocked !== undefined) return blocked
      try {
        return { sent: await this.#try(attempt) }
      } catch (error) {
        const failure = failureOf(error)
        const next = await this.#after(attempt, failure, tries)
        if ('end' in next || 'sent' in next) return next
        attempt = next
        this.#parts.retried?.(this.#delivery, failure.code)
      }
    }
  }

  async #try({ reply, target, doubt }: Attempt): Promise<Sent> {
    const { address } = this.#delivery
    if (target !== undefined && this.#adapter.edit !== undefined) {
      await this.#adapter.edit(target, reply)
      return target
    }
    const found = doubt ? await this.#adapter.find?.(address, reply.key, reply) : undefined
    return found ?? this.#adapter.send(address, reply)
  }

  /** What to do after a failure: another attempt, or the end. */
  async #after(attempt: Attempt, failure: Failure, tries: number): Promise<Attempt | Outcome> {
    const doubt = attempt.doubt || (failure.uncertain && attempt.target === undefined)
    const again = { ...attempt, doubt }
    const { code } = failure
    if (code === 'throttled') {
      const wait = Math.max(failure.retryAfter ?? 0, quickWait(tries))
      this.#parts.pace.throttled(this.#delivery.address, wait)
      return again
    }
    if (code === 'network' || code === 'unknown') return this.#afterOutage(again, failure, tries)
    if (code === 'auth') {
      this.#note('error', 'the platform refuses our token: renew it in the config; the reply waits', failure)
      return { end: { state: 'later', afterMs: authMs, reason: failure.message } }
    }
    if (again.reply.kind === 'file' && code !== 'gone') return this.#inWords(again, again.reply, failure)
    if (code !== 'rejected') return this.#afterRefusal(again, failure)
    if (attempt.simplest && attempt.target === undefined) return this.#afterAllForms(again, failure)
    this.#note('warn', 'the platform refused the reply; it is sent in a simpler form', failure)
    return { ...again, ...simpler(attempt) }
  }

  async #afterOutage(again: Attempt, failure: Failure, tries: number): Promise<Attempt | Outcome> {
    const { attempt } = this.#delivery
    if (failure.code === 'unknown' && attempt >= mostUnknown) return this.#giveUp(failure)
    this.#note('warn', 'the reply could not be sent; it is tried again', failure)
    return (await this.#pause(quickWait(tries), failure.message)) ?? again
  }

  /** Whoever waits for it must not wait in vain. */
  #afterAllForms(again: Attempt, failure: Failure): Attempt | Outcome {
    const { reply } = again
    if (reply.kind !== 'text' || again.given === true) return this.#giveUp(failure)
    this.#note('error', 'the platform refused the reply in every form; that is told in its place', failure)
    const markdown = wordsFor(reply).files.unsendable
    return { ...again, reply: { ...reply, markdown, tone: 'error' }, given: true }
  }

  #afterRefusal(again: Attempt, failure: Failure): Attempt | Outcome {
    if (again.target === undefined) return this.#giveUp(failure)
    this.#note('info', 'what the reply replaces cannot be changed any more', failure)
    return this.#settles ? { sent: again.target } : { ...again, target: undefined }
  }

  /** A file that the chat does not take is told of. */
  #inWords(again: Attempt, file: FileReply, failure: Failure): Attempt {
    this.#note('warn', 'the platform refused the file; its name is sent', failure)
    return { ...again, reply: fileInWords(file, 'refused') }
  }

  #giveUp(failure: Failure): { end: Delivered } {
    this.#note('error', 'the reply cannot be delivered and is given up', failure)
    return { end: { state: 'undeliverable', reason: `${failure.code}: ${failure.message}` } }
  }

  /** Waits, unless that is longer than this hand-out may last: then it ends. */
  async #pause(ms: number, reason: string): Promise<{ end: Delivered } | undefined> {
    if (ms > this.#patience) {
      const afterMs = Math.max(ms, laterWait(this.#delivery.attempt))
      return { end: { state: 'later', afterMs, reason } }
    }
    this.#patience -= ms
    if (ms > 0) await sleep(ms)
    return undefined
  }

  #note(level: 'info' | 'warn' | 'error', message: string, failure?: Failure): void {
    const { conversation, key, attempt } = this.#delivery
    const why = failure === undefined ? {} : { code: failure.code, err: failure.cause }
    this.#parts.log[level]({ conversation, key, attempt, ...why }, message)
  }
}

/** The copies that it is sent from. */
function pathsOf(reply: Reply): readonly string[] {
  if (reply.kind === 'file') return [reply.path]
  return reply.kind === 'text' ? (reply.pictures ?? []).map(({ path }) => path) : []
}

/** Fewer things to be refused: first less markup, then a new message in place of an edit. */
function simpler({ reply, target, simplest }: Attempt): Pick<Attempt, 'reply' | 'target' | 'simplest'> {
  if (simplest || reply.kind === 'file') return { reply, target: undefined, simplest }
  return { reply: { ...reply, markdown: plain(reply.markdown) || reply.markdown }, target, simplest: true }
}
