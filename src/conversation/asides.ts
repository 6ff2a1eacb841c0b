/** The questions that this process answers aside, so that they can be stopped. */
import type { Message } from '../contract.ts'

interface Running {
  readonly conversation: string
  readonly message: Message
  readonly stop: AbortController
}

export class Asides {
  readonly #running = new Set<Running>()

  /** Answers one; the signal is aborted when it is to stop. */
  async run<T>(conversation: string, message: Message, work: (stop: AbortSignal) => Promise<T>): Promise<T> {
    const running = { conversation, message, stop: new AbortController() }
    this.#running.add(running)
    try {
      return await work(running.stop.signal)
    } finally {
      this.#running.delete(running)
    }
  }

  /** Stops those aside of this conversation that fit. False: there are none. */
  stop(conversation: string, fits: (message: Message) => boolean): boolean {
    const found = [...this.#running].filter(
      (running) => running.conversation === conversation && fits(running.message),
    )
    for (const { stop } of found) stop.abort()
    return found.length > 0
  }
}
