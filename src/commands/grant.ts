import { may, roles } from '../access.ts'
import { channelKey, roleKey, totalKey } from '../budgets/accounts.ts'
import { spans } from '../budgets/periods.ts'
import type { Allowance, BudgetRules, Configured } from '../budgets/standing.ts'
import { messageId } from '../conversation/place.ts'
import { type Desk, type ImmediateCommand, CommandError } from './command.ts'
import { worded } from './worded.ts'

export const grant: ImmediateCommand = {
  ...worded('grant', [
    { name: 'who', type: 'text', required: true },
    { name: 'amount', type: 'text', required: true },
    { name: 'span', type: 'choice', choices: ['month'] },
  ]),
  when: 'now',
  async run(desk) {
    const { grant: texts } = desk.words.commands
    if (!may(desk.person.role, 'grant-money')) throw new CommandError(texts.onlyAdmins)
    const [who = '', amount = '', span, ...more] = desk.args.split(/\s+/)
    const given = amountOf(amount)
    const target = await targetOf(who, desk)
    if (given === undefined || target === undefined || more.length > 0 || (span ?? 'month') !== 'month') {
      throw new CommandError(texts.form)
    }
    const during = span === undefined ? 'day' : 'month'
    const { account, allowance } = target
    const bound = allowance?.[during]
    if ((given.usd > 0 ? bound?.usd : bound?.tokens) === undefined)
      throw new CommandError(texts.noBudget(who, given, during, configured(desk.config.budgets)))
    const grant = {
      account,
      span: during,
      ...given,
      by: desk.person.id,
      id: messageId(desk.message),
    } as const
    await desk.budgets.grantByCommand(grant)
    return texts.done(who, given, during)
  },
}

function amountOf(words: string): { usd: number; tokens: number } | undefined {
  const [, usd, tokens] = /^(?:\$(\d{1,6}(?:\.\d{1,4})?)|(\d{1,12}))$/.exec(words) ?? []
  const amount = { usd: Number(usd ?? 0), tokens: Number(tokens ?? 0) }
  return amount.usd + amount.tokens > 0 ? amount : undefined
}

/** An account and what is configured for it; whoever is one person pays as one, whichever of the ids is named. */
async function targetOf(
  who: string,
  { message, people, config: { budgets } }: Desk,
): Promise<{ readonly account: string; readonly allowance: Allowance | undefined } | undefined> {
  if (who === 'all') return { account: totalKey, allowance: budgets.total }
  if (who === 'here') return { account: channelKey(message.address), allowance: budgets.channel }
  const role = roles.find((each) => `role:${each}` === who)
  if (role !== undefined) return { account: roleKey(role), allowance: budgets.role[role] }
  if (!/^[a-z][\w-]*:\S+$/.test(who)) return undefined
  return { account: (await people.byId(who)).id, allowance: budgets.user }
}

/** What there is to grant more of, as this command names it. */
function configured({ user, role, channel, total }: BudgetRules): readonly Configured[] {
  const all: readonly (readonly [string, Allowance | undefined])[] = [
    ['<adapter>:<user id>', user],
    ...Object.entries(role).map(([name, each]) => [`role:${name}`, each] as const),
    ['here', channel],
    ['all', total],
  ]
  return all.flatMap(([who, allowance]) =>
    spans.flatMap((span) => {
      const amount = allowance?.[span]
      return amount === undefined ? [] : [{ who, span, amount }]
    }),
  )
}
