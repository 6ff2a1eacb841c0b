import { type OrderedCommand, CommandError } from './command.ts'
import { beginAnother } from './new.ts'
import { worded } from './worded.ts'

export const fork: OrderedCommand = {
  ...worded('fork', [{ name: 'name', type: 'text' }]),
  when: 'in-order',
  changes: 'always',
  async run(desk, conversation) {
    const { record } = conversation
    const texts = desk.words.commands.fork
    if (record?.started !== true) throw new CommandError(texts.nothing)
    await beginAnother(desk, conversation, { forkOf: record.sessionId })
    return texts.done
  },
}
