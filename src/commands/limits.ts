import { limitsTable } from '../budgets/words.ts'
import type { ImmediateCommand } from './command.ts'
import { worded } from './worded.ts'

export const limits: ImmediateCommand = {
  ...worded('limits'),
  when: 'now',
  async run({ words, budgets, payer, config }) {
    return limitsTable(await budgets.standings(payer), config.limits, words)
  },
}
