/** The messages that one turn answers: those that began it, and what was taken in since. */
import type { Session } from '../claude/turn.ts'
import type { Log } from '../contract.ts'
import type { Received } from '../files/receive.ts'
import type { Activation, Envelope } from '../queue/port.ts'
import type { Together } from './burst.ts'
import { promptOf } from './prompt-text.ts'
import { imagesOf } from './take-files.ts'

export interface AboardParts {
  readonly activation: Pick<Activation, 'join' | 'part' | 'behind'>
  /** Fetches what came with a message. Throws the signal's reason alone. */
  readonly take: (messages: Together, signal: AbortSignal) => Promise<Received>
  /** False: it may not be taken in, and was ended with the reason. */
  readonly admit: (envelope: Envelope) => Promise<boolean>
  readonly log: Log
}

/** A message that is on its way to Claude, or there. */
class Steered {
  readonly envelope: Envelope
  /** See {@link Steering.free}. */
  readonly free: boolean
  /** Aborted: it is to wait for its own turn after all. */
  readonly left = new AbortController()
  isRead = false
  /** Never rejects. True once Claude has it, false once it is sure that it will not. */
  read: Promise<boolean> = Promise.resolve(false)

  constructor(envelope: Envelope, free: boolean) {
    this.envelope = envelope
    this.free = free
  }
}

export interface Steering {
  /** It costs its sender nothing: it belongs to what was taken in before. */
  readonly free?: boolean
  /** Called when Claude has it. */
  readonly onRead?: () => Promise<void>
}

/** So many are taken into a turn: nothing of it is booked before it ends. */
const mostSteered = 20

/** Named once: an abort without a reason makes an exception with a stack, also where it was aborted before. */
const turnIsOver = new Error('the turn is over')

export class Aboard {
  readonly #parts: AboardParts
  readonly #session = Promise.withResolvers<Session | undefined>()
  readonly #over = new AbortController()
  readonly #began: [Envelope, ...Envelope[]]
  #steered: Steered[] = []
  #steering: Promise<unknown> = Promise.resolve()
  #writing: Promise<unknown> = Promise.resolve()

  constructor(head: Envelope, parts: AboardParts) {
    this.#began = [head]
    this.#parts = parts
  }

  /** What the turn begins with. */
  get began(): Together {
    return this.#began
  }

  /** Aborted when nothing more is taken in. */
  get over(): AbortSignal {
    return this.#over.signal
  }

  get newest(): Envelope {
    return this.#steered.at(-1)?.envelope ?? this.#began.at(-1) ?? this.#began[0]
  }

  /** What was written in one go and is in already: more may belong to it. */
  get burst(): Together {
    const begins = this.#steered.findLastIndex(({ free }) => !free)
    const [first, ...rest] = this.#steered.slice(begins).map(({ envelope }) => envelope)
    if (begins >= 0 && first !== undefined) return [first, ...rest]
    return [...this.#began, ...this.#steered.map(({ envelope }) => envelope)]
  }

  /** True: what comes has a turn of its own, which is held against what this one cost. */
  get full(): boolean {
    return this.#steered.filter(({ free }) => !free).length >= mostSteered
  }

  /** False: nothing waits behind these, for sure. */
  get mayBeFollowed(): boolean {
    return this.#parts.activation.behind
  }

  get size(): number {
    return this.#began.length + this.#steered.length
  }

  has(id: string): boolean {
    return [...this.#began, ...this.#steered.map(({ envelope }) => envelope)].some((one) => one.id === id)
  }

  /** What is on its way and not read, in order. */
  get unread(): readonly Envelope[] {
    return this.#steered.flatMap(({ envelope, isRead }) => (isRead ? [] : [envelope]))
  }

  /** Takes in a message before the turn begins. */
  async add(envelope: Envelope): Promise<void> {
    const joined = await this.#parts.activation.join(envelope)
    if (joined !== undefined) this.#began.push(joined)
  }

  /** The turn has begun: what was to be steered goes to this session. */
  begun(session: Session): void {
    this.#session.resolve(session)
  }

  /** Takes a message into the running turn, if it still waits. False: it is not in. */
  async steer(envelope: Envelope, steering: Steering = {}): Promise<boolean> {
    if (this.over.aborted) return false
    const taking = this.#steering.then(() => this.#take(envelope, steering))
    // `close` waits for it: what was joined is either answered by this turn or handed out again.
    this.#steering = taking.catch(() => undefined)
    return taking
  }

  /** What is not read yet waits for its own turn after all. False: Claude has it, or it never was on its way. */
  async leave(id: string): Promise<boolean> {
    const steered = this.#steered.find(({ envelope }) => envelope.id === id)
    steered?.left.abort()
    if (steered === undefined || (await steered.read)) return false
    this.#steered = this.#steered.filter((one) => one !== steered)
    await this.#parts.activation.part(steered.envelope)
    return true
  }

  /**
   * The turn is over, nothing more is taken in. Resolves to all that it ends: what Claude read, and with `all` what
   * Claude was to read too.
   */
  async close(all: boolean): Promise<Together> {
    this.#over.abort(turnIsOver)
    this.#session.resolve(undefined)
    await this.#steering
    await Promise.all(this.#steered.map(({ read }) => read))
    const ended = this.#steered.filter(({ isRead }) => isRead || all).map(({ envelope }) => envelope)
    return [...this.#began, ...ended]
  }

  async #take(envelope: Envelope, { free = false, onRead }: Steering): Promise<boolean> {
    const joined = await this.#parts.activation.join(envelope)
    if (joined === undefined) return false
    if (!free && !(await this.#parts.admit(joined))) return false
    const steered = new Steered(joined, free)
    steered.read = this.#read(steered, onRead)
    this.#steered.push(steered)
    return true
  }

  async #read(steered: Steered, onRead: Steering['onRead']): Promise<boolean> {
    const { envelope, left } = steered
    const signal = AbortSignal.any([left.signal, this.over])
    const written = this.#writing.then(() => this.#write(envelope, signal, left.signal))
    this.#writing = written.catch(() => undefined)
    try {
      const { read } = await written
      steered.isRead = await read
      if (steered.isRead) await onRead?.()
    } catch (err) {
      if (!signal.aborted)
        this.#parts.log.error({ err, message: envelope.id }, 'a message could not be steered')
    }
    return steered.isRead
  }

  /** One after another, so that Claude reads them in their order, however long files take. */
  async #write(
    envelope: Envelope,
    wanted: AbortSignal,
    left: AbortSignal,
  ): Promise<{ readonly read: Promise<boolean> }> {
    const session = await this.#session.promise
    if (session === undefined || wanted.aborted) return { read: Promise.resolve(false) }
    const received = await this.#parts.take([envelope], wanted)
    const prompt = promptOf(envelope, envelope.message.text, received)
    return { read: session.steer(prompt, imagesOf(received), left) }
  }
}
