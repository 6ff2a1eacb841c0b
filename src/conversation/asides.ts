/** The questions that this process answers aside, so that they can be stopped. */
import type { Message } from '../contract.ts'

interface Running {
  readonly conversation: string
  readonly message: Message
  readonly stop: AbortController
}

export class Asides {
  /** By the queue's lane, which has one. */
  readonly #running = new Map<string, Running>()

  /**
   * Answers the one in this lane; the signal is aborted when it is to stop. Undefined: it gave its place up, and can be
   * stopped all the same until it is run again.
   */
  async run<T>(
    lane: string,
    asked: Pick<Running, 'conversation' | 'message'>,
    work: (stop: AbortSignal) => Promise<T | undefined>,
  ): Promise<T | undefined> {
    const running = this.#running.get(lane) ?? { ...asked, stop: new AbortController() }
    this.#running.set(lane, running)
    let left = false
    try {
      const done = await work(running.stop.signal)
      left = done === undefined
      return done
    } finally {
      if (!left) this.#running.delete(lane)
    }
  }

  /** Stops those aside of this conversation that fit. False: there are none. */
  stop(conversation: string, fits: (message: Message) => boolean): boolean {
    const found = [...this.#running.values()].filter(
      (running) => running.conversation === conversation && fits(running.message),
    )
    for (const { stop } of found) stop.abort()
    return found.length > 0
  }
}
