/** The table of chat commands, in the order in which /help shows them. */
import { btw } from './btw.ts'
import { cd } from './cd.ts'
import { claudeCommands, serverCommand } from './claude.ts'
import type { Called, Command } from './command.ts'
import { cost } from './cost.ts'
import { dead } from './dead.ts'
import { effort } from './effort.ts'
import { exportHistory } from './export.ts'
import { fork } from './fork.ts'
import { grant } from './grant.ts'
import { handoff } from './handoff.ts'
import { help } from './help.ts'
import { history } from './history.ts'
import { lang } from './lang.ts'
import { link, unlink } from './link.ts'
import { limits } from './limits.ts'
import { membersOnly } from './members-only.ts'
import { mode } from './mode.ts'
import { model } from './model.ts'
import { newSession } from './new.ts'
import { pair, unpair } from './pair.ts'
import { projects } from './projects.ts'
import { queue } from './queue.ts'
import { rename } from './rename.ts'
import { resume } from './resume.ts'
import { retry } from './retry.ts'
import { sessions } from './sessions.ts'
import { status } from './status.ts'
import { stop } from './stop.ts'
import { strict } from './strict.ts'
import { tools } from './tools.ts'
import { undo } from './undo.ts'
import { who } from './who.ts'
import { why } from './why.ts'

const ofSessions: readonly Command[] = [newSession, sessions, resume, rename, fork, cd, projects]
const ofTurns: readonly Command[] = [stop, queue, btw, why, retry, undo, model, mode, effort, tools]
const ofRecords: readonly Command[] = [status, history, exportHistory, cost, limits, grant]
const ofPeople: readonly Command[] = [who, lang, link, unlink, handoff, pair, unpair, dead]

export const commands: readonly Command[] = [
  help,
  ...ofSessions,
  ...ofTurns,
  ...ofRecords,
  ...ofPeople,
  ...claudeCommands,
]
  .map(strict)
  .map(membersOnly)

/** The command that a text calls; undefined: it is no command of ours and goes to Claude as text. */
export function called(text: string): Called | undefined {
  const match = /^\s*\/([\w-]+)(?:\s+([\s\S]*))?$/.exec(text)
  const [, name = ''] = match ?? []
  const command = commands.find((each) => each.name === name.toLowerCase()) ?? serverCommand(name)
  return command === undefined ? undefined : { command, args: (match?.[2] ?? '').trim() }
}
