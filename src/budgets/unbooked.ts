/**
 * What turns under way have spent and no book has yet, of everybody: many at once must not pass together a budget that
 * each of them would have kept to.
 */
import type { TokenUsage } from '../claude/turn.ts'
import type { UsageRecord } from '../store/records.ts'
import { noUsage, sum } from '../store/usage.ts'
import { type Payer, accountsOf } from './accounts.ts'
import { isFree, tokensAt } from './rates.ts'

interface Tab {
  /** Keys of the accounts that will pay. */
  readonly accounts: readonly string[]
  /** US dollars for a token of input; undefined: nobody knows. */
  readonly rate: number | undefined
}

export class Unbooked {
  /** By what tells how much one process has spent since its last result. */
  readonly #tabs = new Map<() => TokenUsage, Tab>()

  /** From now on what this process spends is this payer's. */
  note(spent: () => TokenUsage, payer: Payer, rate: number | undefined): void {
    // Those of processes that have ended are among these.
    for (const known of this.#tabs.keys()) if (isFree(known())) this.#tabs.delete(known)
    this.#tabs.set(spent, { accounts: accountsOf(payer).map(({ key }) => key), rate })
  }

  /** Of this account, now. */
  of(account: string): UsageRecord {
    return [...this.#tabs]
      .filter(([, { accounts }]) => accounts.includes(account))
      .map(([spent, { rate }]) => tokensAt(rate, spent()))
      .reduce(sum, noUsage)
  }
}
