/** What people are told about money and limits. Pure. */
import type { Account, Payer } from './accounts.ts'
import type { Period } from './periods.ts'
import type { Amount, Standing } from './standing.ts'

const whose: Readonly<Record<Account['kind'], string>> = {
  user: 'Your budget',
  role: 'The budget of everybody with your role',
  channel: 'The budget of this chat',
  total: 'The budget of the whole bot',
}

/** What admins have been told about it. */
export type Appealed = 'asked' | 'declined' | 'nobody'

const theirs: Readonly<Record<Account['kind'], string>> = {
  user: 'Their own budget',
  role: 'The budget of everybody with their role',
  channel: 'The budget of their chat',
  total: 'The budget of the whole bot',
}

const texts = {
  none: 'No budget and no limit is set for you.',
  usedUp: (standing: Standing, appealed: Appealed, payer: Payer): string =>
    `${whose[standing.account.kind]} for ${spanOf(standing.period)} is used up: ${figuresOf(standing)}. It starts anew on ${standing.period.next} at 00:00 UTC. Your message was not sent to Claude. ${texts.appealed[appealed]} An admin can grant more: \`${grantLine(standing, payer)}\`.`,
  appealed: {
    asked: 'Admins were asked for more; you hear of it here.',
    declined: 'Admins were asked for more and declined.',
    nobody: '',
  },
  warning: (standing: Standing): string =>
    `${whose[standing.account.kind]} for ${spanOf(standing.period)} comes to its end: ${figuresOf(standing)}, ${percent(standing.share)}. It starts anew on ${standing.period.next} at 00:00 UTC; \`/limits\` shows more.`,
  tooFast: (perMinute: number, waitMs: number): string =>
    `You may begin ${perMinute} turns a minute. Your message was not sent to Claude; send it again in ${Math.ceil(waitMs / 1000)} s.`,
}

export const { usedUp, warning, tooFast } = texts

/** What admins and those who were refused are told. */
export const appealWords = {
  title: (person: string): string => `More money for ${person}?`,
  asks: (person: string, over: readonly Standing[]): string =>
    `A message of \`${person}\` was refused:\n\n${over
      .map(
        (standing) =>
          `- ${theirs[standing.account.kind]} for ${spanOf(standing.period)} is used up: ${figuresOf(standing)}.`,
      )
      .join('\n')}`,
  half: '50 % more',
  whole: '100 % more',
  no: 'Decline',
  byCommand: (lines: string): string => `To grant more: ${lines}.`,
  onlyAdmins: 'Only admins grant money.',
  declined: (by: string): string => `${by} declined to grant more.`,
  granted: (by: string, all: readonly { standing: Standing; given: Amount }[]): string =>
    all.length === 0
      ? `${by} granted more; the budget has started anew meanwhile.`
      : all.map(({ standing, given }) => grantedLine(by, standing, given)).join(' '),
  sendAgain: 'Your message can be sent again.',
}

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

function dollars(amount: number): string {
  return `$${amount.toFixed(amount < 1 ? 4 : 2)}`
}

/** As much again as is configured. */
export function grantLine({ account, period, configured }: Standing, { person, role }: Payer): string {
  const target = { user: person, role: `role:${role}`, channel: 'here', total: 'all' }[account.kind]
  const amount = configured.usd === undefined ? String(configured.tokens) : `$${configured.usd}`
  return `/grant ${target} ${amount}${period.span === 'month' ? ' month' : ''}`
}

function grantedLine(
  by: string,
  { account, period, configured }: Standing,
  { usd = 0, tokens = 0 }: Amount,
): string {
  const inMoney = configured.usd === undefined ? [] : [dollars(usd)]
  const inTokens = configured.tokens === undefined ? [] : [`${tokens} tokens`]
  return `${by} granted ${[...inMoney, ...inTokens].join(' and ')} more for ${spanOf(period)} (${whose[account.kind].toLowerCase()}).`
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
