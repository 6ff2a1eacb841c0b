/** What comes while a turn runs: taken into it, left to wait, or let in by ending it. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Called } from '../commands/command.ts'
import type { Log, Message } from '../contract.ts'
import type { Envelope, Queue } from '../queue/port.ts'
import type { Aboard } from './aboard.ts'
import { type MidTurn, asOne, follows, isOfFilesAlone, together } from './burst.ts'

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

/** Why a turn is stopped that makes way for a message: what it did not get to is left waiting. */
export const makesWay = new Error('it makes way for another message')

const words = {
  steered: 'Taken into the running turn.',
  corrected: 'Claude was told of your edit.',
}

export class Arrivals {
  readonly #parts: ArrivalParts
  #placing: Promise<void> = Promise.resolve()
  /** True until it is sure what the turn begins with. */
  #gathering = false
  /** Resolves with the next arrival. */
  #arrival = Promise.withResolvers<void>()

  constructor(parts: ArrivalParts) {
    this.#parts = parts
  }

  /** Before a turn begins: takes in what was written in one go with its first message. */
  async gather({ aboard, stop }: Running): Promise<void> {
    this.#gathering = true
    try {
      for (;;) {
        const arrival = this.#arrival.promise
        const behind = await this.#takeIn(aboard)
        if (behind > 0 || !isOfFilesAlone(asOne(aboard.began).message)) return
        if (!(await this.#hold(aboard.newest, arrival, stop.signal))) return
      }
    } finally {
      this.#gathering = false
    }
  }

  /** Resolves with how many wait that do not belong to it. */
  async #takeIn(aboard: Aboard): Promise<number> {
    const [head] = aboard.began
    const waiting = await this.#behind(head.conversation, aboard)
    for (const [index, envelope] of waiting.entries()) {
      const { burst } = this.#parts.arrivalRules(envelope.message)
      // After a crash each is tried alone: one of them may be what caused it.
      const goesAlone = this.#isApart(envelope.message) || envelope.died + head.died > 0
      if (goesAlone || !follows(aboard.newest.message, envelope.message, burst)) return waiting.length - index
      await aboard.add(envelope)
    }
    return 0
  }

  /** Files often come before the words about them. True: something came before the time was up. */
  async #hold(
    { message, acceptedAt }: Envelope,
    arrival: Promise<void>,
    until: AbortSignal,
  ): Promise<boolean> {
    const left = acceptedAt + this.#parts.arrivalRules(message).burst - Date.now()
    if (left <= 0 || until.aborted) return false
    const over = new AbortController()
    const signal = AbortSignal.any([until, over.signal])
    const late = sleep(left, false, { signal }).catch(() => false)
    try {
      return await Promise.race([arrival.then(() => true), late])
    } finally {
      over.abort()
    }
  }

  /** What waits already when a turn begins is placed as if it came now. */
  async review(running: Running): Promise<void> {
    const [head] = running.aboard.began
    const waiting = await this.#behind(head.conversation, running.aboard)
    for (const envelope of waiting) this.#put(envelope, running)
  }

  /** One after another, in the order in which they came. Whatever fails, the message waits as before. */
  arrived(envelope: Envelope, running: Running): void {
    this.#arrival.resolve()
    this.#arrival = Promise.withResolvers()
    // What does not belong to the turn's beginning is looked at when it begins.
    if (this.#gathering) return
    this.#put(envelope, running)
  }

  #put(envelope: Envelope, running: Running): void {
    this.#placing = this.#placing
      .then(() => this.#place(envelope, running))
      .catch((err: unknown) =>
        this.#parts.log.error({ err, message: envelope.id }, 'a message could not be placed; it waits'),
      )
  }

  async #place(envelope: Envelope, { aboard, stop }: Running): Promise<void> {
    const arrival = this.#arrival.promise
    const choice = await this.#choose(envelope, aboard)
    if (choice === 'interrupt') stop.abort(makesWay)
    if (choice === 'queue' || choice === 'interrupt') return
    if (isOfFilesAlone(envelope.message)) {
      const behind = await this.#behind(envelope.conversation, aboard)
      if (behind.length <= 1) await this.#hold(envelope, arrival, aboard.over)
    }
    if (choice === 'burst') await aboard.steer(envelope, { free: true })
    else await aboard.steer(envelope, { onRead: () => this.#tell(envelope) })
  }

  async #choose(envelope: Envelope, aboard: Aboard): Promise<MidTurn | 'burst'> {
    const { message } = envelope
    // Approvals go to whoever asked, the answer to where it was asked: nobody else's words get in there.
    if (!together(aboard.newest.message, message)) return 'queue'
    if (message.corrects !== undefined) return 'steer'
    if (this.#isApart(message)) return 'queue'
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
