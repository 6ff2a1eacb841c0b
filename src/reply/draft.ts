/**
 * A turn being shown while it runs: natively where the adapter streams, else as a message that is edited, else not.
 * Cosmetic throughout: no failure here fails the turn, and the answer does not depend on what came of it.
 */
import type { Fault, Person, ReplyStream, Sent, TurnStep, TurnView } from '../contract.ts'
import { DraftMessage, type DraftMessageOptions } from './draft-message.ts'
import { type Failure, failureOf, quickWait } from './faults.ts'
import type { LiveStreams } from './live.ts'
import type { Pace } from './pace.ts'
import { sleep } from './sleep.ts'

const typingEveryMs = 5000
/** How often it is asked whether what was said before stands. */
const earlierEveryMs = 100
/** After so many failures in a row nothing more is shown until the answer. */
const mostFailures = 3
const passing: ReadonlySet<Fault> = new Set(['throttled', 'network', 'unknown'])
/** Why a wait ends. Named here once: without a reason each abort would make an exception with a stack. */
const over = new Error('there is nothing more to show')

export interface DraftOptions extends DraftMessageOptions {
  /** Whose message is answered. */
  readonly asker: Person
  readonly live: LiveStreams
  readonly pace: Pace
  /** How many earlier replies are still on their way to the chat. */
  readonly unsent: () => Promise<number>
}

export interface Draft {
  /** Shows the turn as it stands, soon; views that come faster than that are passed over. */
  show(view: TurnView): void
  /** Tells a stream that wants to know of each step. */
  tell(step: TurnStep): void
  /** Does it? What nobody wants to know need not be made. */
  readonly tells: boolean
  /** No more views. Resolves to the message that stands and that the answer is to replace; a stream is left to delivery. */
  settle(): Promise<Sent | undefined>
  /** No answer will come from here: what a stream has shown is taken back. Safe after `settle`, and twice. */
  abandon(): Promise<void>
}

export function openDraft(options: DraftOptions): Draft {
  const shown = new Shown(options)
  return {
    show: (view) => shown.show(view),
    tell: (step) => shown.tell(step),
    get tells() {
      return shown.tells
    },
    settle: () => shown.settle(),
    abandon: () => shown.abandon(),
  }
}

class Shown {
  readonly #options: DraftOptions
  readonly #end = new AbortController()
  readonly #typing = new AbortController()
  readonly #working: Promise<unknown>
  readonly #message: DraftMessage
  /** True once all that was said before stands. */
  #isNext = false
  #stream: ReplyStream | undefined
  #newest: TurnView | undefined
  #wake = Promise.withResolvers<void>()
  #failures = 0
  /** True once what an earlier stream may have left was looked for. */
  #lookedFor = false

  constructor(options: DraftOptions) {
    this.#options = options
    const { adapter, address, key, asker, resume } = options
    this.#message = new DraftMessage(options)
    // What an earlier attempt left is a message: it is edited, not streamed beside.
    if (resume === undefined) this.#stream = adapter.stream?.(address, key, asker)
    // Never rejects, and nothing waits for it: a typing sign that hangs must not hold up the answer.
    void this.#type()
    this.#working = this.#work()
  }

  show(view: TurnView): void {
    if (this.#end.signal.aborted) return
    this.#newest = view
    this.#wake.resolve()
  }

  get tells(): boolean {
    return this.#stream?.tell !== undefined
  }

  tell(step: TurnStep): void {
    this.#stream?.tell?.(step)
  }

  async settle(): Promise<Sent | undefined> {
    await this.#stop()
    const { live, key } = this.#options
    if (this.#stream !== undefined) live.add(key, this.#stream)
    else if (this.#options.again && this.#newest !== undefined) await this.#message.takeUp(this.#newest)
    this.#stream = undefined
    return this.#message.find()
  }

  async abandon(): Promise<void> {
    await this.#stop()
    const stream = this.#stream ?? this.#options.live.take(this.#options.key)
    this.#stream = undefined
    await stream?.abandon()
  }

  async #stop(): Promise<void> {
    this.#end.abort(over)
    this.#wake.resolve()
    await this.#working
  }

  /** Keeps the typing sign up until there is something to read. */
  async #type(): Promise<void> {
    const { adapter, address, asker, log } = this.#options
    if (adapter.typing === undefined) return
    const signal = AbortSignal.any([this.#end.signal, this.#typing.signal])
    while (!signal.aborted) {
      try {
        await adapter.typing(address, asker)
      } catch (error) {
        log.debug({ err: error }, 'the typing sign could not be shown')
        // What passes must not take the sign from the rest of a long turn.
        if (!passing.has(failureOf(error).code)) return
      }
      await sleep(typingEveryMs, signal)
    }
  }

  /** Shows the newest view, one call at a time, until the end. */
  async #work(): Promise<void> {
    for (;;) {
      await this.#wake.promise
      if (this.#end.signal.aborted || this.#failures >= mostFailures) return
      this.#wake = Promise.withResolvers()
      try {
        if (!this.#isNext) await this.#waitForEarlier()
        await (this.#stream === undefined ? this.#edit() : this.#flow(this.#stream))
        this.#failures = 0
      } catch (error) {
        await this.#failed(failureOf(error))
      }
    }
  }

  /** What is to stand above it comes first: another node may have died before it sent that. */
  async #waitForEarlier(): Promise<void> {
    const { signal } = this.#end
    while (!this.#isNext && !signal.aborted) {
      this.#isNext = (await this.#options.unsent()) === 0
      if (!this.#isNext) await sleep(earlierEveryMs, signal)
    }
  }

  async #flow(stream: ReplyStream): Promise<void> {
    await sleep(this.#options.pace.draftIn(this.#options.address), this.#end.signal)
    const view = this.#newest
    if (view === undefined || this.#end.signal.aborted) return
    if (await this.#takesUp(stream)) return
    this.#typing.abort(over)
    await stream.show(view)
    const { sent } = stream
    if (sent !== undefined && sent.id !== this.#message.sent?.id) await this.#message.remember(sent)
  }

  /** A stream of an earlier attempt may stand in the chat although nobody knows of it: then that is edited. */
  async #takesUp(stream: ReplyStream): Promise<boolean> {
    const { adapter, address, key, again } = this.#options
    if (!again || this.#lookedFor) return false
    const left = await adapter.find?.(address, key)
    this.#lookedFor = true
    if (left === undefined) return false
    this.#stream = undefined
    await stream.abandon()
    await this.#message.remember(left)
    this.#wake.resolve()
    return true
  }

  /** Posts the view, or edits what stands; waits for its turn first. */
  async #edit(): Promise<void> {
    const { adapter, address, pace } = this.#options
    if (adapter.edit === undefined) return
    const posted = this.#message.sent !== undefined
    const wait = (): number =>
      posted ? pace.editIn(address, adapter.limits.editEvery) : pace.draftIn(address)
    for (let ms = wait(); ms > 0 && !this.#end.signal.aborted; ms = wait()) await sleep(ms, this.#end.signal)
    if (this.#end.signal.aborted || this.#newest === undefined) return
    if (!(await this.#message.put(this.#newest))) return
    this.#typing.abort(over)
    pace.edited(address)
  }

  /** Slows down or stops; a stream that breaks is replaced by a message that is edited. */
  async #failed(failure: Failure): Promise<void> {
    const { pace, address, log, key } = this.#options
    if (failure.draftsOnly) {
      pace.heldBack(address, failure.retryAfter ?? quickWait(1))
      return this.#wake.resolve()
    }
    log.warn({ key, code: failure.code, err: failure.cause }, 'a turn could not be shown while it runs')
    this.#failures += 1
    if (failure.code === 'throttled') {
      pace.throttled(address, Math.max(failure.retryAfter ?? 0, quickWait(this.#failures)))
      this.#failures = Math.min(this.#failures, mostFailures - 1)
    } else if (this.#stream !== undefined) {
      // What it has shown is taken back, or stands: an edit tells.
      await this.#stream.abandon()
      this.#stream = undefined
    } else if (failure.code === 'network' && this.#message.mayTryAgain(failure)) {
      await sleep(quickWait(this.#failures), this.#end.signal)
    } else if (failure.code !== 'gone' || !this.#message.replace()) {
      // A post that may have gone through, an edit that is refused: no more of it.
      this.#failures = mostFailures
    }
    this.#wake.resolve()
  }
}
