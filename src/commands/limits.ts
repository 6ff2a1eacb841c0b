import { limitsTable } from '../budgets/words.ts'
import type { ImmediateCommand } from './command.ts'

export const limits: ImmediateCommand = {
  name: 'limits',
  usage: '',
  summary: 'shows your budgets and limits, and what is left of them',
  when: 'now',
  async run({ budgets, payer, config }) {
    return limitsTable(await budgets.standings(payer), config.limits)
  },
}
