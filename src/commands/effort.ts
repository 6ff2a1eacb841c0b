import { efforts } from '../claude/turn.ts'
import { type OrderedCommand, CommandError } from './command.ts'

const levels = [...efforts, 'default']

export const effort: OrderedCommand = {
  name: 'effort',
  usage: `[${levels.join(' | ')}]`,
  summary: 'shows or sets how hard Claude thinks',
  arguments: [{ name: 'level', type: 'choice', choices: levels, summary: 'from low to max' }],
  when: 'in-order',
  async run({ args }, conversation) {
    const word = args.toLowerCase()
    if (word === '') return `Effort: ${conversation.record?.effort ?? 'the default of the model'}.`
    const wanted = efforts.find((each) => each === word)
    if (wanted === undefined && word !== 'default') {
      throw new CommandError(
        `There is no effort \`${args.slice(0, 40)}\`. It is one of: ${levels.join(', ')}.`,
      )
    }
    await conversation.setEffort(wanted)
    return `Effort: ${wanted ?? 'the default of the model'}, from your next message on.`
  },
}
