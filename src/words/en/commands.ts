/** One block a command: how it is called, what it is for, its arguments, and all that it answers. */
import { claude } from './commands/claude.ts'
import { people } from './commands/people.ts'
import { records } from './commands/records.ts'
import { sessions } from './commands/sessions.ts'
import { turns } from './commands/turns.ts'

export const commands = { ...sessions, ...turns, ...records, ...people, ...claude }
