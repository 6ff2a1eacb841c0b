/** What turns and tokens come to of which nobody told the cost, by what is in the books. */
import type { TokenUsage, TurnResult } from '../claude/turn.ts'
import type { UsageRecord } from '../store/records.ts'
import { type Usage, sum } from '../store/usage.ts'
import { modelKey, totalKey } from './accounts.ts'
import { periodOf } from './periods.ts'
import { rateOf, tokensAt } from './rates.ts'
import { estimateOf } from './standing.ts'

export class Prices {
  readonly #usage: Pick<Usage, 'range'>
  readonly #now: () => number

  constructor(usage: Pick<Usage, 'range'>, now: () => number) {
    this.#usage = usage
    this.#now = now
  }

  /** A turn of which nothing is known: as this person's of the month, else as everybody's. */
  async turn(person: string): Promise<UsageRecord> {
    const own = await this.#month(person)
    return estimateOf(own.length > 0 ? own : await this.#month(totalKey))
  }

  /** With what only the API told of. A turn that told nothing, at a price that nobody knows, is an estimate. */
  async withUntold(
    told: UsageRecord,
    person: string,
    { untold, model, costUsd }: TurnResult,
  ): Promise<UsageRecord> {
    if (untold === undefined) return told
    const rate = await this.rate(person, model)
    const estimated = rate === undefined && costUsd === 0 ? 1 : 0
    return sum({ ...told, estimated }, tokensAt(rate, untold))
  }

  async tokens(person: string, tokens: TokenUsage): Promise<UsageRecord> {
    return tokensAt(await this.rate(person), tokens)
  }

  /** What the model's tokens cost this month, else this person's, else everybody's; see {@link rateOf}. */
  async rate(person: string, model?: string): Promise<number | undefined> {
    for (const account of [...(model === undefined ? [] : [modelKey(model)]), person, totalKey]) {
      const rate = rateOf(await this.#month(account))
      if (rate !== undefined) return rate
    }
    return undefined
  }

  #month(account: string): ReturnType<Usage['range']> {
    const { from, to } = periodOf('month', this.#now())
    return this.#usage.range(account, from, to)
  }
}
