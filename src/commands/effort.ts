import { efforts } from '../claude/turn.ts'
import { quoted } from '../words/quoted.ts'
import { type OrderedCommand, CommandError } from './command.ts'
import { worded } from './worded.ts'

const levels = [...efforts, 'default']

export const effort: OrderedCommand = {
  ...worded('effort', [{ name: 'level', type: 'choice', choices: levels }]),
  when: 'in-order',
  changes: 'with-arguments',
  async run({ args, words }, conversation) {
    const texts = words.commands.effort
    const word = args.toLowerCase()
    if (word === '') return texts.now(conversation.record?.effort ?? texts.standard)
    const wanted = efforts.find((each) => each === word)
    if (wanted === undefined && word !== 'default') {
      throw new CommandError(texts.unknown(quoted(args), levels))
    }
    await conversation.setEffort(wanted)
    return texts.changed(wanted ?? texts.standard)
  },
}
