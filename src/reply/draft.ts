/**
 * A turn being shown while it runs: natively where the adapter streams, else as a message that is edited, else not.
 * Cosmetic throughout: no failure here fails the turn, and the answer does not depend on what came of it.
 */
import type {
  Adapter,
  Address,
  Log,
  Person,
  ReplyStream,
  Sent,
  TextReply,
  TurnStep,
  TurnView,
} from '../contract.ts'
import { draftText } from './draft-text.ts'
import { type Failure, failureOf, quickWait } from './faults.ts'
import type { LiveStreams } from './live.ts'
import type { Pace } from './pace.ts'
import { sleep } from './sleep.ts'

const typingEveryMs = 5000
/** After so many failures in a row nothing more is shown until the answer. */
const mostFailures = 3
/** Why a wait ends. Named here once: without a reason each abort would make an exception with a stack. */
const over = new Error('there is nothing more to show')

export interface DraftOptions {
  readonly adapter: Adapter
  readonly address: Address
  /** The answer's key. */
  readonly key: string
  /** Whose message is answered. */
  readonly asker: Person
  /** The unfinished message that an earlier attempt at the same turn left. */
  readonly resume?: Sent
  /** True when an earlier attempt may have left a message that nobody knows of. */
  readonly again: boolean
  /** Remembers, durably, the unfinished message that now stands in the chat. */
  readonly onSent: (sent: Sent) => Promise<void>
  readonly live: LiveStreams
  readonly pace: Pace
  readonly log: Log
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
  #stream: ReplyStream | undefined
  #sent: Sent | undefined
  #newest: TurnView | undefined
  #wake = Promise.withResolvers<void>()
  #failures = 0
  /** A message may stand that nobody knows of. */
  #doubt: boolean
  /** What that would say. */
  #posting: TextReply | undefined
  /** The text that stands. */
  #text = ''
  /** True once what an earlier stream may have left was looked for. */
  #lookedFor = false
  /** True once a message took the place of one that was gone. */
  #replaced = false

  constructor(options: DraftOptions) {
    this.#options = options
    const { adapter, address, key, asker, resume, again } = options
    this.#sent = resume
    this.#doubt = again
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
    else if (this.#options.again) await this.#takeUp()
    this.#stream = undefined
    if (this.#unsure) await this.#look()
    return this.#sent
  }

  async abandon(): Promise<void> {
    await this.#stop()
    const stream = this.#stream ?? this.#options.live.take(this.#options.key)
    this.#stream = undefined
    await stream?.abandon()
  }

  /** A post of this process's that may have gone through. */
  get #unsure(): boolean {
    return this.#doubt && !this.#options.again && this.#sent === undefined
  }

  /** Never rejects: at the worst an unfinished message stays beside the answer. */
  async #look(): Promise<void> {
    const { adapter, address, key, onSent, log } = this.#options
    try {
      const found = await adapter.find?.(address, draftKey(key), this.#posting)
      if (found !== undefined) await onSent(found)
      this.#sent = found
    } catch (error) {
      log.warn({ key, err: error }, 'whether an unfinished message was posted could not be found out')
    }
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
        return
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
        await (this.#stream === undefined ? this.#edit() : this.#flow(this.#stream))
        this.#failures = 0
      } catch (error) {
        await this.#failed(failureOf(error))
      }
    }
  }

  async #flow(stream: ReplyStream): Promise<void> {
    await sleep(this.#options.pace.draftIn(this.#options.address), this.#end.signal)
    const view = this.#newest
    if (view === undefined || this.#end.signal.aborted) return
    if (await this.#takesUp(stream)) return
    this.#typing.abort(over)
    await stream.show(view)
    if (stream.sent !== undefined && this.#sent === undefined) await this.#remember(stream.sent)
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
    await this.#remember(left)
    this.#wake.resolve()
    return true
  }

  async #remember(sent: Sent): Promise<void> {
    this.#sent = sent
    await this.#options.onSent(sent)
  }

  /** Posts the view, or edits what stands; waits for its turn first. */
  async #edit(): Promise<void> {
    const { adapter, address, pace } = this.#options
    if (adapter.edit === undefined) return
    const posted = this.#sent !== undefined
    const wait = (): number =>
      posted ? pace.editIn(address, adapter.limits.editEvery) : pace.draftIn(address)
    for (let ms = wait(); ms > 0 && !this.#end.signal.aborted; ms = wait()) await sleep(ms, this.#end.signal)
    if (this.#end.signal.aborted || this.#newest === undefined) return
    const reply = this.#reply(this.#newest)
    if (reply.markdown === '' || reply.markdown === this.#text) return
    if (this.#sent === undefined) await this.#post(reply)
    else await adapter.edit(this.#sent, reply)
    this.#text = reply.markdown
    this.#typing.abort(over)
    pace.edited(address)
  }

  #reply(view: TurnView): TextReply {
    const { adapter, key } = this.#options
    const markdown = draftText(view, adapter.limits.text, (text) => adapter.measure(text))
    return { kind: 'text', key: draftKey(key), markdown, tone: 'answer', draft: true }
  }

  /**
   * The process before may have died between posting a message and remembering it: where this one has shown nothing, that
   * would stay beside the answer. Posted again it is found, or not doubled. Never rejects.
   */
  async #takeUp(): Promise<void> {
    const { adapter, key, log } = this.#options
    if (this.#sent !== undefined || this.#newest === undefined || adapter.edit === undefined) return
    const reply = this.#reply(this.#newest)
    try {
      if (reply.markdown !== '') await this.#post(reply)
    } catch (err) {
      log.warn({ key, err }, 'whether an unfinished message was left could not be found out')
    }
  }

  async #post(reply: TextReply): Promise<void> {
    const { adapter, address } = this.#options
    const found = this.#doubt ? await adapter.find?.(address, reply.key, this.#posting ?? reply) : undefined
    this.#posting = reply
    await this.#remember(found ?? (await adapter.send(address, reply)))
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
    } else if (failure.code === 'gone' && this.#sent !== undefined && !this.#replaced) {
      this.#replaced = true
      this.#sent = undefined
      this.#text = ''
    } else if (failure.code === 'network' && this.#mayTryAgain(failure)) {
      await sleep(quickWait(this.#failures), this.#end.signal)
    } else {
      // A post that may have gone through, an edit that is refused: no more of it.
      this.#failures = mostFailures
    }
    this.#wake.resolve()
  }

  /** A post that may have gone through is tried again only where it can be found out. */
  #mayTryAgain({ uncertain }: Failure): boolean {
    if (!uncertain || this.#sent !== undefined) return true
    this.#doubt = true
    return this.#options.adapter.find !== undefined
  }
}

function draftKey(key: string): string {
  return `${key}/draft`
}
