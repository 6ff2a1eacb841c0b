import { type OrderedCommand, CommandError } from './command.ts'
import { freeName } from './session-list.ts'

export const fork: OrderedCommand = {
  name: 'fork',
  usage: '[name]',
  summary: 'goes on in a copy of this session; the original rests as it is',
  arguments: [{ name: 'name', type: 'text', summary: 'what you will call the copy' }],
  when: 'in-order',
  async run({ args, store, place }, conversation) {
    const { record } = conversation
    if (record?.started !== true)
      throw new CommandError('There is nothing to fork yet: nothing was said in this session.')
    const name = await freeName(store, place.conversation, args)
    const copy = conversation.fresh({ forkOf: record.sessionId, ...(name === undefined ? {} : { name }) })
    await conversation.switchTo(copy)
    return 'You are in a copy of the session from your next message on. `/sessions` shows the original.'
  },
}
