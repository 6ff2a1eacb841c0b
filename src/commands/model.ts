import { type OrderedCommand, CommandError } from './command.ts'
import { worded } from './worded.ts'

/** Could this be the name of a model? Whether there is such a one, the API says. */
export function isModel(name: string): boolean {
  return /^[\w.:@/[\]-]{1,120}$/.test(name)
}

export const model: OrderedCommand = {
  ...worded('model', [{ name: 'name', type: 'text', suggested: true }]),
  when: 'in-order',
  changes: 'with-arguments',
  async run({ args, words, config }, conversation) {
    const texts = words.commands.model
    const standard = config.claude.model ?? texts.standard
    if (args === '') return texts.now(conversation.record?.model ?? standard)
    if (!isModel(args)) throw new CommandError(texts.form)
    if (args.toLowerCase() === 'default') {
      await conversation.setModel(undefined)
      return texts.back(standard)
    }
    await conversation.setModel(args)
    return texts.changed(args)
  },
}
