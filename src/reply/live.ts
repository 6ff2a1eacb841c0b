/** Native streams that show a turn whose answer is still to be delivered, by the answer's key. */
import type { ReplyStream } from '../contract.ts'

export class LiveStreams {
  readonly #streams = new Map<string, ReplyStream>()

  add(key: string, stream: ReplyStream): void {
    this.#streams.set(key, stream)
  }

  /** Hands over a stream: whoever takes it has to end it. */
  take(key: string): ReplyStream | undefined {
    const stream = this.#streams.get(key)
    this.#streams.delete(key)
    return stream
  }

  async close(): Promise<void> {
    const streams = [...this.#streams.values()]
    this.#streams.clear()
    await Promise.all(streams.map((stream) => stream.abandon()))
  }
}
