/** What people are told about money and limits. Pure. */
import type { Account } from './accounts.ts'
import type { Period } from './periods.ts'
import type { Amount, Standing } from './standing.ts'

const whose: Readonly<Record<Account['kind'], string>> = {
  user: 'Your budget',
  role: 'The budget of everybody with your role',
  channel: 'The budget of this chat',
  total: 'The budget of the whole bot',
}

const texts = {
  none: 'No budget and no limit is set for you.',
  usedUp: (standing: Standing): string =>
    `${whose[standing.account.kind]} for ${spanOf(standing.period)} is used up: ${figuresOf(standing)}. It starts anew on ${standing.period.next} at 00:00 UTC. Your message was not sent to Claude. An admin can grant more.`,
  warning: (standing: Standing): string =>
    `${whose[standing.account.kind]} for ${spanOf(standing.period)} comes to its end: ${figuresOf(standing)}, ${percent(standing.share)}. It starts anew on ${standing.period.next} at 00:00 UTC; \`/limits\` shows more.`,
  tooFast: (perMinute: number, waitMs: number): string =>
    `You may begin ${perMinute} turns a minute. Your message was not sent to Claude; send it again in ${Math.ceil(waitMs / 1000)} s.`,
}

export const { usedUp, warning, tooFast } = texts

export interface RateLimits {
  readonly perMinute?: number | undefined
  readonly concurrentTurns?: number | undefined
}

/** The answer to /limits. */
export function limitsTable(
  standings: readonly Standing[],
  { perMinute, concurrentTurns }: RateLimits,
): string {
  const rates = [
    perMinute === undefined ? '' : `Turns that you may begin a minute: ${perMinute}.`,
    concurrentTurns === undefined ? '' : `Turns of yours at a time: ${concurrentTurns}.`,
  ].filter((line) => line !== '')
  const rows = standings.map(
    (standing) =>
      `| ${whose[standing.account.kind]} | ${spanOf(standing.period)} | ${figuresOf(standing)} | ${percent(standing.share)} | ${standing.period.next} |`,
  )
  const table =
    rows.length === 0
      ? []
      : [['| | for | used | | anew on (UTC) |', '|---|---|---|--:|---|', ...rows].join('\n')]
  return [...table, ...rates].join('\n\n') || texts.none
}

export function dollars(amount: number): string {
  return `$${amount.toFixed(amount < 1 ? 4 : 2)}`
}

function figuresOf({ used, limit }: Standing): string {
  return amounts(limit, (kind, most) =>
    kind === 'usd' ? `${dollars(used.usd)} of ${dollars(most)}` : `${used.tokens} of ${most} tokens`,
  )
}

function amounts(limit: Amount, words: (kind: 'usd' | 'tokens', most: number) => string): string {
  const parts = (['usd', 'tokens'] as const).flatMap((kind) => {
    const most = limit[kind]
    return most === undefined ? [] : [words(kind, most)]
  })
  return parts.join(', ')
}

function spanOf({ span }: Period): string {
  return span === 'day' ? 'today' : 'this month'
}

function percent(share: number): string {
  return `${Math.floor(share * 100)} %`
}
