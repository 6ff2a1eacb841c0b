/** Codes that people read in one place and type in another. Each is short-lived, used once, and hard to guess. */
import { randomInt } from 'node:crypto'
import type { Address, Message } from '../contract.ts'
import { personId } from '../conversation/place.ts'
import { Lanes } from '../store/lanes.ts'
import type { CodeRecord } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import { quoted } from '../words/quoted.ts'

/** No vowels, so that no code is a word; nothing that is taken for something else. */
const alphabet = 'BCDFGHJKMNPQRSTVWXZ23456789'
const length = 8
const lifetimeMs = { pair: 60 * 60_000, link: 10 * 60_000, confirm: 10 * 60_000 }
/** So many wrong codes within an hour, then nobody's are looked at for the rest of it. */
const mostGuesses = 5
const guessMs = 60 * 60_000
/** Strangers can be many; what they hold is bounded. */
const mostPairing = 200

export type Account = CodeRecord['holder']
type Kind = CodeRecord['kind']

/** `unknown`: never made, used, expired, or not for this. `exhausted`: too many wrong ones from here. */
export type Entered =
  | { readonly state: 'taken'; readonly record: CodeRecord }
  | { readonly state: 'unknown' | 'exhausted' }

export class Codes {
  readonly #store: Store['codes']
  /** One at a time: a hundred guesses sent at once are a hundred guesses. */
  readonly #lanes = new Lanes()

  constructor(store: Pick<Store, 'codes'>) {
    this.#store = store.codes
  }

  /** Makes the one code of this kind that the holder has; the one before no longer works. */
  make(kind: Exclude<Kind, 'pair'>, holder: Account, maker?: Account): Promise<CodeRecord> {
    return this.#alone(async () => {
      const known = await this.#tidied((record) => record.kind === kind && record.holder.id === holder.id)
      await this.#forget(known.map(({ code }) => code))
      return this.#write(kind, holder, maker)
    })
  }

  /** The code of a newcomer: the same one for as long as it works. Undefined: too many others hold one. */
  forNewcomer(holder: Account): Promise<CodeRecord | undefined> {
    return this.#alone(async () => {
      const open = await this.#tidied(({ kind }) => kind === 'pair')
      const own = open.find((record) => record.holder.id === holder.id)
      if (own !== undefined) return own
      return open.length >= mostPairing ? undefined : this.#write('pair', holder)
    })
  }

  /** Takes a code that `by` has typed, if it fits. A wrong one counts against `by`, across restarts. */
  enter(by: string, typed: string, fits: (record: CodeRecord) => boolean): Promise<Entered> {
    return this.#alone(async () => {
      const now = Date.now()
      const guesses = (await this.#store.guesses(by)).filter((at) => at > now - guessMs)
      if (guesses.length >= mostGuesses) return { state: 'exhausted' }
      const code = bare(typed)
      const record = await this.#store.get(code)
      if (record === undefined || record.expiresAt <= now || !fits(record)) {
        await this.#store.setGuesses(by, [...guesses, now])
        return { state: 'unknown' }
      }
      await this.#forget([code])
      return { state: 'taken', record }
    })
  }

  async #write(kind: Kind, holder: Account, maker?: Account): Promise<CodeRecord> {
    const letters = Array.from({ length }, () => alphabet[randomInt(alphabet.length)])
    const expiresAt = Date.now() + lifetimeMs[kind]
    const record = { code: letters.join(''), kind, holder, expiresAt, ...(maker && { maker }) }
    await this.#store.set(record)
    return record
  }

  /** The codes that still work and are wanted; those that do not work any more are let go of. */
  async #tidied(wanted: (record: CodeRecord) => boolean): Promise<CodeRecord[]> {
    const found: CodeRecord[] = []
    const over: string[] = []
    for await (const record of this.#store.all()) {
      if (record.expiresAt <= Date.now()) over.push(record.code)
      else if (wanted(record)) found.push(record)
    }
    await this.#forget(over)
    return found
  }

  async #forget(codes: readonly string[]): Promise<void> {
    if (codes.length > 0) await this.#store.delete(codes)
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    return this.#lanes.run('codes', work)
  }
}

/** Could it be a code, as people type them? One that never was counts as a guess, another text does not. */
export function isCode(typed: string): boolean {
  return bare(typed).length === length
}

function bare(typed: string): string {
  return typed.toUpperCase().replaceAll(/[^A-Z0-9]/g, '')
}

/** Whose code it is, and where it is shown. */
export function accountOf({ address, from }: Pick<Message, 'address' | 'from'>): Account {
  const name = from.name === undefined ? {} : { name: from.name }
  const locale = from.locale === undefined ? {} : { locale: from.locale }
  return { id: personId(address, from), ...name, ...locale, address: storable(address) }
}

/** As people read it: `BCDF-GHJK`. */
export function shown({ code }: CodeRecord): string {
  return `${code.slice(0, length / 2)}-${code.slice(length / 2)}`
}

/** An account as people read it. */
export function calledBy({ id, name }: Pick<Account, 'id' | 'name'>): string {
  return name === undefined ? `\`${id}\`` : `\`${id}\` (\`${quoted(name, 60)}\`)`
}

function storable({ adapter, tenant, channel, thread }: Address): Account['address'] {
  return {
    adapter,
    channel,
    ...(tenant !== undefined && { tenant }),
    ...(thread !== undefined && { thread }),
  }
}
