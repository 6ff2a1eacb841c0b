/** What comes while a turn runs: taken into it, left to wait, or let in by ending it. */
import type { Called } from '../commands/command.ts'
import type { Log, Message } from '../contract.ts'
import type { Envelope, Queue } from '../queue/port.ts'
import type { Aboard } from './aboard.ts'
import { type MidTurn, follows, together } from './burst.ts'

/** What holds for a message that comes. */
interface ArrivalRules {
  readonly midTurn: MidTurn
  /** Milliseconds; 0: no message belongs to another. */
  readonly burst: number
}

export interface ArrivalParts {
  readonly queue: Pick<Queue, 'waiting' | 'post'>
  readonly called: (text: string) => Called | undefined
  readonly arrivalRules: (message: Message) => ArrivalRules
  readonly log: Log
}

/** The turn that runs. */
export interface Running {
  readonly aboard: Aboard
  readonly stop: AbortController
}

const words = {
  steered: 'Taken into the running turn.',
  corrected: 'Claude was told of your edit.',
}

export class Arrivals {
  readonly #parts: ArrivalParts
  #placing: Promise<void> = Promise.resolve()

  constructor(parts: ArrivalParts) {
    this.#parts = parts
  }

  /** Before a turn begins: takes in what was written in one go with its first message. */
  async gather({ aboard }: Running): Promise<void> {
    const [head] = aboard.began
    for (const envelope of await this.#behind(head.conversation, aboard)) {
      const { burst } = this.#parts.arrivalRules(envelope.message)
      // After a crash each is tried alone: one of them may be what caused it.
      const goesAlone = this.#isApart(envelope.message) || envelope.died + head.died > 0
      if (goesAlone || !follows(aboard.newest.message, envelope.message, burst)) return
      await aboard.add(envelope)
    }
  }

  /** What waits already when a turn begins is placed as if it came now. */
  async review(running: Running): Promise<void> {
    const [head] = running.aboard.began
    const waiting = await this.#behind(head.conversation, running.aboard)
    for (const envelope of waiting) this.arrived(envelope, running)
  }

  /** One after another, in the order in which they came. Whatever fails, the message waits as before. */
  arrived(envelope: Envelope, running: Running): void {
    this.#placing = this.#placing
      .then(() => this.#place(envelope, running))
      .catch((err: unknown) =>
        this.#parts.log.error({ err, message: envelope.id }, 'a message could not be placed; it waits'),
      )
  }

  async #place(envelope: Envelope, { aboard, stop }: Running): Promise<void> {
    const choice = await this.#choose(envelope, aboard)
    if (choice === 'interrupt') stop.abort()
    if (choice === 'queue' || choice === 'interrupt') return
    await aboard.steer(envelope, choice === 'burst' ? undefined : () => this.#tell(envelope))
  }

  async #choose(envelope: Envelope, aboard: Aboard): Promise<MidTurn | 'burst'> {
    const { message } = envelope
    // Approvals go to whoever asked, the answer to where it was asked: nobody else's words get in there.
    if (!together(aboard.newest.message, message)) return 'queue'
    if (message.corrects !== undefined) return 'steer'
    // Files are taken in when a turn begins.
    if (this.#isApart(message) || (message.attachments ?? []).length > 0) return 'queue'
    const [first] = await this.#behind(envelope.conversation, aboard)
    // Never past something that came before it, such as /new.
    if (first?.id !== envelope.id) return 'queue'
    const { midTurn, burst } = this.#parts.arrivalRules(message)
    return follows(aboard.newest.message, message, burst) ? 'burst' : midTurn
  }

  /** What waits behind the turn, in order. */
  async #behind(conversation: string, aboard: Aboard): Promise<readonly Envelope[]> {
    const waiting = await this.#parts.queue.waiting(conversation)
    return waiting.filter(({ id }) => !aboard.has(id))
  }

  #isApart({ text, corrects }: Message): boolean {
    return corrects !== undefined || this.#parts.called(text) !== undefined
  }

  async #tell({ id, conversation, message }: Envelope): Promise<void> {
    const key = `${id}/steered`
    const markdown = message.corrects === undefined ? words.steered : words.corrected
    const reply = { kind: 'text', key, markdown, tone: 'notice' } as const
    await this.#parts.queue.post([{ key, conversation, address: message.address, reply }])
  }
}
