/** What people are told about money and limits, as far as it is the same in every language. Pure. */
import type { Words } from '../words/en.ts'
import type { Payer } from './accounts.ts'
import type { Standing } from './standing.ts'

export interface RateLimits {
  readonly perMinute?: number | undefined
  readonly concurrentTurns?: number | undefined
}

/** The answer to /limits. */
export function limitsTable(
  standings: readonly Standing[],
  { perMinute, concurrentTurns }: RateLimits,
  { budgets: texts }: Words,
): string {
  const rates = [
    ...(perMinute === undefined ? [] : [texts.perMinute(perMinute)]),
    ...(concurrentTurns === undefined ? [] : [texts.atATime(concurrentTurns)]),
  ]
  const { span, used, next } = texts.columns
  const head = [`| | ${span} | ${used} | | ${next} |`, '|---|---|---|--:|---|']
  const rows = standings.map((standing) => `| ${texts.row(standing).join(' | ')} |`)
  const table = rows.length === 0 ? [] : [[...head, ...rows].join('\n')]
  return [...table, ...rates].join('\n\n') || texts.none
}

/** The command that gives as much again as is configured. */
export function grantLine({ account, period, configured }: Standing, { person, role }: Payer): string {
  const target = { user: person, role: `role:${role}`, channel: 'here', total: 'all' }[account.kind]
  const amount = configured.usd === undefined ? String(configured.tokens) : `$${configured.usd}`
  return `/grant ${target} ${amount}${period.span === 'month' ? ' month' : ''}`
}
