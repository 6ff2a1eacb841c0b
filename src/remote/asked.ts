/** One message on its way in a session elsewhere, as the terminal is shown it. */
import type { Adapter, Address, Outcome, Person, ReplyStream, TextReply, TurnView } from '../contract.ts'
import type { Told } from './shapes.ts'
import { nothingYet, withTold } from './turn-view.ts'

type End = Pick<TextReply, 'markdown' | 'figures' | 'ends'> &
  Partial<Pick<TextReply, 'tone'>> & { readonly outcome: Outcome }

export class Asked {
  readonly #terminal: Adapter
  readonly #to: Address
  readonly #from: Person
  /** The terminal knows by it what is answered. */
  readonly #key: string
  #view: TurnView = nothingYet
  #stream: ReplyStream | undefined
  #byClaude = false

  /** `key`: that of the answer. */
  constructor(
    terminal: Adapter,
    to: Address,
    { key, from }: { readonly key: string; readonly from: Person },
  ) {
    this.#terminal = terminal
    this.#to = to
    this.#from = from
    this.#key = key
  }

  async take(told: Told): Promise<void> {
    if (told.type === 'started') this.#byClaude = true
    const view = withTold(this.#view, told)
    if (view !== this.#view) await this.show(view)
  }

  /** What goes on where no event tells; undefined: nothing more. */
  async status(status: string | undefined): Promise<void> {
    const { status: before, ...view } = this.#view
    if (before === status) return
    await this.show(status === undefined ? view : { ...view, status })
  }

  async end({ outcome, ...said }: End): Promise<void> {
    const own = outcome === 'failed' ? 'error' : 'notice'
    const { tone = outcome === 'answered' && this.#byClaude ? 'answer' : own } = said
    const reply: TextReply = { kind: 'text', key: this.#key, ...said, tone, outcome }
    if (this.#stream === undefined || !(await this.#stream.finish(reply)))
      await this.#terminal.send(this.#to, reply)
  }

  /** The turn as it stands. */
  async show(view: TurnView): Promise<void> {
    this.#view = view
    this.#stream ??= this.#terminal.stream?.(this.#to, this.#key, this.#from)
    await this.#stream?.show(view)
  }

  /** No answer will be told of. */
  async abandon(): Promise<void> {
    await this.#stream?.abandon()
  }
}
