/** The English catalogue. Its shape is what every other language has to fill. */
import { away } from './en/away.ts'
import { background } from './en/background.ts'
import { approvals } from './en/approvals.ts'
import { prompts } from './en/prompts.ts'
import { turns } from './en/turns.ts'
import { budgets } from './en/budgets.ts'
import { commands } from './en/commands.ts'
import { ending } from './en/ending.ts'
import { faults } from './en/faults.ts'
import { files } from './en/files.ts'
import { format } from './en/format.ts'
import { housekeeping } from './en/housekeeping.ts'
import { mend } from './en/mend.ts'
import { midTurn } from './en/mid-turn.ts'
import { page } from './en/page.ts'
import { passedOn } from './en/passed-on.ts'
import { people } from './en/people.ts'
import { refusals } from './en/refusals.ts'
import { remote } from './en/remote.ts'
import type { Language } from './languages.ts'
import { sessions } from './en/sessions.ts'

export const en = {
  language: 'en' as Language,
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

export type Words = typeof en
