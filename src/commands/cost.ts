import { dayOf } from '../budgets/periods.ts'
import type { UsageRecord } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import type { Words } from '../words/en.ts'
import type { ImmediateCommand } from './command.ts'
import { worded } from './worded.ts'

const dayMs = 24 * 60 * 60 * 1000

export const cost: ImmediateCommand = {
  ...worded('cost'),
  when: 'now',
  async run({ words, store, place, person, recorded }) {
    await recorded()
    const texts = words.commands.cost
    const { today, month } = await usedLately(store, person.id)
    const record = await store.sessions.get(place.conversation)
    const { turns, input, output, cost: spent } = texts.columns
    return [
      // Tokens are counted by person and day, not by session.
      texts.session(record?.turns ?? 0, record?.costUsd ?? 0),
      '',
      `| | ${turns} | ${input} | ${output} | ${spent} |`,
      '|---|--:|--:|--:|--:|',
      row(texts.today, today, words),
      row(texts.month, month, words),
      ...(month.estimated === 0 ? [] : ['', texts.estimated(month.estimated)]),
    ].join('\n')
  },
}

/** What somebody used today, and in the last 30 days; both by UTC. */
export async function usedLately(
  store: Pick<Store, 'usage'>,
  person: string,
): Promise<{ readonly today: Sum; readonly month: Sum }> {
  const today = dayOf(Date.now())
  const days = await store.usage.range(person, dayOf(Date.now() - 29 * dayMs), today)
  return { today: sum(days.filter(({ day }) => day === today)), month: sum(days) }
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

function row(name: string, { turns, inputTokens, outputTokens, costUsd }: Sum, { format }: Words): string {
  const counts = [turns, inputTokens, outputTokens].map((count) => format.number(count))
  return `| ${[name, ...counts, format.dollars(costUsd)].join(' | ')} |`
}
