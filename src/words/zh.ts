/** The catalogue in Simplified Chinese. */
import type { Words } from './en.ts'
import { away } from './zh/away.ts'
import { background } from './zh/background.ts'
import { approvals } from './zh/approvals.ts'
import { prompts } from './zh/prompts.ts'
import { turns } from './zh/turns.ts'
import { budgets } from './zh/budgets.ts'
import { commands } from './zh/commands.ts'
import { ending } from './zh/ending.ts'
import { faults } from './zh/faults.ts'
import { files } from './zh/files.ts'
import { format } from './zh/format.ts'
import { housekeeping } from './zh/housekeeping.ts'
import { mend } from './zh/mend.ts'
import { midTurn } from './zh/mid-turn.ts'
import { page } from './zh/page.ts'
import { passedOn } from './zh/passed-on.ts'
import { people } from './zh/people.ts'
import { refusals } from './zh/refusals.ts'
import { remote } from './zh/remote.ts'
import { sessions } from './zh/sessions.ts'

export const zh: Words = {
  language: 'zh',
  format,
  approvals,
  away,
  background,
  budgets,
  prompts,
  turns,
  commands,
  ending,
  faults,
  files,
  housekeeping,
  mend,
  midTurn,
  page,
  passedOn,
  people,
  refusals,
  remote,
  sessions,
}
