/** Money and limits: asked before a turn, told after it. All that decides is on disk. */
import type { TokenUsage, TurnResult } from '../claude/turn.ts'
import type { Message } from '../contract.ts'
import type { Audit } from '../audit/audit.ts'
import type { Envelope, Queue } from '../queue/port.ts'
import type { ChargeRecord, UsageRecord } from '../store/records.ts'
import { Lanes } from '../store/lanes.ts'
import type { Store } from '../store/store.ts'
import { noUsage } from '../store/usage.ts'
import { type Payer, accountsOf, chargeOf } from './accounts.ts'
import { type Span, periodOf } from './periods.ts'
import { Prices } from './prices.ts'
import { Unbooked } from './unbooked.ts'
import { type Appealed, type BudgetRules, type Standing, boundsOf, standingOf, warnAt } from './standing.ts'
import { wordsIn } from '../words/words.ts'
import { type RateLimits, grantLine } from './words.ts'
import { notice } from '../queue/notice.ts'

export interface BudgetParts {
  readonly store: Pick<Store, 'usage' | 'budgets'>
  readonly queue: Pick<Queue, 'post'>
  readonly audit: Pick<Audit, 'append'>
  readonly rules: () => BudgetRules
  readonly limits: () => RateLimits
  readonly payerOf: (message: Pick<Message, 'address' | 'from'>) => Promise<Payer>
  /** Asks admins for more: a message was refused because of these. */
  readonly appeal: (message: Message, payer: Payer, over: readonly Standing[]) => Promise<Appealed>
  /** There is more room than when admins were asked: nobody need choose where it is enough. */
  readonly overtake: (given: Grant) => Promise<void>
  /** Told of each turn whose figures are in the books. */
  readonly booked?: (message: Message, result: TurnResult) => void
  readonly now?: () => number
}

/** Room that somebody makes in a budget. */
export interface Grant {
  /** Key of the account. */
  readonly account: string
  readonly span: Span
  readonly usd: number
  readonly tokens: number
  /** `<adapter>:<user id>`. */
  readonly by: string
  /** Given twice it counts once; absent: it always counts. */
  readonly id?: string
}

/** After these nobody knows what a turn came to, if the CLI names no figures. */
const unpriced = new Set(['died', 'silent', 'timeout', 'interrupted'])

interface Admitted {
  /** The disk knows of it: Claude may be asked meanwhile, but nothing may end before. Rejects when the disk fails. */
  readonly begun: Promise<void>
}

interface Refused {
  /** Why not, for its sender. */
  readonly refusal: string
}

export class Budgets {
  readonly #parts: BudgetParts
  readonly #now: () => number
  /** By account: what stands there of warnings and grants is read, changed and written. */
  readonly #lanes = new Lanes()
  /** By person: a turn is judged, and its beginning written. */
  readonly #beginnings = new Lanes()
  readonly #unbooked = new Unbooked()
  readonly #prices: Prices

  constructor(parts: BudgetParts) {
    this.#parts = parts
    this.#now = parts.now ?? Date.now
    this.#prices = new Prices(parts.store.usage, this.#now)
  }

  /** Books the turns that died with the process before. Call it before any turn begins. */
  async settleDead(): Promise<void> {
    for (const charge of await this.#parts.store.usage.open()) await this.#bookDead(charge)
  }

  /** May the turn begin? It has to be booked then. */
  async admit(envelope: Envelope): Promise<Admitted | Refused> {
    const payer = await this.#parts.payerOf(envelope.message)
    const { promise, resolve, reject } = Promise.withResolvers<Admitted | Refused>()
    // The next one's look must find this one in the books; whoever asks need not wait for that.
    const known = this.#beginnings.run(payer.person, async () => {
      const judged = await this.#judge(envelope, payer)
      resolve(judged)
      if ('begun' in judged) await judged.begun
    })
    known.catch(reject)
    return promise
  }

  async #judge({ id, message, attempt }: Envelope, payer: Payer): Promise<Admitted | Refused> {
    const { store, limits } = this.#parts
    const { person, language } = payer
    const { budgets: texts } = wordsIn(language)
    const at = this.#now()
    // Most are here for the first time: nothing can have died of them.
    const dead = attempt > 1 ? (await store.usage.open()).find((charge) => charge.id === id) : undefined
    if (dead !== undefined) await this.#bookDead(dead)
    const over = (await this.standings(payer)).filter(({ share }) => share >= 1)
    const [first] = over
    if (first !== undefined) {
      const appealed = await this.#parts.appeal(message, payer, over)
      return { refusal: texts.usedUp(first, appealed, grantLine(first, payer)) }
    }
    const { perMinute } = limits()
    const begun = perMinute === undefined ? [] : await store.usage.begun(person, at)
    // An attempt that died counts no second time: its sender did nothing.
    const oldest = perMinute === undefined || dead !== undefined ? undefined : begun.at(-perMinute)
    if (perMinute !== undefined && oldest !== undefined)
      return { refusal: texts.tooFast(perMinute, oldest + 60_000 - at) }
    return { begun: store.usage.begin({ id, ...chargeOf(payer), at }) }
  }

  /** The same for a message that is taken into a running turn: it counts, and is paid for with that turn. */
  async admitMore(envelope: Envelope): Promise<string | undefined> {
    const admitted = await this.admit(envelope)
    if ('refusal' in admitted) return admitted.refusal
    await admitted.begun
    const { id, message } = envelope
    const { person } = await this.#parts.payerOf(message)
    await this.#parts.store.usage.book({ person, accounts: [], id }, this.#now(), noUsage)
    return undefined
  }

  /** The first budget that is used up of those that pay for what Claude does by itself for whoever wrote this. */
  async usedUp(message: Message): Promise<Standing | undefined> {
    const standings = await this.standings(await this.#parts.payerOf(message))
    return standings.find(({ share }) => share >= 1)
  }

  /** `charge`: id of the message that was admitted; absent: Claude began this turn by itself. */
  async book(message: Message, result: TurnResult, charge?: string): Promise<void> {
    const { usage } = this.#parts.store
    const payer = await this.#parts.payerOf(message)
    const told = isUnpriced(result) ? await this.#prices.turn(payer.person) : recordOf(result)
    const delta = await this.#prices.withUntold(told, payer.person, result)
    await usage.book(
      { ...chargeOf(payer, result.model), ...(charge === undefined ? {} : { id: charge }) },
      this.#now(),
      delta,
    )
    this.#parts.booked?.(message, result)
    await this.#warn(payer)
  }

  /** Adds what was spent for whoever wrote this, and is no turn's. */
  async bookUnclaimed(message: Message, unclaimed: TokenUsage): Promise<void> {
    const payer = await this.#parts.payerOf(message)
    const delta = await this.#prices.tokens(payer.person, unclaimed)
    await this.#parts.store.usage.book(chargeOf(payer), this.#now(), delta)
    await this.#warn(payer)
  }

  /**
   * Why whoever wrote this may spend no more, in the middle of a turn; undefined: they may. `unbooked`: what the turn's
   * process has spent since its last result, at any time.
   */
  async refusal(message: Message, unbooked: () => TokenUsage): Promise<string | undefined> {
    const { user, role, channel, total } = this.#parts.rules()
    // Asked before each request to the model: most bots have no budgets.
    if ((user ?? channel ?? total) === undefined && Object.keys(role).length === 0) return undefined
    const payer = await this.#parts.payerOf(message)
    this.#unbooked.note(unbooked, payer, await this.#prices.rate(payer.person))
    const standings = await this.standings(payer, (account) => this.#unbooked.of(account))
    const over = standings.find(({ share }) => share >= 1)
    return over && wordsIn(payer.language).budgets.cutShort(over)
  }

  /** All budgets that bind this payer, as they stand; `more`: what an account has to pay besides what is in the books. */
  standings(
    payer: Payer,
    more: (account: string) => UsageRecord = () => noUsage,
  ): Promise<readonly Standing[]> {
    const { usage, budgets } = this.#parts.store
    const bounds = boundsOf(this.#parts.rules(), payer, accountsOf(payer))
    const found = bounds.map(async (bound) => {
      const { key } = bound.account
      const period = periodOf(bound.span, this.#now())
      const days = await usage.range(key, period.from, period.to)
      return standingOf(bound, period, [...days, more(key)], await budgets.get(key, period.key))
    })
    return Promise.all(found)
  }

  /** Makes room in the day or month that runs now; written down with who did it. */
  async grant({ account, span, ...given }: Grant): Promise<void> {
    const at = this.#now()
    const { key } = periodOf(span, at)
    const { store, audit } = this.#parts
    await this.#lanes.run(account, async () => {
      const grants = (await store.budgets.get(account, key))?.grants ?? []
      if (given.id !== undefined && grants.some(({ id }) => id === given.id)) return
      // Before it is so: no money without a line in the log.
      await audit.append({ event: 'granted', account, period: key, ...given })
      // Not warned any more: there is room again.
      await store.budgets.set(account, key, { warned: false, grants: [...grants, { ...given, at }] })
    })
  }

  /** The same by somebody who was not asked, or not here: what was asked is settled with it. */
  async grantByCommand(given: Grant): Promise<void> {
    await this.grant(given)
    await this.#parts.overtake(given)
  }

  /** Once for each account, period and bound, where the turn was that came past the mark. */
  async #warn(payer: Payer): Promise<void> {
    const { queue, store } = this.#parts
    for (const standing of await this.standings(payer)) {
      if (standing.share < warnAt) continue
      const { account, period } = standing
      await this.#lanes.run(account.key, async () => {
        const record = await store.budgets.get(account.key, period.key)
        if (record?.warned === true) return
        const grants = record?.grants ?? []
        const key = `budget/${account.key}/${period.key}/warned/${grants.length}`
        const { address, person } = payer
        const warning = wordsIn(payer.language).budgets.warning(standing)
        // The outbox takes a key once, so that a crash between these two warns nobody twice.
        await queue.post([notice({ key, conversation: `notice/${person}`, address }, warning)])
        await store.budgets.set(account.key, period.key, { grants, warned: true })
      })
    }
  }

  async #bookDead(charge: ChargeRecord): Promise<void> {
    const delta = await this.#prices.turn(charge.person)
    await this.#parts.store.usage.book(charge, charge.at, delta)
  }
}

/** No session: the turn never reached Claude and costs nothing. */
function isUnpriced({ fault, costUsd, usage, sessionId, untold }: TurnResult): boolean {
  if (untold !== undefined) return false
  const counted = costUsd + usage.input + usage.output + usage.cacheRead + usage.cacheWrite
  return fault !== undefined && unpriced.has(fault.code) && counted === 0 && sessionId !== ''
}

function recordOf({ fault, costUsd, usage, durationMs }: TurnResult): UsageRecord {
  return {
    turns: 1,
    failed: fault === undefined ? 0 : 1,
    estimated: 0,
    costUsd,
    inputTokens: usage.input,
    outputTokens: usage.output,
    cacheReadTokens: usage.cacheRead,
    cacheWriteTokens: usage.cacheWrite,
    durationMs,
  }
}
