/** One block a command: how it is called, what it is for, its arguments, and all that it answers. */
import { people } from './commands/people.ts'

export const commands = { ...people }
