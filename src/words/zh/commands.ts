import type { Words } from '../en.ts'
import { people } from './commands/people.ts'

export const commands: Words['commands'] = { ...people }
