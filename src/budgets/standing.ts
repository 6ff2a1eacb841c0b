/** How an account stands: what it used of what it may. Pure. */
import type { BudgetRecord, UsageRecord } from '../store/records.ts'
import type { Account, Payer } from './accounts.ts'
import { type Period, type Span, spans } from './periods.ts'

/** Absent: no bound. */
export interface Amount {
  readonly usd?: number | undefined
  readonly tokens?: number | undefined
}

export type Allowance = { readonly [S in Span]?: Amount | undefined }

/** The `budgets` block of the config. */
export interface BudgetRules {
  readonly user?: Allowance | undefined
  readonly role: Readonly<Record<string, Allowance | undefined>>
  readonly channel?: Allowance | undefined
  readonly total?: Allowance | undefined
}

/** One budget of the config. */
export interface Configured {
  /** As /grant names it. */
  readonly who: string
  readonly span: Span
  readonly amount: Amount
}

/** What one turn, or many, came to. */
interface Spent {
  readonly usd: number
  readonly tokens: number
}

export interface Standing {
  readonly account: Account
  readonly period: Period
  readonly used: Spent
  /** With what was granted. */
  readonly limit: Amount
  /** As configured. */
  readonly configured: Amount
  /** 1: used up. */
  readonly share: number
}

/** What admins have been told of a message that was refused. */
export type Appealed = 'asked' | 'declined' | 'nobody'

/** From here on people are told that a budget comes to its end. */
export const warnAt = 0.8

export interface Bound {
  readonly account: Account
  readonly span: Span
  readonly amount: Amount
}

/** The budgets that bind a payer. */
export function boundsOf(rules: BudgetRules, payer: Payer, accounts: readonly Account[]): readonly Bound[] {
  return accounts.flatMap((account) => {
    const allowance = account.kind === 'role' ? rules.role[payer.role] : rules[account.kind]
    return spans.flatMap((span) => {
      const amount = allowance?.[span]
      return amount === undefined ? [] : [{ account, span, amount }]
    })
  })
}

export function standingOf(
  { account, amount }: Bound,
  period: Period,
  days: readonly UsageRecord[],
  record: BudgetRecord | undefined,
): Standing {
  const used = spentIn(days)
  const grants = record?.grants ?? []
  const plus = (configured: number | undefined, kind: 'usd' | 'tokens'): number | undefined =>
    configured === undefined ? undefined : grants.reduce((sum, grant) => sum + grant[kind], configured)
  const limit = { usd: plus(amount.usd, 'usd'), tokens: plus(amount.tokens, 'tokens') }
  const shares = [used.usd / (limit.usd ?? Infinity), used.tokens / (limit.tokens ?? Infinity)]
  return { account, period, used, limit, configured: amount, share: Math.max(...shares) }
}

/** Tokens of all kinds, as the API bills them. */
function spentIn(days: readonly UsageRecord[]): Spent {
  let usd = 0
  let tokens = 0
  for (const day of days) {
    usd += day.costUsd
    tokens += day.inputTokens + day.outputTokens + day.cacheReadTokens + day.cacheWriteTokens
  }
  return { usd, tokens }
}

/** When nothing at all is known about what turns cost. */
const firstGuess = { costUsd: 0.05, inputTokens: 10_000 }

/** What a turn that died may have cost: as much as the others did on average. */
export function estimateOf(days: readonly UsageRecord[]): UsageRecord {
  const mean = (pick: (day: UsageRecord) => number): number =>
    days.reduce((sum, day) => sum + pick(day), 0) / turns
  const turns = days.reduce((sum, day) => sum + day.turns, 0)
  const none = { turns: 1, failed: 1, estimated: 1, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 }
  if (turns === 0) return { ...none, ...firstGuess, durationMs: 0 }
  return {
    ...none,
    costUsd: mean(({ costUsd }) => costUsd),
    inputTokens: Math.round(mean(({ inputTokens }) => inputTokens)),
    outputTokens: Math.round(mean(({ outputTokens }) => outputTokens)),
    cacheReadTokens: Math.round(mean(({ cacheReadTokens }) => cacheReadTokens)),
    cacheWriteTokens: Math.round(mean(({ cacheWriteTokens }) => cacheWriteTokens)),
    durationMs: 0,
  }
}
