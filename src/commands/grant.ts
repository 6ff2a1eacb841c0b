import { may, roles } from '../access.ts'
import { channelKey, roleKey, totalKey } from '../budgets/accounts.ts'
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
    const account = await accountOf(who, desk)
    if (given === undefined || account === undefined || more.length > 0 || (span ?? 'month') !== 'month') {
      throw new CommandError(texts.form)
    }
    const during = span === undefined ? 'day' : 'month'
    await desk.budgets.grant({ account, span: during, ...given, by: desk.person.id })
    return texts.done(who, given, during)
  },
}

function amountOf(words: string): { usd: number; tokens: number } | undefined {
  const [, usd, tokens] = /^(?:\$(\d{1,6}(?:\.\d{1,4})?)|(\d{1,12}))$/.exec(words) ?? []
  const amount = { usd: Number(usd ?? 0), tokens: Number(tokens ?? 0) }
  return amount.usd + amount.tokens > 0 ? amount : undefined
}

/** Key of the account; whoever is one person pays as one, whichever of the ids is named. */
async function accountOf(who: string, { message, people }: Desk): Promise<string | undefined> {
  if (who === 'all') return totalKey
  if (who === 'here') return channelKey(message.address)
  const role = roles.find((each) => `role:${each}` === who)
  if (role !== undefined) return roleKey(role)
  return /^[a-z][\w-]*:\S+$/.test(who) ? (await people.byId(who)).id : undefined
}
