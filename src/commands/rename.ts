import { type OrderedCommand, CommandError } from './command.ts'
import { freeName } from './session-list.ts'
import { worded } from './worded.ts'

export const rename: OrderedCommand = {
  ...worded('rename', [{ name: 'name', type: 'text', required: true }]),
  when: 'in-order',
  changes: 'always',
  async run({ args, words, store, place }, conversation) {
    const name = await freeName({ store, words }, place.conversation, args)
    if (name === undefined) throw new CommandError(words.commands.rename.form)
    await conversation.change({ name })
    return words.commands.rename.done(name)
  },
}
