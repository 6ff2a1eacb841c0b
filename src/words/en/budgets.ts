/** Money and limits: what is used up or nearly, who may grant more, what was granted. */
import type { Amount, Appealed, Standing } from '../../budgets/standing.ts'
import { format } from './format.ts'

const { dollars, sum, number, percent, day } = format

const whose = {
  user: 'Your budget',
  role: 'The budget of everybody with your role',
  channel: 'The budget of this chat',
  total: 'The budget of the whole bot',
}
const theirs = {
  user: 'Their own budget',
  role: 'The budget of everybody with their role',
  channel: 'The budget of their chat',
  total: 'The budget of the whole bot',
}
const spans = { day: 'today', month: 'this month' }
const appealed: Readonly<Record<Appealed, string>> = {
  asked: ' Admins were asked for more; you hear of it here.',
  declined: ' Admins were asked for more and declined.',
  nobody: '',
}

function figures({ used, limit: { usd, tokens } }: Standing): string {
  const money = usd === undefined ? [] : [`${dollars(used.usd)} of ${dollars(usd)}`]
  const counted = tokens === undefined ? [] : [`${number(used.tokens)} of ${number(tokens)} tokens`]
  return [...money, ...counted].join(', ')
}

function granted(
  by: string,
  { account, period, configured }: Standing,
  { usd = 0, tokens = 0 }: Amount,
): string {
  const money = configured.usd === undefined ? [] : [dollars(usd)]
  const counted = configured.tokens === undefined ? [] : [`${number(tokens)} tokens`]
  return `${by} granted ${format.list([...money, ...counted])} more for ${spans[period.span]} (${whose[account.kind].toLowerCase()}).`
}

/** What a choice gives. */
function sumIn({ configured }: Standing, { usd = 0, tokens = 0 }: Amount): string {
  const money = configured.usd === undefined ? [] : [sum(usd)]
  const counted = configured.tokens === undefined ? [] : [`${number(tokens)} tokens`]
  return format.list([...money, ...counted])
}

export const budgets = {
  none: 'No budget and no limit is set for you.',
  usedUp: (standing: Standing, told: Appealed, grant: string) =>
    `${whose[standing.account.kind]} for ${spans[standing.period.span]} is used up: ${figures(standing)}. It starts anew on ${day(standing.period.next)} at 00:00 UTC. Your message was not sent to Claude.${appealed[told]} An admin can grant more: \`${grant}\`.`,
  cutShort: (standing: Standing) =>
    `${whose[standing.account.kind]} for ${spans[standing.period.span]} is used up: ${figures(standing)}. Claude stopped here. It starts anew on ${day(standing.period.next)} at 00:00 UTC.`,
  endedOwn: (standing: Standing) =>
    `*${whose[standing.account.kind]} for ${spans[standing.period.span]} is used up: ${figures(standing)}. What Claude was doing by itself for you was ended.*`,
  warning: (standing: Standing) =>
    `${whose[standing.account.kind]} for ${spans[standing.period.span]} ${standing.share < 1 ? 'comes to its end' : 'is used up now'}: ${figures(standing)}, ${percent(standing.share)}. It starts anew on ${day(standing.period.next)} at 00:00 UTC${standing.share < 1 ? '' : '; until then what you write is not sent to Claude, unless an admin grants more'}. \`/limits\` shows more.`,
  tooFast: (perMinute: number, waitMs: number) =>
    `You may begin ${perMinute === 1 ? '1 turn' : `${perMinute} turns`} a minute. Your message was not sent to Claude; send it again in ${Math.ceil(waitMs / 1000)} s.`,
  perMinute: (turns: number) => `Turns that you may begin a minute: ${turns}.`,
  atATime: (turns: number) => `Turns of yours at a time: ${turns}.`,
  columns: { span: 'for', used: 'used', next: 'anew on (UTC)' },
  row: (standing: Standing) => [
    whose[standing.account.kind],
    spans[standing.period.span],
    figures(standing),
    percent(standing.share),
    day(standing.period.next),
  ],
  appeal: (person: string) => `More money for ${person}?`,
  refused: (person: string, over: readonly Standing[]) =>
    `A message of \`${person}\` was refused:\n\n${over
      .map(
        (each) =>
          `- ${theirs[each.account.kind]} for ${spans[each.period.span]} is used up: ${figures(each)}.`,
      )
      .join('\n')}`,
  gives: (all: readonly { readonly standing: Standing; readonly given: Amount }[]) =>
    all.map(({ standing, given }) => `+ ${sumIn(standing, given)} ${spans[standing.period.span]}`).join(', '),
  byGrant: 'Granted by /grant',
  decline: 'Decline',
  byCommand: (lines: readonly string[]) => `To grant more: ${lines.map((line) => `\`${line}\``).join(', ')}.`,
  declined: (by: string) => `${by} declined to grant more.`,
  granted: (by: string, all: readonly { readonly standing: Standing; readonly given: Amount }[]) =>
    all.length === 0
      ? `${by} granted more; the budget has started anew meanwhile.`
      : all.map(({ standing, given }) => granted(by, standing, given)).join(' '),
  sendAgain: 'Your message can be sent again.',
}
