/** What a turn begins with: what was written in one go is asked in one, and files wait for the words about them. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Called } from '../commands/command.ts'
import type { Message } from '../contract.ts'
import type { Envelope, Queue } from '../queue/port.ts'
import type { Words } from '../words/en.ts'
import type { Aboard } from './aboard.ts'
import { type MidTurn, asOne, continues, isOfFilesAlone, mostInBurst } from './burst.ts'
import type { Manner } from './notices.ts'

/** What holds for a message that comes. */
interface ArrivalRules {
  /** Its author's first id. */
  readonly person: string
  readonly midTurn: MidTurn
  /** Milliseconds; 0: no message belongs to another. */
  readonly burst: number
  /** How its author is told what becomes of it, and in which language. */
  readonly manner: Manner
  readonly words: Words['midTurn']
}

export interface GatheringParts {
  readonly queue: Pick<Queue, 'waiting' | 'account'>
  readonly called: (text: string) => Called | undefined
  readonly arrivalRules: (message: Message) => Promise<ArrivalRules>
}

/** The turn that runs. */
export interface Running {
  readonly aboard: Aboard
  readonly stop: AbortController
  /** When it was begun, milliseconds since 1970. */
  readonly since: number
}

export class Gathering {
  readonly #parts: GatheringParts
  #lasts = false
  #next = Promise.withResolvers<void>()

  constructor(parts: GatheringParts) {
    this.#parts = parts
  }

  /** True until it is sure what the turn begins with. */
  get lasts(): boolean {
    return this.#lasts
  }

  /** Resolves with the next arrival. */
  get next(): Promise<void> {
    return this.#next.promise
  }

  arrived(): void {
    this.#next.resolve()
    this.#next = Promise.withResolvers()
  }

  /** Before a turn begins: takes in what was written in one go with its first message. */
  async gather({ aboard, stop }: Running): Promise<void> {
    this.#lasts = true
    try {
      for (;;) {
        const arrival = this.next
        const behind = await this.#takeIn(aboard)
        if (behind > 0 || !isOfFilesAlone(asOne(aboard.began).message)) return
        if (!(await this.hold(aboard.newest, arrival, stop.signal))) return
      }
    } finally {
      this.#lasts = false
    }
  }

  /** Resolves with how many wait that do not belong to it. */
  async #takeIn(aboard: Aboard): Promise<number> {
    const [head] = aboard.began
    const waiting = await this.behind(head.conversation, aboard, mostInBurst)
    for (const [index, envelope] of waiting.entries()) {
      const { burst } = await this.#parts.arrivalRules(envelope.message)
      // After a crash each is tried alone: one of them may be what caused it.
      const goesAlone = this.isApart(envelope.message) || envelope.died + head.died > 0
      if (goesAlone || !continues(aboard.burst, envelope.message, burst)) return waiting.length - index
      await aboard.add(envelope)
    }
    return 0
  }

  /** Files often come before the words about them. True: something came before the time was up. */
  async hold(
    { message, acceptedAt }: Envelope,
    arrival: Promise<void>,
    until: AbortSignal,
  ): Promise<boolean> {
    const { burst } = await this.#parts.arrivalRules(message)
    const left = acceptedAt + burst - Date.now()
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

  /** What waits behind the turn, in order; `most`: the first of a flood are all that is read. */
  async behind(conversation: string, aboard: Aboard, most: number): Promise<readonly Envelope[]> {
    if (!aboard.mayBeFollowed) return []
    // What is aboard is open, too, and came before it.
    const waiting = await this.#parts.queue.waiting(conversation, aboard.size + most)
    return waiting.filter(({ id }) => !aboard.has(id)).slice(0, most)
  }

  /** Does it wait still, and not go with the turn? */
  async isBehind({ id }: Envelope): Promise<boolean> {
    return (await this.#parts.queue.account(id))?.state === 'waiting'
  }

  /** A command, or a correction: it is nobody's burst. */
  isApart({ text, corrects, plain }: Message): boolean {
    return corrects !== undefined || (plain !== true && this.#parts.called(text) !== undefined)
  }
}
