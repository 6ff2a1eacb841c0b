import { type OrderedCommand, CommandError } from './command.ts'
import { findSession } from './session-list.ts'
import { worded } from './worded.ts'

export const resume: OrderedCommand = {
  ...worded('resume', [{ name: 'session', type: 'text', required: true, suggested: true }]),
  when: 'in-order',
  changes: 'always',
  async run({ args, words, store, place }, conversation) {
    const texts = words.commands.resume
    if (args === '') throw new CommandError(texts.form)
    const found = await findSession({ store, words }, place.conversation, args)
    const title = words.sessions.title(found.number, found.record.name)
    if (found.active) return texts.already(title)
    await conversation.switchTo(found.record)
    return texts.done(title)
  },
}
