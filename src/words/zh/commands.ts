import type { Words } from '../en.ts'
import { claude } from './commands/claude.ts'
import { people } from './commands/people.ts'
import { records } from './commands/records.ts'
import { sessions } from './commands/sessions.ts'
import { turns } from './commands/turns.ts'

export const commands: Words['commands'] = { ...sessions, ...turns, ...records, ...people, ...claude }
