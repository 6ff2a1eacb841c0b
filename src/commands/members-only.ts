/** Where several people share a session, whoever may only talk does not change it for the others. */
import { may } from '../access.ts'
import { type Place, isShared } from '../conversation/place.ts'
import type { KnownPerson } from '../people/people.ts'
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

/** May somebody change the session that is gone on with there? */
export function mayChange({ role }: Pick<KnownPerson, 'role'>, place: Place): boolean {
  return !isShared(place) || may(role, 'change-shared')
}

function refuseGuest(changes: Changes, { args, place, person, words }: Desk): void {
  if (changes === 'with-arguments' && args === '') return
  if (!mayChange(person, place)) throw new CommandError(words.refusals.shared)
}
