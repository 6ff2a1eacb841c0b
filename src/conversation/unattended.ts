/** What Claude does by itself, written down as long as it lasts: what a death of the process cuts off is told of. */
import { randomUUID } from 'node:crypto'
import type { Message } from '../contract.ts'
import type { Envelope } from '../queue/port.ts'
import type { UnattendedRecord } from '../store/records.ts'
import { tellOfCutOff } from './cut-off.ts'
import type { ConversationParts } from './parts.ts'
import { answeredAt, personId } from './place.ts'
import type { Started } from './starters.ts'

type UnattendedParts = Pick<ConversationParts, 'queue' | 'log' | 'store' | 'personOf'>

/** How it stands. */
interface Standing {
  readonly lasts: boolean
  /** The message that Claude works for, or worked for last: whose it is where nobody is known to have begun it. */
  readonly newest: Envelope
  readonly started: readonly Started[]
}

export class Unattended {
  readonly #parts: UnattendedParts
  /** Undefined: nothing was handled yet. */
  readonly #standing: () => Standing | undefined
  #record: UnattendedRecord | undefined
  #writing: Promise<void> = Promise.resolve()

  constructor(parts: UnattendedParts, standing: () => Standing | undefined) {
    this.#parts = parts
    this.#standing = standing
  }

  /** Writes down how it stands. */
  keep(): void {
    this.#do(() => this.#keep())
  }

  /** The process has ended in the middle of it: tells everybody concerned, once `said` is told. */
  cutOff(said: Promise<unknown>): void {
    this.#do(async () => {
      await said
      if (this.#record !== undefined) await tellOfCutOff(this.#parts, this.#record)
      this.#record = undefined
    })
  }

  /** Resolves when all is written. Never rejects. */
  written(): Promise<void> {
    return this.#writing
  }

  /** One write after another; nobody waits for them. */
  #do(work: () => Promise<void>): void {
    this.#writing = this.#writing.then(work).catch((err: unknown) => {
      const conversation = this.#standing()?.newest.conversation
      this.#parts.log.error(
        { err, conversation },
        'what Claude does in the background could not be kept or told',
      )
    })
  }

  async #keep(): Promise<void> {
    const { unattended } = this.#parts.store
    const standing = this.#standing()
    if (standing === undefined) return
    if (!standing.lasts) {
      if (this.#record !== undefined) await unattended.delete(this.#record.conversation)
      this.#record = undefined
      return
    }
    const { newest, started } = standing
    const before = this.#record ?? { id: randomUUID() }
    const byStarter = Map.groupBy(started, ({ envelope }) => toldTo(envelope.message))
    const [first = await this.#tellable(newest, []), ...others] = await Promise.all(
      [...byStarter.values()].flatMap((theirs) =>
        theirs.slice(0, 1).map(({ envelope }) =>
          this.#tellable(
            envelope,
            theirs.map(({ title }) => title),
          ),
        ),
      ),
    )
    this.#record = { ...before, conversation: newest.conversation, ...first, others }
    await unattended.set(this.#record)
  }

  /** Where whoever wrote this is told that these were cut off. */
  async #tellable(
    { message }: Envelope,
    titles: readonly string[],
  ): Promise<Pick<UnattendedRecord, 'address' | 'language' | 'tasks'>> {
    const { language } = await this.#parts.personOf(message)
    return { address: answeredAt(message).address, language, tasks: [...new Set(titles)] }
  }
}

/** The same for all that one person is told in one place. */
function toldTo(message: Message): string {
  const { address, from } = answeredAt(message)
  return JSON.stringify([personId(address, from), address])
}
