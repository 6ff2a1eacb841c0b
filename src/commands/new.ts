import type { SessionRecord } from '../store/records.ts'
import type { Desk, OrderedCommand, Steering } from './command.ts'
import { freeName } from './session-list.ts'
import { worded } from './worded.ts'

export const newSession: OrderedCommand = {
  ...worded('new', [{ name: 'name', type: 'text' }]),
  when: 'in-order',
  changes: 'always',
  async run(desk, conversation) {
    await beginAnother(desk, conversation)
    return desk.words.commands.new.done
  },
}

/** The next message goes to another session, under the name that stands in the arguments. Throws {@link CommandError}. */
export async function beginAnother(
  { args, words, store, place }: Desk,
  conversation: Steering,
  changes: Partial<SessionRecord> = {},
): Promise<void> {
  const name = await freeName({ store, words }, place.conversation, args)
  await conversation.switchTo(conversation.fresh({ ...changes, ...(name === undefined ? {} : { name }) }))
}
