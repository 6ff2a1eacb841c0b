/** Questions to people: asked, reminded of, and ended once. They stand in the store, so they outlive this process. */
import { randomUUID } from 'node:crypto'
import type { Audit } from '../audit/audit.ts'
import type { Address, Answer, Log } from '../contract.ts'
import type { Queue } from '../queue/port.ts'
import type { PromptRecord } from '../store/prompt-record.ts'
import { answerFits, labelOf } from './answer.ts'
import { auditEntry, isAskedByTurn } from './audit-entry.ts'
import { type Asking, opened } from './asking.ts'
import { type Follower, Ledger, type LedgerParts } from './ledger.ts'
import { isUnattended } from './unattended.ts'
import { type Ending, anew, expired, reminders, settledIn, shown, withdrawn } from './shown.ts'

export interface PromptParts extends LedgerParts {
  readonly queue: Pick<Queue, 'post' | 'account'>
  readonly audit: Audit
  readonly log: Log
  /** Does what this adapter showed outlive the process? Not in a terminal, nor in a program's memory. */
  readonly stands: (adapter: string) => boolean
  /** Milliseconds: how long a prompt waits, and how long before its end somebody is reminded. */
  readonly waits: () => { readonly expire: number; readonly remind: number }
  /** Nobody has answered this for long: the same with all to whom it is put now, see {@link PromptRecord.later}. */
  readonly putToOthers: (record: PromptRecord) => Promise<PromptRecord>
}

/** Does what was decided. May be called again for the same after a crash. */
type Doer = (decided: PromptRecord) => Promise<void>

export class Prompts {
  readonly #parts: PromptParts
  readonly #doers = new Map<PromptRecord['kind'], Doer>()
  readonly #ledger: Ledger
  #working: Promise<void> = Promise.resolve()

  constructor(parts: PromptParts) {
    this.#parts = parts
    this.#ledger = new Ledger(parts, (id) => {
      this.#working = this.#working.then(() => this.#due(id))
    })
  }

  /** Takes up what an earlier process left open. `alone`: nobody else may still work on it. */
  async start(alone = true): Promise<void> {
    if (!alone) {
      for (const record of await this.#parts.shelf.live()) this.#ledger.watch(record)
      return
    }
    // Nobody sees them any more: the turn asks anew when it runs again. Or it was Claude's own, which is gone.
    await this.withdraw(
      ({ state, address, message }) =>
        isUnattended(message) || (state === 'open' && !this.#parts.stands(address.adapter)),
    )
    for (const record of await this.#parts.shelf.live()) {
      // It may have been written down and not shown; the outbox knows.
      if (record.state === 'open') await this.#show(record)
      else await this.#carryOut(record)
      this.#ledger.watch(record)
    }
  }

  /** Another node ended it: whoever waits for it here hears of it. */
  endedElsewhere(id: string): Promise<void> {
    return this.#ledger.ended(id)
  }

  /** The same for whatever was not told of. */
  async lookForEnded(): Promise<void> {
    for (const id of this.#ledger.followed) await this.#ledger.ended(id)
  }

  async close(): Promise<void> {
    this.#ledger.stop()
    await this.#working
  }

  /** Says who does what was decided by prompts of a kind that no turn waits for. Call it before `start`. */
  carriedOut(kind: PromptRecord['kind'], doer: Doer): void {
    this.#doers.set(kind, doer)
  }

  /** Shows the question where the message came from, and to whom else it is put. */
  async ask({ id = randomUUID(), ...asking }: Asking): Promise<PromptRecord> {
    const known = await this.find(id)
    if (known !== undefined) return known
    const record = opened({ ...asking, id }, this.#parts.waits(), Date.now())
    await this.#parts.shelf.set(record)
    this.#ledger.watch(record)
    await this.#show(record)
    return record
  }

  /** Changes what an open prompt is about, and nothing that is shown. */
  async amend(id: string, input: PromptRecord['decides']['input']): Promise<void> {
    await this.#ledger.update(id, (record) => ({ ...record, decides: { ...record.decides, input } }))
  }

  /** Says something else in a prompt that is open, in its place in the chat. False: it is not. */
  async restate(
    id: string,
    offer: Asking['shown'],
    input: PromptRecord['decides']['input'],
  ): Promise<boolean> {
    const restated = await this.#ledger.update(
      id,
      (record) => {
        const next = anew({ ...record, decides: { ...record.decides, input } })
        return { ...next, replaces: record.reply.key, reply: { ...next.reply, ...offer } }
      },
      (record) => this.#show(record),
    )
    return restated !== undefined
  }

  /** Asks what is open in another chat from now on; where it stood, `label` says so. Others keep theirs. */
  async move(fits: (record: PromptRecord) => boolean, to: Address, label: string): Promise<void> {
    for (const { id } of await this.live(fits)) {
      await this.#ledger.update(
        id,
        (record) => {
          const { replaces: _replaced, ...moved } = anew({ ...record, address: to })
          return moved
        },
        // After a crash in between it is asked in both places, and either can be answered.
        async (moved, record) => {
          // Beside the conversation: the chat that is left may be out of reach, and must not hold up the other.
          const conversation = `beside/${record.conversation}`
          const left = { ...settledIn(record, { label, at: Date.now() }), conversation }
          await this.#parts.queue.post([...shown(moved), left])
        },
      )
    }
  }

  find(id: string): Promise<PromptRecord | undefined> {
    return this.#ledger.find(id)
  }

  /** Open, or decided while nobody was there to take the decision. */
  async live(fits: (record: PromptRecord) => boolean): Promise<readonly PromptRecord[]> {
    return (await this.#parts.shelf.live()).filter(fits)
  }

  /** Takes an answer by somebody who may give it. False: it comes too late, or is none of the choices. */
  async answer(
    { id }: PromptRecord,
    answer: Pick<Answer, 'id' | 'choices' | 'text'>,
    by: string,
  ): Promise<boolean> {
    if (!(await this.#decide(id, answer, by))) return false
    await this.finish(id)
    return true
  }

  /** Does what was decided, if that is still to be done: it failed when the answer came. */
  async finish(id: string): Promise<void> {
    const record = await this.find(id)
    if (record !== undefined) await this.#carryOut(record)
  }

  #decide(id: string, answer: Pick<Answer, 'id' | 'choices' | 'text'>, by: string): Promise<boolean> {
    return this.#ledger.close(id, async (record) => {
      if (!answerFits(record.reply, answer)) return undefined
      // Its turn ended while this process was away.
      if (record.standing !== true && !(await this.#isOpen(record.message))) {
        await this.#ledger.end(record, { state: 'withdrawn' }, withdrawn)
        return undefined
      }
      const { choices, text } = answer
      const decision = { answer: answer.id, choices, ...(text === undefined ? {} : { text }) }
      const label = labelOf(record.reply, answer)
      // Before anything comes of it: what was allowed is in the log, whatever happens next.
      await this.#note('decided', record, { by, label, choices, text })
      const ending: Ending = (reply) => ({ label: labelOf(reply, answer), by })
      return this.#ledger.end(record, { state: 'decided', decision, by: [by] }, ending)
    })
  }

  /** Calls once when the prompt is decided or expires; at once when it has. */
  follow(id: string, follower: Follower): Promise<void> {
    return this.#ledger.follow(id, follower)
  }

  /** Claude is being told: the decision is used up. */
  applied(ids: readonly string[]): Promise<void> {
    return this.#ledger.applied(ids)
  }

  /** Nobody needs to know any more; `how` says why. */
  async withdraw(fits: (record: PromptRecord) => boolean, how: Ending = withdrawn): Promise<void> {
    for (const { id, state } of await this.live(fits)) {
      if (state !== 'open') await this.applied([id])
      await this.#ledger.close(id, (record) => this.#ledger.end(record, { state: 'withdrawn' }, how))
    }
  }

  async #isOpen(message: string): Promise<boolean> {
    if (isUnattended(message)) return true
    const account = await this.#parts.queue.account(message)
    return account?.state === 'waiting' || account?.state === 'running'
  }

  async #note(event: string, record: PromptRecord, more: object = {}): Promise<void> {
    // What belongs to no turn is written down by whoever does it.
    if (isAskedByTurn(record)) await this.#parts.audit.append(auditEntry(event, record, more))
  }

  async #carryOut(record: PromptRecord): Promise<void> {
    const doer = this.#doers.get(record.kind)
    if (doer === undefined || record.state !== 'decided' || record.applied) return
    await doer(record)
    // What belongs to a turn is used up when the turn says so, or ends.
    if (record.standing === true) await this.applied([record.id])
  }

  /** Never rejects. */
  async #due(id: string): Promise<void> {
    try {
      await this.#ledger.close(id, (record) =>
        record.expiresAt <= Date.now() ? this.#expire(record) : this.#remind(record),
      )
    } catch (err) {
      this.#parts.log.error({ err, prompt: id }, 'a prompt could not be reminded of or ended; tried again')
      this.#ledger.retry(id, 60_000)
    }
  }

  async #remind(record: PromptRecord): Promise<undefined> {
    const asked = record.later === undefined ? record : await this.#parts.putToOthers(record)
    // What stands in a chat already is not put there again.
    await this.#parts.queue.post([...reminders(record, asked), ...shown(asked)])
    const reminded = { ...asked, reminded: true }
    await this.#parts.shelf.set(reminded)
    this.#ledger.watch(reminded)
  }

  async #expire(record: PromptRecord): Promise<PromptRecord> {
    await this.#note('expired', record)
    // A turn has to be told of it.
    return this.#ledger.end(record, { state: 'expired', applied: !isAskedByTurn(record) }, expired)
  }

  async #show(record: PromptRecord): Promise<void> {
    await this.#parts.queue.post(shown(record))
  }
}
