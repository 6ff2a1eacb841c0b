/** The English catalogue. Its shape is what every other language has to fill. */
import { background } from './en/background.ts'
import { commands } from './en/commands.ts'
import { ending } from './en/ending.ts'
import { format } from './en/format.ts'
import { midTurn } from './en/mid-turn.ts'
import { passedOn } from './en/passed-on.ts'
import { people } from './en/people.ts'
import { refusals } from './en/refusals.ts'
import { sessions } from './en/sessions.ts'

export const en = { format, background, commands, ending, passedOn, people, refusals, sessions, midTurn }

export type Words = typeof en
