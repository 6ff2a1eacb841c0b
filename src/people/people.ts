/** Who somebody is, whichever platform they write from, and what they may do. */
import {
  type AccessRules,
  type Right,
  type Role,
  atLeast,
  deniesGroups,
  isDenied,
  may,
  roleOf,
} from '../access.ts'
import type { Address, Inbound, Person } from '../contract.ts'
import type { MidTurn } from '../conversation/burst.ts'
import { attached, personId } from '../conversation/place.ts'
import type { IdRecord, PersonRecord } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import { type Language, languageOf } from '../words/languages.ts'
import { groupsIn, isRegrouped, isUntold, type Told } from './groups.ts'

/** Somebody, as the bot knows them now. */
export interface KnownPerson {
  /** The person's first id: names the conversation, the home, the usage. */
  readonly id: string
  /** All of them, the first one first. */
  readonly ids: readonly string[]
  /** What else access lists may name them by, as `<adapter>:<group>`. */
  readonly groups: readonly string[]
  /** Undefined: a stranger, or barred. */
  readonly role: Role | undefined
  /** By `access.deny`: nothing lets them in. */
  readonly denied: boolean
  /** In which the bot speaks to them: chosen, else the platform's, else the configured one. */
  readonly language: Language
  /** What they chose to become of what they write while Claude works; absent: as configured. */
  readonly midTurn?: MidTurn
}

/** Where somebody can be told something that nobody else reads. */
export interface Confidant {
  readonly id: string
  readonly direct: Address
  readonly language: Language
}

export interface PeopleParts {
  readonly store: Pick<Store, 'people'>
  readonly rules: () => AccessRules
  /** Of whoever has not chosen one, and whose platform tells none. */
  readonly language: () => Language
  /** An adapter whose user started the process, see {@link Adapter.local}. */
  readonly isLocal: (adapter: string) => boolean
  /** What the adapter itself makes of `<adapter>:<user id>`, see {@link Adapter.vouches}; absent: nothing. */
  readonly vouched?: (id: string) => Role | undefined
}

export class People {
  readonly #parts: PeopleParts
  /** Records are read, changed and written: one change at a time. */
  #changing: Promise<unknown> = Promise.resolve()
  /** What is to be remembered of ids, and the change that will. */
  #news: IdRecord[] = []
  #telling: Promise<void> | undefined

  constructor(parts: PeopleParts) {
    this.#parts = parts
  }

  /** Whoever sent something. At a local adapter no list is asked. */
  async of(address: Address, from: Person): Promise<KnownPerson> {
    const id = personId(address, from)
    const person = this.#known(await this.#record(id), from.locale, { ...from, id })
    if (!this.#parts.isLocal(address.adapter)) return person
    return { ...person, role: atLeast(person.role, 'member') }
  }

  /** `granted`: what this very id was given when it was paired. `locale`: where the platform told one of late. */
  async byId(id: string, locale?: string): Promise<KnownPerson & { readonly granted: Role | undefined }> {
    const record = await this.#record(id)
    const granted = record.ids.find((known) => known.id === id)?.role
    return { ...this.#known(record, locale), granted }
  }

  /** Is this id, or one that is linked with it, denied? */
  async isDenied(id: string): Promise<boolean> {
    return this.#known(await this.#record(id)).denied
  }

  /**
   * What the platform says now of the groups of somebody who is known. Also of whoever may not talk: what they wrote while
   * they still might is judged by it.
   */
  async regroup({ address, from }: Pick<Inbound, 'address' | 'from'>): Promise<void> {
    const { groups } = from
    const id = personId(address, from)
    if (groups === undefined || address.adapter === attached) return
    const known = (await this.#parts.store.people.get(id))?.ids.find((each) => each.id === id)
    if (known === undefined || !isRegrouped(known, groups)) return
    await this.#change(() => this.#describe(id, { groups: [...groups], groupsAt: Date.now() }))
  }

  /** Remembers what somebody is called, which language they use, and where they can be told something. */
  async seen({ address, from, direct }: Inbound): Promise<void> {
    // A terminal that speaks for somebody is no place to find them again.
    if (address.adapter === attached) return
    const id = personId(address, from)
    const name = from.name === undefined ? {} : { name: from.name }
    const locale = from.locale === undefined ? {} : { locale: from.locale }
    const groups = from.groups === undefined ? {} : { groups: [...from.groups], groupsAt: Date.now() }
    const news = { id, ...name, ...locale, ...groups, ...(direct ? { direct: address } : {}) }
    const { ids } = await this.#record(id)
    if (!isNews(ids, news)) return
    this.#news.push(news)
    // What is new of many at once is written at once: a crowd that comes in must not stand in a row.
    await (this.#telling ??= this.#change(() => this.#tellNews()))
  }

  /** Gives an id a role; undefined takes it away. */
  async grant(id: string, role: Role | undefined): Promise<void> {
    await this.#change(() =>
      this.#describe(id, role === undefined ? {} : { role, pairedAt: Date.now() }, true),
    )
  }

  /** The language in which the bot is to speak to this person, on all platforms. */
  async speak(id: string, language: Language): Promise<void> {
    await this.#change(async () => {
      await this.#parts.store.people.set({ ...(await this.#record(id)), language })
    })
  }

  /** What is to become of what this person writes while Claude works; undefined: as configured. */
  async prefer(id: string, midTurn: MidTurn | undefined): Promise<void> {
    await this.#change(async () => {
      const { midTurn: _before, ...record } = await this.#record(id)
      await this.#parts.store.people.set(midTurn === undefined ? record : { ...record, midTurn })
    })
  }

  /** Makes the ids of `joined` ids of `person`. */
  async join(person: string, joined: string): Promise<void> {
    await this.#change(async () => {
      const [first, second] = [await this.#record(person), await this.#record(joined)]
      if (first.person === second.person) return
      await this.#parts.store.people.set({ ...second, ...first, ids: [...first.ids, ...second.ids] })
    })
  }

  /** Makes an id a person of its own, and returns all that it was one of. */
  part(id: string): Promise<readonly IdRecord[]> {
    return this.#change(async () => {
      const { person, ids, ...chosen } = await this.#record(id)
      const others = ids.filter((known) => known.id !== id)
      // Whoever keeps the first id keeps what is named after it.
      const rest = person === id ? others[0]?.id : person
      const left = rest === undefined ? [] : [{ ...chosen, person: rest, ids: others }]
      const own = ids.filter((known) => known.id === id)
      await this.#parts.store.people.set({ ...chosen, person: id, ids: own }, ...left)
      return ids
    })
  }

  /** Everybody who ever talked, in no order. */
  async all(): Promise<readonly KnownPerson[]> {
    const found: KnownPerson[] = []
    for await (const record of this.#parts.store.people.all()) found.push(this.#known(record))
    return found
  }

  /** Everybody who has this right and has written to the bot directly, through an adapter that fits. */
  async confidants(
    right: Right,
    fits: (adapter: string) => boolean = () => true,
  ): Promise<readonly Confidant[]> {
    const found: Confidant[] = []
    for await (const record of this.#parts.store.people.all()) {
      const { role, language } = this.#known(record)
      if (!may(role, right)) continue
      const [first] = record.ids.flatMap(({ id, direct }) =>
        direct === undefined || !fits(direct.adapter) ? [] : [{ id, direct, language }],
      )
      if (first !== undefined) found.push(first)
    }
    return found
  }

  /** The owner of a home, where they can be told something; undefined: it is a chat's, or they never wrote directly. */
  async ownerOf(home: string): Promise<Confidant | undefined> {
    const [kind, id] = home.split('/')
    if (kind !== 'user' || id === undefined) return undefined
    const record = await this.#record(decodeURIComponent(id))
    const direct = record.ids.find((known) => known.direct !== undefined)?.direct
    const { id: person, language } = this.#known(record)
    return direct === undefined ? undefined : { id: person, direct, language }
  }

  /** `told`: what an account of theirs was said to be in with the message at hand. */
  #known({ person, ids, language, midTurn }: PersonRecord, locale?: string, told?: Told): KnownPerson {
    const all = ids.map(({ id }) => id)
    const groups = groupsIn(ids, told)
    const names = [...all, ...groups]
    const granted = [...ids.map(({ role }) => role), ...all.map((id) => this.#parts.vouched?.(id))]
    const locales = [locale, ...ids.map((known) => known.locale)].map(languageOf)
    const spoken = language ?? locales.find((each) => each !== undefined) ?? this.#parts.language()
    const rules = this.#parts.rules()
    // Whoever might be denied is: they were perhaps refused before, and nothing is kept of whoever was.
    const doubted = told !== undefined && isUntold(ids, told) && deniesGroups(rules, adapterOf(told.id))
    const denied = doubted || isDenied(rules, names)
    return {
      id: person,
      ids: all,
      groups,
      role: denied ? undefined : roleOf(rules, names, granted),
      denied,
      language: spoken,
      ...(midTurn === undefined ? {} : { midTurn }),
    }
  }

  async #record(id: string): Promise<PersonRecord> {
    return (await this.#parts.store.people.get(id)) ?? { person: id, ids: [{ id }] }
  }

  async #describe(id: string, news: Partial<IdRecord>, anew = false): Promise<void> {
    await this.#parts.store.people.set(described(await this.#record(id), id, news, anew))
  }

  async #tellNews(): Promise<void> {
    const all = this.#news
    this.#news = []
    this.#telling = undefined
    const known = await Promise.all(all.map(({ id }) => this.#record(id)))
    const records = new Map(known.map((record) => [record.person, record]))
    all.forEach((news, n) => {
      const person = known[n]?.person ?? news.id
      const record = records.get(person)
      if (record !== undefined) records.set(person, described(record, news.id, news))
    })
    await this.#parts.store.people.set(...records.values())
  }

  #change<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#changing.then(work, work)
    this.#changing = mine
    return mine
  }
}

function adapterOf(id: string): string {
  return id.slice(0, id.indexOf(':'))
}

/** `anew`: what was granted before no longer holds. */
function described(record: PersonRecord, id: string, news: Partial<IdRecord>, anew = false): PersonRecord {
  const ids = record.ids.map((known) =>
    known.id === id ? { ...(anew ? bare(known) : known), ...news } : known,
  )
  return { ...record, ids }
}

function bare({ role: _role, pairedAt: _pairedAt, ...rest }: IdRecord): IdRecord {
  return rest
}

function isNews(ids: readonly IdRecord[], { id, name, locale, groups, direct }: IdRecord): boolean {
  const known = ids.find((each) => each.id === id)
  if (known === undefined) return true
  if (name !== undefined && name !== known.name) return true
  if (locale !== undefined && locale !== known.locale) return true
  if (groups !== undefined && isRegrouped(known, groups)) return true
  return direct !== undefined && known.direct?.channel !== direct.channel
}
