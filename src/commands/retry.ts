import { personId } from '../conversation/place.ts'
import { type TurnCommand, CommandError } from './command.ts'

/** How far back the last message is looked for. */
const lookBack = 50

export const retry: TurnCommand = {
  name: 'retry',
  usage: '',
  summary: 'sends your last message to Claude again',
  when: 'turn',
  async asks({ store, place, message }) {
    const entries = await store.history.read(place.conversation, { limit: lookBack })
    const sender = personId(message.address, message.from)
    // A command of Claude's own stands in the history too: it is given again by its name.
    const last = entries.findLast(
      ({ role, user, text }) => role === 'user' && user === sender && !text.startsWith('/'),
    )
    if (last === undefined) throw new CommandError('There is no message of yours to send again.')
    return { kind: 'text', text: last.text }
  },
}
