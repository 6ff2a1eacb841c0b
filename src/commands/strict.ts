/** A command that takes no arguments says so, rather than pass over what it is given. */
import { type Command, type Desk, CommandError } from './command.ts'

export function strict(command: Command): Command {
  if ((command.arguments ?? []).length > 0) return command
  const alone = <T>(run: (desk: Desk) => Promise<T>) => {
    return async (desk: Desk): Promise<T> => {
      if (desk.args !== '') throw new CommandError(desk.words.passedOn.takesNone(command.name))
      return run(desk)
    }
  }
  if (command.when === 'now') return { ...command, run: alone((desk) => command.run(desk)) }
  if (command.when === 'turn') return { ...command, asks: alone((desk) => command.asks(desk)) }
  return command
}
