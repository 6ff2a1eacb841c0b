import { type OrderedCommand, CommandError } from './command.ts'
import { freeName } from './session-list.ts'

export const rename: OrderedCommand = {
  name: 'rename',
  usage: '<name>',
  summary: 'names the session that you are in',
  arguments: [{ name: 'name', type: 'text', required: true, summary: 'what you will call it' }],
  when: 'in-order',
  async run({ args, store, place }, conversation) {
    const name = await freeName(store, place.conversation, args)
    if (name === undefined) throw new CommandError('/rename wants a name, e.g. `/rename release notes`.')
    await conversation.change({ name })
    return `This session is \`${name}\` now: \`/resume ${name}\` comes back to it.`
  },
}
