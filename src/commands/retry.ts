import { personId } from '../conversation/place.ts'
import { type TurnCommand, CommandError } from './command.ts'
import { worded } from './worded.ts'

/** How far back the last message is looked for. */
const lookBack = 50

export const retry: TurnCommand = {
  ...worded('retry'),
  when: 'turn',
  async asks({ words, store, place, message }) {
    const entries = await store.history.read(place.conversation, { limit: lookBack })
    const sender = personId(message.address, message.from)
    // A command of Claude's own stands in the history too: it is given again by its name.
    const last = entries.findLast(
      ({ role, user, text }) => role === 'user' && user === sender && !text.startsWith('/'),
    )
    if (last === undefined) throw new CommandError(words.commands.retry.nothing)
    return { kind: 'text', text: last.text, files: last.files ?? [] }
  },
}
