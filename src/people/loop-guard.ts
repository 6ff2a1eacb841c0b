/**
 * Two bots that answer each other never end, and not every bot says that it is one. Somebody who is answered again
 * and again, and writes again each time, for longer than people do, is no longer answered for a while. A message
 * counts when something of theirs was answered since the one before, whatever else is still under way: a burst of
 * messages is no loop. Each edit counts: it is answered with a notice. Commands are not what bots exchange.
 */
import { randomUUID } from 'node:crypto'
import type { AccessRules } from '../access.ts'
import type { Config } from '../config.ts'
import type { Adapter, Edit, Log, Message } from '../contract.ts'
import { personId } from '../conversation/place.ts'
import type { Outgoing, Queue } from '../queue/port.ts'
import { Lanes } from '../store/lanes.ts'
import type { ExchangesRecord } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import type { Language } from '../words/languages.ts'
import { wordsIn } from '../words/words.ts'
import { calledBy } from './codes.ts'
import type { People } from './people.ts'
import { notice } from '../queue/notice.ts'

type Rules = Config['access']['loopGuard']

export interface LoopGuardParts {
  readonly store: Pick<Store, 'exchanges'>
  readonly rules: () => AccessRules & { readonly loopGuard: Rules }
  readonly people: Pick<People, 'confidants' | 'of'>
  readonly queue: Pick<Queue, 'account' | 'post'>
  readonly log: Log
}

/** So many of somebody's messages are followed until they are answered; of more the oldest tell enough. */
const mostDue = 20

export class LoopGuard {
  readonly #parts: LoopGuardParts
  readonly #lanes = new Lanes()

  constructor(parts: LoopGuardParts) {
    this.#parts = parts
  }

  /** True: say nothing. What is not refused then goes to the queue under this id, or is answered on the spot: `undefined`. */
  silences(
    { local, programs }: Pick<Adapter, 'local' | 'programs'>,
    inbound: Message | Edit,
    id: string | undefined,
  ): Promise<boolean> {
    const { replies } = this.#parts.rules().loopGuard
    // What is behind a local adapter may well be a program: whoever started it answers for it.
    if (replies === 0 || local === true || programs === true) return Promise.resolve(false)
    const { adapter, tenant = '', channel } = inbound.address
    const key = JSON.stringify([adapter, tenant, channel, inbound.from.id])
    return this.#lanes.run(key, () => this.#count(key, inbound, id))
  }

  async #count(key: string, inbound: Message | Edit, id: string | undefined): Promise<boolean> {
    const { store, rules } = this.#parts
    const { replies, within, silence } = rules().loopGuard
    const now = Date.now()
    const before: ExchangesRecord = (await store.exchanges.get(key)) ?? { times: [] }
    if ((before.silentUntil ?? 0) > now) return true
    const { due, answered } = await this.#look(before.due ?? [])
    const counts = id === undefined || answered || due.length === 0
    const times = [...before.times.filter((at) => at > now - within), ...(counts ? [now] : [])]
    if (times.length > replies) {
      await store.exchanges.set(key, { times: [], silentUntil: now + silence })
      await this.#tell(inbound, silence)
      return true
    }
    const followed = id === undefined || due.includes(id) || due.length >= mostDue ? due : [...due, id]
    if (counts || followed !== due) await store.exchanges.set(key, { times, due: [...followed] })
    return false
  }

  /** Which of these are still due. They are answered in their order, so that few are looked at. */
  async #look(
    due: readonly string[],
  ): Promise<{ readonly due: readonly string[]; readonly answered: boolean }> {
    let answered = false
    for (const [index, id] of due.entries()) {
      const state = (await this.#parts.queue.account(id))?.state
      if (state === 'waiting' || state === 'running') return { due: due.slice(index), answered }
      // One that is not known was never accepted.
      answered ||= state !== undefined
    }
    return { due: [], answered }
  }

  async #tell({ address, from }: Message | Edit, silence: number): Promise<void> {
    const { people, queue, log, rules } = this.#parts
    const id = personId(address, from)
    log.warn(
      { person: id, channel: address.channel },
      'answers go round in a loop; the bot is silent there for a while',
    )
    const { language } = await people.of(address, from)
    const last = told(id, address, wordsIn(language).people.loop.silent(silence))
    const { replies } = rules().loopGuard
    const who = calledBy({ ...from, id })
    const note = (theirs: Language): string =>
      wordsIn(theirs).people.loop.told(who, address.channel, replies, silence)
    const admins = await people.confidants('manage-people')
    await queue.post([last, ...admins.map((admin) => told(admin.id, admin.direct, note(admin.language)))])
  }
}

function told(person: string, address: Outgoing['address'], markdown: string): Outgoing {
  return notice({ key: `loop/${randomUUID()}`, conversation: `notice/${person}`, address }, markdown)
}
