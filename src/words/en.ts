/** The English catalogue. Its shape is what every other language has to fill. */
import { commands } from './en/commands.ts'
import { ending } from './en/ending.ts'
import { format } from './en/format.ts'
import { refusals } from './en/refusals.ts'

export const en = { format, commands, ending, refusals }

export type Words = typeof en
