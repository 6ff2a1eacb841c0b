/** When a chat is drawn anew. */
import { frameMs } from './compose.ts'

/** Least time between two drawings: a fast answer is a few frames, and the first word waits for none. */
const drawEveryMs = 30

export class Frames {
  readonly #draw: () => boolean
  #drawn = 0
  #timer: NodeJS.Timeout | undefined
  #stopped = false

  /** `draw` returns whether what it drew moves by itself. */
  constructor(draw: () => boolean) {
    this.#draw = draw
  }

  /** Draws at once when the last drawing is long enough ago, else when it is. */
  changed(): void {
    const due = this.#drawn + drawEveryMs - performance.now()
    if (due <= 0) this.drawNow()
    else this.#drawIn(due)
  }

  readonly drawNow = (): void => {
    if (this.#stopped) return
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#drawn = performance.now()
    if (this.#draw()) this.#drawIn(frameMs)
  }

  stop(): void {
    this.#stopped = true
    clearTimeout(this.#timer)
  }

  #drawIn(ms: number): void {
    if (this.#stopped || (this.#timer !== undefined && ms >= frameMs)) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(this.drawNow, ms)
  }
}
