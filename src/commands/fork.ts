import { type OrderedCommand, CommandError } from './command.ts'
import { freeName } from './session-list.ts'
import { worded } from './worded.ts'

export const fork: OrderedCommand = {
  ...worded('fork', [{ name: 'name', type: 'text' }]),
  when: 'in-order',
  async run({ args, words, store, place }, conversation) {
    const { record } = conversation
    if (record?.started !== true) throw new CommandError(words.commands.fork.nothing)
    const name = await freeName({ store, words }, place.conversation, args)
    const copy = conversation.fresh({ forkOf: record.sessionId, ...(name === undefined ? {} : { name }) })
    await conversation.switchTo(copy)
    return words.commands.fork.done
  },
}
