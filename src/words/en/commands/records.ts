/** Commands that show what is written down. */
import type { Configured } from '../../../budgets/standing.ts'
import type { TurnState } from '../../../conversation/doing.ts'
import { format } from '../format.ts'

const states = {
  works: 'a turn is running',
  waits: 'a turn waits for a place',
  decides: 'a turn waits for a decision',
}
const turns = (count: number): string => (count === 1 ? '1 turn' : `${format.number(count)} turns`)

const spans = { day: 'today', month: 'this month' }

function budget({ who, span, amount: { usd, tokens } }: Configured): string {
  const money = usd === undefined ? [] : [format.sum(usd)]
  const counted = tokens === undefined ? [] : [`${format.number(tokens)} tokens`]
  return `- \`${who}\` ${spans[span]}: ${format.list([...money, ...counted])}`
}

export const records = {
  help: {
    usage: '[command]',
    summary: 'shows this, or more about one command',
    arguments: { command: 'its name' },
    text: 'Anything that is no command goes to Claude.',
    claudes: (names: string) => `Claude's own: ${names}. \`/help <command>\` tells more.`,
    unknown: (name: string) => `There is no command \`/${name}\`. \`/help\` lists them.`,
    among: (choices: string) => ` (${choices})`,
    optional: '; may be left out',
  },
  status: {
    usage: '',
    summary: 'shows the session and what is running or waiting',
    none: 'No session yet: your first message starts one.',
    session: (id: string, count: number, at: number) =>
      `Session \`${id}\`, ${turns(count)}, last used ${format.moment(at)}.`,
    settings: (model: string | undefined, mode: string) =>
      `Model: ${model ?? 'the default'}. Permission mode: ${mode}.`,
    here: (state: TurnState, behind: number) =>
      state === 'none'
        ? 'Here: nothing is running or waiting.'
        : `Here: ${states[state]}; ${behind === 1 ? '1 message waits' : `${behind} messages wait`} behind it.`,
    whole: (
      turns: Readonly<Record<Exclude<TurnState, 'none'>, number>>,
      waiting: number,
      undelivered: number,
    ) =>
      `Whole bot: turns running: ${turns.works}, waiting for a place: ${turns.waits}, waiting for a decision: ${turns.decides}; messages waiting: ${waiting}; replies on their way: ${undelivered}.`,
  },
  history: {
    usage: '[number]',
    summary: 'shows the last messages of this conversation (10, at most 100)',
    arguments: { number: '1 to 100' },
    form: (most: number, given: string) =>
      `/history takes a number from 1 to ${most}, e.g. \`/history 20\`, not \`${given}\`.`,
    nothing: 'Nothing was said yet.',
    you: 'you',
  },
  export: {
    usage: '[markdown | json] [all]',
    summary: 'gives you what was said in this session, to keep; `all`: in every session here',
    arguments: { form: 'markdown unless you say so', which: 'every session here' },
    form: (given: string) => `/export takes \`markdown\`, \`json\` and \`all\`, not \`${given}\`.`,
    done: (file: string) => `What was said is in \`${file}\`.`,
  },
  cost: {
    usage: '',
    summary: 'shows what you used: this session, today, the last 30 days',
    session: (count: number, usd: number) => `This session: ${turns(count)}, ${format.dollars(usd)}.`,
    columns: { turns: 'turns', input: 'tokens in', output: 'tokens out', cost: 'cost' },
    today: 'You, today (UTC)',
    month: 'You, 30 days',
    estimated: (count: number) =>
      `${count} of these turns ended before ${count === 1 ? 'it' : 'they'} could say what ${count === 1 ? 'it' : 'they'} cost: that is an estimate.`,
  },
  limits: { usage: '', summary: 'shows your budgets and limits, and what is left of them' },
  grant: {
    usage: '<who> <amount> [month]',
    summary: 'makes room in a budget for today or this month (admins)',
    arguments: {
      who: '`<adapter>:<user id>`, `role:<role>`, `here` or `all`',
      amount: '`$5` in dollars, `200000` in tokens',
      span: 'for the month; otherwise for today',
    },
    onlyAdmins: 'Only admins grant money.',
    form: '/grant takes who, how much, and if you like `month`: `/grant slack:U012 $5`, `/grant here 200000 month`. Who is `<adapter>:<user id>`, `role:<role>`, `here` for this chat or `all`; `$5` are dollars, `200000` tokens.',
    noBudget: (
      who: string,
      { usd }: { readonly usd: number },
      span: 'day' | 'month',
      all: readonly Configured[],
    ) =>
      `There is no budget in ${usd > 0 ? 'dollars' : 'tokens'} for \`${who}\` ${spans[span]}, so there is nothing to make room in. ${all.length === 0 ? 'No budget is set at all.' : `Set are:\n\n${all.map(budget).join('\n')}`}`,
    done: (who: string, given: { readonly usd: number; readonly tokens: number }, span: 'day' | 'month') =>
      `Granted: ${given.usd > 0 ? format.dollars(given.usd) : `${format.number(given.tokens)} tokens`} more for \`${who}\`, ${spans[span]} (UTC). What was refused can be sent again.`,
  },
}
