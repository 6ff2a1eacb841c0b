/** Where several people share a session, whoever may only talk does not change it for the others. */
import { may } from '../access.ts'
import { isShared } from '../conversation/place.ts'
import { type Changes, type Command, type Desk, CommandError } from './command.ts'

export function membersOnly(command: Command): Command {
  if (command.when === 'in-order') {
    return {
      ...command,
      async run(desk, conversation) {
        refuseGuest(command.changes, desk)
        return command.run(desk, conversation)
      },
    }
  }
  if (command.when !== 'turn' || command.changes === undefined) return command
  const { changes } = command
  return {
    ...command,
    async asks(desk) {
      refuseGuest(changes, desk)
      return command.asks(desk)
    },
  }
}

function refuseGuest(changes: Changes, { args, place, person, words }: Desk): void {
  if (changes === 'with-arguments' && args === '') return
  if (isShared(place) && !may(person.role, 'change-shared')) throw new CommandError(words.refusals.shared)
}
