/** Tells whoever watches what happens in the core. */
import type { TurnResult } from '../claude/turn.ts'
import type { Happening, Measures } from '../contract.ts'
import type { Queue } from '../queue/port.ts'

export class Meter {
  readonly #listeners = new Set<(happening: Happening) => void>()

  tell(happening: Happening): void {
    for (const listener of this.#listeners) listener(happening)
  }

  turn(adapter: string, { fault, durationMs, costUsd, usage: tokens }: TurnResult): void {
    const ended = fault?.code === 'interrupted' ? 'cancelled' : 'failed'
    const state = fault === undefined ? 'answered' : ended
    this.tell({ type: 'turn', adapter, state, durationMs, costUsd, tokens })
  }

  /** For as long as it lives. */
  listen(listener: (happening: Happening) => void): void {
    this.#listeners.add(listener)
  }

  measures(queue: Pick<Queue, 'counts'>): Measures {
    return {
      standing: async () => {
        const { waiting, running, undelivered, activations: warm } = await queue.counts()
        return { waiting, running, undelivered, warm }
      },
      listen: (listener, signal) => {
        this.#listeners.add(listener)
        signal.addEventListener('abort', () => this.#listeners.delete(listener), { once: true })
      },
    }
  }
}
