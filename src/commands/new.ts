import type { OrderedCommand } from './command.ts'
import { freeName } from './session-list.ts'

export const newSession: OrderedCommand = {
  name: 'new',
  usage: '[name]',
  summary: 'starts a new session; the one before rests, files in the workspace stay',
  arguments: [{ name: 'name', type: 'text', summary: 'what you will call it' }],
  when: 'in-order',
  async run({ args, store, place }, conversation) {
    const name = await freeName(store, place.conversation, args)
    await conversation.switchTo(conversation.fresh(name === undefined ? {} : { name }))
    return 'A new session starts with your next message. Files in the workspace are still there; `/sessions` shows the earlier ones.'
  },
}
