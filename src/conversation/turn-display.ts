/** What of a turn can be seen while it runs: its view in the chat, and what it does for whoever asks. */
import type { Sent, TurnStep, TurnView } from '../contract.ts'
import type { Doing } from './doing.ts'
import type { ShownTurn } from './parts.ts'

export class TurnDisplay {
  readonly #open: () => ShownTurn
  #doing: Doing
  /** Set while it is shown in the chat. */
  #shown: ShownTurn | undefined

  /** `open` shows it where its message is answered by now; `since`: when it was begun, milliseconds since 1970. */
  constructor(open: () => ShownTurn, since: number) {
    this.#open = open
    this.#doing = { phase: 'begins', since }
  }

  get doing(): Doing {
    return this.#doing
  }

  /** From now on it is shown in the chat. */
  begin(): void {
    this.#shown = this.#open()
  }

  enter(phase: Doing['phase']): void {
    this.#doing = { ...this.#doing, phase }
  }

  show(view: TurnView): void {
    this.#doing = { ...this.#doing, view }
    this.#shown?.show(view)
  }

  tell(step: TurnStep): void {
    this.#shown?.tell(step)
  }

  get tells(): boolean {
    return this.#shown?.tells === true
  }

  /**
   * Shows it no longer where it is shown. Resolves with what shows it again; a turn that has ended meanwhile stays as it
   * is. Undefined: it was not shown.
   */
  async leave(): Promise<(() => void) | undefined> {
    const left = this.#shown
    if (left === undefined) return undefined
    await left.abandon()
    return () => {
      if (this.#shown !== left) return
      this.begin()
      if (this.#doing.view !== undefined) this.show(this.#doing.view)
    }
  }

  /** No more views. Resolves with what stands in the chat now, for the answer to replace. */
  settle(): Promise<Sent | undefined> {
    const shown = this.#shown
    this.#shown = undefined
    return shown?.settle() ?? Promise.resolve(undefined)
  }

  /** No answer will come from here. */
  async abandon(): Promise<void> {
    await this.#shown?.abandon()
  }
}
