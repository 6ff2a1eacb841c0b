/** What comes while a turn runs: taken into it, left to wait, or let in by ending it. */
import type { Log } from '../contract.ts'
import type { Envelope, Queue } from '../queue/port.ts'
import type { Prompts } from '../prompts/prompts.ts'
import type { PromptRecord } from '../store/prompt-record.ts'
import type { Words } from '../words/en.ts'
import type { Aboard } from './aboard.ts'
import { type MidTurn, continues, isOfFilesAlone, together } from './burst.ts'
import { type GatheringParts, type Running, Gathering } from './gathering.ts'
import { type NoticeParts, Notices, directedBy } from './notices.ts'
import { answeredAt, personId } from './place.ts'
import { notice } from '../queue/notice.ts'

export interface ArrivalParts extends GatheringParts {
  readonly queue: Pick<Queue, 'waiting' | 'account' | 'post'>
  readonly prompts: NoticeParts['prompts'] & Pick<Prompts, 'follow'>
  readonly log: Log
}

/** So many of those that wait are looked at for a turn; of a flood the others have turns of their own. */
const mostReviewed = 100

/** Why a turn is stopped that makes way for a message: what it did not get to is left waiting. */
export const makesWay = new Error('it makes way for another message')

export class Arrivals {
  readonly #parts: ArrivalParts
  readonly #notices: Notices
  readonly #gathering: Gathering
  #placing: Promise<void> = Promise.resolve()

  constructor(parts: ArrivalParts) {
    this.#parts = parts
    this.#notices = new Notices(parts)
    this.#gathering = new Gathering(parts)
  }

  /** Before a turn begins: takes in what was written in one go with its first message. */
  gather(running: Running): Promise<void> {
    return this.#gathering.gather(running)
  }

  /** What waits already when a turn begins is placed as if it came now. */
  async review(running: Running): Promise<void> {
    const [head] = running.aboard.began
    const waiting = await this.#gathering.behind(head.conversation, running.aboard, mostReviewed)
    for (const envelope of waiting) this.#put(envelope, running)
  }

  /** One after another, in the order in which they came. Whatever fails, the message waits as before. */
  arrived(envelope: Envelope, running: Running): void {
    this.#gathering.arrived()
    // What does not belong to the turn's beginning is looked at when it begins.
    if (this.#gathering.lasts) return
    this.#put(envelope, running)
  }

  #put(envelope: Envelope, running: Running): void {
    this.#placing = this.#placing
      .then(() => this.#place(envelope, running))
      .catch((err: unknown) =>
        this.#parts.log.error({ err, message: envelope.id }, 'a message could not be placed; it waits'),
      )
  }

  async #place(envelope: Envelope, running: Running): Promise<void> {
    const { aboard, stop } = running
    const arrival = this.#gathering.next
    // It was placed before, or it waits no longer.
    if (!(await this.#gathering.isBehind(envelope))) return
    const choice = await this.#choose(envelope, aboard)
    if (choice === 'interrupt') stop.abort(makesWay)
    if (choice === 'queue') await this.#leftToWait(envelope, running)
    if (choice === 'queue' || choice === 'interrupt') return
    if (isOfFilesAlone(envelope.message) && (await this.#isAlone(envelope, aboard))) {
      await this.#gathering.hold(envelope, arrival, aboard.over)
    }
    if (choice === 'burst') await aboard.steer(envelope, { free: true })
    else await this.#steer(envelope, running)
  }

  async #choose(envelope: Envelope, aboard: Aboard): Promise<MidTurn | 'burst'> {
    const { message } = envelope
    const corrects = message.corrects !== undefined && together(aboard.newest.message, message)
    if (corrects && !aboard.full) return 'steer'
    const { midTurn, burst } = await this.#parts.arrivalRules(message)
    const chosen = await this.#notices.chosenFor(envelope, aboard.began[0])
    if (!(await this.#isNext(envelope, aboard))) {
      const mayInterrupt = chosen === 'interrupt' && together(aboard.began[0].message, message)
      return mayInterrupt ? 'interrupt' : 'queue'
    }
    if (chosen !== undefined) return chosen
    return continues(aboard.burst, message, burst) ? 'burst' : midTurn
  }

  /** May it be taken into the running turn? */
  async #isNext(envelope: Envelope, aboard: Aboard): Promise<boolean> {
    const { message, conversation, id } = envelope
    if (aboard.full) return false
    // Approvals go to whoever asked, the answer to where it was asked: nobody else's words get in there.
    if (!together(aboard.newest.message, message) || this.#gathering.isApart(message)) return false
    const [first] = await this.#gathering.behind(conversation, aboard, 1)
    // Never past something that came before it, such as /new.
    return first?.id === id
  }

  /** Does nothing else wait? */
  async #isAlone({ conversation }: Envelope, aboard: Aboard): Promise<boolean> {
    return (await this.#gathering.behind(conversation, aboard, 2)).length === 1
  }

  async #leftToWait(envelope: Envelope, running: Running): Promise<void> {
    const { aboard, since } = running
    const [head] = aboard.began
    const rules = await this.#parts.arrivalRules(envelope.message)
    if (!together(head.message, envelope.message)) {
      if (envelope.acceptedAt < since) return
      const { person } = await this.#parts.arrivalRules(head.message)
      await this.#notices.tellOfOthers(envelope, head, { ...rules, own: person === rules.person })
      return
    }
    const requester = personId(envelope.message.address, envelope.message.from)
    // What waited before this turn began was told of then; what somebody may still choose for is taken up again.
    const known = envelope.acceptedAt < since && (await this.#notices.about(head, requester)) === undefined
    if (!known) await this.#follow(await this.#notices.tell(envelope, head, 'queue', rules), running)
  }

  /** False: it waits no longer, or was refused. */
  async #steer(envelope: Envelope, running: Running): Promise<boolean> {
    const { aboard } = running
    const [head] = aboard.began
    const rules = await this.#parts.arrivalRules(envelope.message)
    const isCorrection = envelope.message.corrects !== undefined
    const inWords = isCorrection || rules.manner !== 'buttons'
    const onRead = inWords
      ? () => this.#tell(envelope, isCorrection ? rules.words.corrected : rules.words.steered)
      : () => this.#read(running, rules.words)
    if (!(await aboard.steer(envelope, { onRead }))) return false
    if (!inWords) await this.#follow(await this.#notices.tell(envelope, head, 'steer', rules), running)
    // It may have been read before its notice was written.
    if (!inWords && !aboard.unread.some(({ id }) => id === envelope.id))
      await this.#read(running, rules.words)
    return true
  }

  /** Claude has one more of them. */
  async #read({ aboard }: Running, words: Words['midTurn']): Promise<void> {
    const [head] = aboard.began
    // A notice lists the first that wait.
    const behind = await this.#gathering.behind(head.conversation, aboard, mostReviewed)
    const open = [...aboard.unread, ...behind]
    await this.#notices.settle(head, (id) => open.some((envelope) => envelope.id === id), words)
  }

  async #follow(record: PromptRecord | undefined, running: Running): Promise<void> {
    if (record === undefined) return
    await this.#parts.prompts.follow(record.id, (ended) => {
      const directed = ended.state === 'decided' ? directedBy(ended) : undefined
      if (directed === undefined) return
      const isTheirs = ({ message: { address, from } }: Envelope): boolean =>
        personId(address, from) === ended.requester
      void this.direct(running, isTheirs, directed.mode).catch((err: unknown) =>
        this.#parts.log.error({ err, prompt: ended.id }, 'what was chosen for waiting messages was not done'),
      )
    })
  }

  /** Changes what becomes of messages that wait, or that Claude has not read yet. Resolves with how many it concerned. */
  direct(running: Running, fits: (envelope: Envelope) => boolean, mode: MidTurn): Promise<number> {
    const directed = this.#placing.then(() => this.#direct(running, fits, mode))
    this.#placing = directed.then(
      () => undefined,
      () => undefined,
    )
    return directed
  }

  async #direct(running: Running, fits: (envelope: Envelope) => boolean, mode: MidTurn): Promise<number> {
    const { aboard, stop } = running
    const [head] = aboard.began
    if (aboard.over.aborted) return 0
    const unread = aboard.unread.filter(fits)
    const behind = await this.#gathering.behind(head.conversation, aboard, mostReviewed)
    const waiting = behind.filter((envelope) => fits(envelope) && together(head.message, envelope.message))
    const count = unread.length + waiting.length
    if (mode === 'interrupt') {
      if (count > 0) stop.abort(makesWay)
      return count
    }
    if (mode === 'queue') {
      for (const { id } of unread) await aboard.leave(id)
      return count
    }
    let taken = unread.length
    for (const envelope of waiting) {
      if (!(await this.#isNext(envelope, aboard)) || !(await this.#steer(envelope, running))) break
      taken += 1
    }
    if (taken === 0 && waiting.length > 0) await this.#stuck(waiting[0] ?? head)
    return taken
  }

  /** The turn is over: nothing is left to choose. */
  async end(head: Envelope): Promise<void> {
    const { words } = await this.#parts.arrivalRules(head.message)
    await this.#notices.end(head, words)
  }

  async #stuck(envelope: Envelope): Promise<void> {
    const { words } = await this.#parts.arrivalRules(envelope.message)
    await this.#tell(envelope, words.stuck)
  }

  async #tell({ id, conversation, message }: Envelope, markdown: string): Promise<void> {
    const key = `${id}/steered`
    const { address } = answeredAt(message)
    await this.#parts.queue.post([notice({ key, conversation, address }, markdown)])
  }
}
