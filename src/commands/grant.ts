import { may, roles } from '../access.ts'
import { channelKey, roleKey, totalKey } from '../budgets/accounts.ts'
import { dollars } from '../budgets/words.ts'
import { type Desk, type ImmediateCommand, CommandError } from './command.ts'

const texts = {
  onlyAdmins: 'Only admins grant money.',
  form: '/grant takes who, how much, and if you like `month`: `/grant slack:U012 $5`, `/grant here 200000 month`. Who is `<adapter>:<user id>`, `role:<role>`, `here` for this chat or `all`; `$5` are dollars, `200000` tokens.',
  done: (who: string, amount: string, span: string): string =>
    `Granted: ${amount} more for \`${who}\`, ${span === 'day' ? 'today' : 'this month'} (UTC). What was refused can be sent again.`,
}

export const grant: ImmediateCommand = {
  name: 'grant',
  usage: '<who> <amount> [month]',
  summary: 'makes room in a budget for today or this month (admins)',
  arguments: [
    {
      name: 'who',
      type: 'text',
      required: true,
      summary: '`<adapter>:<user id>`, `role:<role>`, `here` or `all`',
    },
    { name: 'amount', type: 'text', required: true, summary: '`$5` in dollars, `200000` in tokens' },
    { name: 'span', type: 'choice', choices: ['month'], summary: 'for the month; otherwise for today' },
  ],
  when: 'now',
  async run(desk) {
    if (!may(desk.person.role, 'grant-money')) throw new CommandError(texts.onlyAdmins)
    const [who = '', amount = '', span, ...more] = desk.args.split(/\s+/)
    const given = amountOf(amount)
    const account = await accountOf(who, desk)
    if (given === undefined || account === undefined || more.length > 0 || (span ?? 'month') !== 'month') {
      throw new CommandError(texts.form)
    }
    const during = span === undefined ? 'day' : 'month'
    await desk.budgets.grant({ account, span: during, ...given, by: desk.person.id })
    const words = given.usd > 0 ? dollars(given.usd) : `${given.tokens} tokens`
    return texts.done(who, words, during)
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
