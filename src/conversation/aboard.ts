/** The messages that one turn answers: those that began it, and what was taken in since. */
import type { Session } from '../claude/turn.ts'
import type { Activation, Envelope } from '../queue/port.ts'
import type { Together } from './burst.ts'
import { promptOf } from './prompt-text.ts'

export class Aboard {
  readonly #activation: Pick<Activation, 'join'>
  readonly #session = Promise.withResolvers<Session | undefined>()
  readonly #began: [Envelope, ...Envelope[]]
  readonly #steered: { readonly envelope: Envelope; readonly read: Promise<boolean> }[] = []
  #steering: Promise<unknown> = Promise.resolve()
  #closed = false

  constructor(head: Envelope, activation: Pick<Activation, 'join'>) {
    this.#began = [head]
    this.#activation = activation
  }

  /** What the turn begins with. */
  get began(): Together {
    return this.#began
  }

  get newest(): Envelope {
    return this.#steered.at(-1)?.envelope ?? this.#began.at(-1) ?? this.#began[0]
  }

  has(id: string): boolean {
    return [...this.#began, ...this.#steered.map(({ envelope }) => envelope)].some((one) => one.id === id)
  }

  /** Takes in a message before the turn begins. */
  async add(envelope: Envelope): Promise<void> {
    const joined = await this.#activation.join(envelope)
    if (joined !== undefined) this.#began.push(joined)
  }

  /** The turn has begun: what was to be steered goes to this session. */
  begun(session: Session): void {
    this.#session.resolve(session)
  }

  /** Takes a message into the running turn, if it still waits; `onRead` is called when Claude has it. */
  async steer(envelope: Envelope, onRead?: () => Promise<void>): Promise<void> {
    if (this.#closed) return
    const taking = this.#steering.then(() => this.#take(envelope, onRead))
    // `close` waits for it: what was joined is either answered by this turn or handed out again.
    this.#steering = taking.catch(() => undefined)
    return taking
  }

  async #take(envelope: Envelope, onRead: (() => Promise<void>) | undefined): Promise<void> {
    const joined = await this.#activation.join(envelope)
    if (joined !== undefined) this.#steered.push({ envelope: joined, read: this.#read(joined, onRead) })
  }

  /**
   * The turn is over, nothing more is taken in. Resolves to all that it ends: what Claude read, and after a stop
   * what Claude was to read too.
   */
  async close(stopped: boolean): Promise<Together> {
    this.#closed = true
    this.#session.resolve(undefined)
    await this.#steering
    const read = await Promise.all(this.#steered.map(async (one) => ({ ...one, read: await one.read })))
    const ended = read.filter((one) => one.read || stopped).map(({ envelope }) => envelope)
    return [...this.#began, ...ended]
  }

  async #read(envelope: Envelope, onRead: (() => Promise<void>) | undefined): Promise<boolean> {
    const session = await this.#session.promise
    const read = (await session?.steer(promptOf(envelope))) ?? false
    if (read) await onRead?.()
    return read
  }
}
