/**
 * Two bots that answer each other never end, and not every bot says that it is one. Somebody who is answered again
 * and again, and writes again only then, for longer than people do, is no longer answered for a while. What is
 * written while an answer is still due counts nothing: a burst of messages is no loop.
 */
import { randomUUID } from 'node:crypto'
import type { AccessRules } from '../access.ts'
import type { Config } from '../config.ts'
import type { Adapter, Log, Message } from '../contract.ts'
import { personId } from '../conversation/place.ts'
import type { Outgoing } from '../queue/port.ts'
import { Lanes } from '../store/lanes.ts'
import type { Store } from '../store/store.ts'
import type { Language } from '../words/languages.ts'
import { wordsIn } from '../words/words.ts'
import { calledBy } from './codes.ts'
import type { People } from './people.ts'

type Rules = Config['access']['loopGuard']

export interface LoopGuardParts {
  readonly store: Pick<Store, 'exchanges'>
  readonly rules: () => AccessRules & { readonly loopGuard: Rules }
  readonly people: Pick<People, 'confidants' | 'of'>
  readonly post: (replies: readonly Outgoing[]) => Promise<unknown>
  readonly log: Log
}

export class LoopGuard {
  readonly #parts: LoopGuardParts
  readonly #lanes = new Lanes()

  constructor(parts: LoopGuardParts) {
    this.#parts = parts
  }

  /** True: say nothing. `due`: an answer to this person is still to come. */
  silences({ local }: Pick<Adapter, 'local'>, message: Message, due: boolean): Promise<boolean> {
    const { replies } = this.#parts.rules().loopGuard
    // What is behind a local adapter may well be a program: whoever started it answers for it.
    if (replies === 0 || local === true) return Promise.resolve(false)
    const { adapter, tenant = '', channel } = message.address
    const key = JSON.stringify([adapter, tenant, channel, message.from.id])
    return this.#lanes.run(key, () => this.#count(key, message, due))
  }

  async #count(key: string, message: Message, due: boolean): Promise<boolean> {
    const { store, rules } = this.#parts
    const { replies, within, silence } = rules().loopGuard
    const now = Date.now()
    const { times: before, silentUntil = 0 } = (await store.exchanges.get(key)) ?? { times: [] }
    if (silentUntil > now) return true
    if (due) return false
    const times = [...before.filter((at) => at > now - within), now]
    if (times.length <= replies) {
      await store.exchanges.set(key, { times })
      return false
    }
    await store.exchanges.set(key, { times: [], silentUntil: now + silence })
    await this.#tell(message, silence)
    return true
  }

  async #tell({ address, from }: Message, silence: number): Promise<void> {
    const { people, post, log, rules } = this.#parts
    const id = personId(address, from)
    log.warn(
      { person: id, channel: address.channel },
      'answers go round in a loop; the bot is silent there for a while',
    )
    const { language } = await people.of(address, from)
    const last = notice(id, address, wordsIn(language).people.loop.silent(silence))
    const { replies } = rules().loopGuard
    const who = calledBy({ ...from, id })
    const note = (theirs: Language): string =>
      wordsIn(theirs).people.loop.told(who, address.channel, replies, silence)
    const admins = await people.confidants('manage-people')
    await post([last, ...admins.map((admin) => notice(admin.id, admin.direct, note(admin.language)))])
  }
}

function notice(person: string, address: Outgoing['address'], markdown: string): Outgoing {
  const key = `loop/${randomUUID()}`
  return {
    key,
    conversation: `notice/${person}`,
    address,
    reply: { kind: 'text', key, markdown, tone: 'notice' },
  }
}
