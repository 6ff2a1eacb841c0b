/** The catalogue in Simplified Chinese. */
import type { Words } from './en.ts'
import { commands } from './zh/commands.ts'
import { ending } from './zh/ending.ts'
import { format } from './zh/format.ts'
import { refusals } from './zh/refusals.ts'

export const zh: Words = { format, commands, ending, refusals }
