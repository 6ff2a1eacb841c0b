/** The catalogue in Simplified Chinese. */
import type { Words } from './en.ts'
import { background } from './zh/background.ts'
import { commands } from './zh/commands.ts'
import { ending } from './zh/ending.ts'
import { format } from './zh/format.ts'
import { midTurn } from './zh/mid-turn.ts'
import { passedOn } from './zh/passed-on.ts'
import { people } from './zh/people.ts'
import { refusals } from './zh/refusals.ts'
import { sessions } from './zh/sessions.ts'

export const zh: Words = {
  format,
  background,
  commands,
  ending,
  passedOn,
  people,
  refusals,
  sessions,
  midTurn,
}
