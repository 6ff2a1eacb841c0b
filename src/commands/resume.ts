import { type OrderedCommand, CommandError } from './command.ts'
import { findSession, titleOf } from './session-list.ts'

export const resume: OrderedCommand = {
  name: 'resume',
  usage: '<number | name>',
  summary: 'goes on with an earlier session',
  arguments: [
    { name: 'session', type: 'text', required: true, summary: 'number or name, as `/sessions` shows them' },
  ],
  when: 'in-order',
  async run({ args, store, place }, conversation) {
    if (args === '')
      throw new CommandError('/resume wants the number or name of a session: `/sessions` lists them.')
    const found = await findSession(store, place.conversation, args)
    if (found.active) return `You are in ${titleOf(found)} already.`
    await conversation.switchTo(found.record)
    return `Back in ${titleOf(found)}: it goes on with your next message.`
  },
}
