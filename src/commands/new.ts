import type { OrderedCommand } from './command.ts'
import { freeName } from './session-list.ts'
import { worded } from './worded.ts'

export const newSession: OrderedCommand = {
  ...worded('new', [{ name: 'name', type: 'text' }]),
  when: 'in-order',
  async run({ args, words, store, place }, conversation) {
    const name = await freeName({ store, words }, place.conversation, args)
    await conversation.switchTo(conversation.fresh(name === undefined ? {} : { name }))
    return words.commands.new.done
  },
}
