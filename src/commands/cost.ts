import { dayOf } from '../budgets/periods.ts'
import { dollars } from '../budgets/words.ts'
import type { UsageRecord } from '../store/records.ts'
import type { ImmediateCommand } from './command.ts'

const dayMs = 24 * 60 * 60 * 1000

export const cost: ImmediateCommand = {
  name: 'cost',
  usage: '',
  summary: 'shows what you used: this session, today, the last 30 days',
  when: 'now',
  async run({ store, place, person }) {
    const today = dayOf(Date.now())
    const days = await store.usage.range(person.id, dayOf(Date.now() - 29 * dayMs), today)
    const record = await store.sessions.get(place.conversation)
    const month = sum(days)
    const { turns = 0, costUsd = 0 } = record ?? {}
    return [
      // Tokens are counted by person and day, not by session.
      `This session: ${turns} ${turns === 1 ? 'turn' : 'turns'}, ${dollars(costUsd)}.`,
      '',
      '| | turns | tokens in | tokens out | cost |',
      '|---|--:|--:|--:|--:|',
      row('You, today (UTC)', sum(days.filter(({ day }) => day === today))),
      row('You, 30 days', month),
      ...estimates(month),
    ].join('\n')
  },
}

type Sum = Pick<UsageRecord, 'turns' | 'estimated' | 'costUsd' | 'inputTokens' | 'outputTokens'>

function sum(days: readonly UsageRecord[]): Sum {
  const total = { turns: 0, estimated: 0, costUsd: 0, inputTokens: 0, outputTokens: 0 }
  for (const day of days) {
    total.turns += day.turns
    total.estimated += day.estimated
    total.costUsd += day.costUsd
    total.inputTokens += day.inputTokens + day.cacheReadTokens + day.cacheWriteTokens
    total.outputTokens += day.outputTokens
  }
  return total
}

function row(name: string, { turns, inputTokens, outputTokens, costUsd }: Sum): string {
  return `| ${name} | ${turns} | ${inputTokens} | ${outputTokens} | ${dollars(costUsd)} |`
}

function estimates({ estimated }: Sum): string[] {
  if (estimated === 0) return []
  return ['', `${estimated} of these turns ended before they could say what they cost: that is an estimate.`]
}
