/** Tokens of commands whose answers are to come: kept, so that whoever asked alone is answered alone after a crash, too. */
import { z } from 'zod'
import type { Keep, Log } from '../../src/contract.ts'

const place = 'interactions'
const mostKept = 500

const Kept = z.object({ id: z.string(), token: z.string(), until: z.number() })
type Kept = z.infer<typeof Kept>

export class Tokens {
  readonly #keep: Keep
  readonly #log: Log
  #kept: readonly Kept[] = []
  #writing: Promise<void> = Promise.resolve()

  constructor(keep: Keep, log: Log) {
    this.#keep = keep
    this.#log = log
  }

  /** Those that are good still. Never rejects: without them answers come in the direct chat. */
  async load(): Promise<readonly Kept[]> {
    try {
      const text = await this.#keep.get(place)
      this.#kept = text === undefined ? [] : this.#good(z.array(Kept).parse(JSON.parse(text)))
    } catch (error) {
      this.#log.warn({ err: error }, 'the tokens of commands could not be read')
    }
    return this.#kept
  }

  /** `until`: milliseconds since 1970. */
  add(kept: Kept): void {
    this.#kept = this.#good([...this.#kept, kept]).slice(-mostKept)
    const text = JSON.stringify(this.#kept)
    this.#writing = this.#writing
      .then(() => this.#keep.set(place, text))
      .catch((err: unknown) => this.#log.warn({ err }, 'the token of a command could not be kept'))
  }

  /** Resolves when all is written. */
  close(): Promise<void> {
    return this.#writing
  }

  #good(all: readonly Kept[]): readonly Kept[] {
    return all.filter(({ until }) => until > Date.now())
  }
}
