/**
 * Offers: questions to people that no turn waits for, such as to grant more money. One may be shown in several chats;
 * whoever takes it first settles all of them.
 */
import type { Address, Answer, PromptReply } from '../contract.ts'
import type { KnownPerson } from '../people/people.ts'
import { Lanes } from '../store/lanes.ts'
import type { PromptRecord } from '../store/prompt-record.ts'
import type { Words } from '../words/en.ts'
import type { Language } from '../words/languages.ts'
import { wordsFor, wordsIn } from '../words/words.ts'
import { labelOf } from './answer.ts'
import type { Prompts } from './prompts.ts'

type Kind = PromptRecord['kind']
type About = PromptRecord['decides']['input']

/** What is done about one kind of offer. */
export interface OfferKind {
  /** Why this person may not take it, in words for them; undefined: they may. */
  refusal(person: KnownPerson, offer: PromptRecord): Promise<string | undefined>
  /** Does what was chosen. Called again after a crash: what was done for this {@link PromptRecord.id} is not done twice. */
  carryOut(chosen: PromptRecord, by: string): Promise<void>
}

/** What is offered, and where. */
interface Offering {
  readonly kind: Kind
  /** Names all the prompts of this offer; while one of them is open no second is made. */
  readonly group: string
  /** What it is about; `before`: what one that is open is about. Plain JSON. */
  readonly about: (before?: About) => About
  /** `<adapter>:<user id>` of whom it is for. */
  readonly requester: string
  /** In the language of each chat. */
  readonly shown: (words: Words) => Pick<PromptReply, 'title' | 'markdown' | 'choices'>
  readonly chats: readonly {
    readonly conversation: string
    readonly address: Address
    readonly language: Language
  }[]
  /** Milliseconds since 1970: it ends then at the latest. */
  readonly until?: number
}

/** `late` it is settled already; otherwise why this person may not. */
type Taken = { readonly state: 'taken' | 'duplicate' | 'late' } | { readonly state: 'refused'; why: string }

export class Offers {
  readonly #prompts: Prompts
  readonly #kinds = new Map<Kind, OfferKind>()
  /** By group: what is chosen in two chats at once is chosen once. */
  readonly #lanes = new Lanes()

  /** Can buttons be pressed in this adapter's chats, also after a restart? */
  readonly hasButtons: (adapter: string) => boolean

  constructor(prompts: Prompts, hasButtons: (adapter: string) => boolean) {
    this.#prompts = prompts
    this.hasButtons = hasButtons
  }

  /** Before the prompts are started: some of this kind may have been taken and not carried out. */
  add(kind: Kind, offers: OfferKind): void {
    this.#kinds.set(kind, offers)
    this.#prompts.carriedOut(kind, async (chosen) => {
      const { message, decision, by } = chosen
      const [taker = ''] = by
      // Each in the words that it stands there with.
      await this.#prompts.withdraw(isOpenIn(message), (reply) => ({
        label: labelOf(reply, decision ?? { choices: [] }),
        by: taker,
      }))
      await offers.carryOut(chosen, taker)
    })
  }

  has({ kind }: Pick<PromptRecord, 'kind'>): boolean {
    return this.#kinds.has(kind)
  }

  /** One that is open stands as it is; only what it is about may change. */
  make({ group, about, chats, shown, ...rest }: Offering): Promise<void> {
    return this.#lanes.run(group, async () => {
      const open = await this.#prompts.live(isOpenIn(group))
      for (const { id, decides } of open) await this.#prompts.amend(id, about(decides.input))
      if (open.length > 0) return
      const decides = { tool: '', input: about(), question: 0 }
      const asked = { ...rest, decides, second: false, standing: true }
      for (const { conversation, address, language } of chats) {
        const envelope = { id: group, conversation, message: { address } }
        await this.#prompts.ask({ ...asked, envelope, shown: { ...shown(wordsIn(language)), language } })
      }
    })
  }

  /**
   * Something else than a choice settles offers: `done` does what is to be done about one that is open, in all its
   * chats. False: it stands as it is. Called again after a crash.
   */
  async overtake(
    kind: Kind,
    how: (words: Words) => { readonly label: string; readonly by: string },
    done: (offer: PromptRecord) => Promise<boolean>,
  ): Promise<void> {
    const open = await this.#prompts.live(
      (record) => record.kind === kind && isOpenIn(record.message)(record),
    )
    for (const group of new Set(open.map(({ message }) => message))) {
      await this.#lanes.run(group, async () => {
        const [offer] = await this.#prompts.live(isOpenIn(group))
        if (offer === undefined || !(await done(offer))) return
        await this.#prompts.withdraw(isOpenIn(group), (reply) => how(wordsFor(reply)))
      })
    }
  }

  take(person: KnownPerson, { id, message }: PromptRecord, answer: Answer): Promise<Taken> {
    return this.#lanes.run(message, async () => {
      const offer = await this.#prompts.find(id)
      if (offer?.decision?.answer === answer.id) {
        await this.#prompts.finish(id)
        return { state: 'duplicate' }
      }
      if (offer?.state !== 'open') return { state: 'late' }
      const why = await this.#kinds.get(offer.kind)?.refusal(person, offer)
      if (why !== undefined) return { state: 'refused', why }
      return { state: (await this.#prompts.answer(offer, answer, person.id)) ? 'taken' : 'late' }
    })
  }
}

function isOpenIn(group: string): (record: PromptRecord) => boolean {
  return ({ state, message, standing }) => standing === true && state === 'open' && message === group
}
