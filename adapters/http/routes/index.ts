/** The table of routes: one file for each resource. */
import type { App, Parts } from '../parts.ts'
import { batches } from './batches.ts'
import { chatCompletions } from './chat-completions.ts'
import { files } from './files.ts'
import { gateway } from './gateway.ts'
import { info } from './info.ts'
import { invocations } from './invocations.ts'
import { messages } from './messages.ts'
import { metrics } from './metrics.ts'
import { models } from './models.ts'
import { oneShot } from './one-shot.ts'
import { operatorLog } from './operator/log.ts'
import { operatorSettings } from './operator/settings.ts'
import { operatorTasks } from './operator/tasks.ts'
import { operatorView } from './operator/view.ts'
import { page } from './page.ts'
import { permissions } from './permissions.ts'
import { sentFiles } from './sent-files.ts'
import { sessionChanges } from './session-changes.ts'
import { sessionEvents } from './session-events.ts'
import { sessions } from './sessions.ts'
import { sessionTurns } from './session-turns.ts'
import { system } from './system.ts'
import { taskEvents } from './task-events.ts'
import { usage } from './usage.ts'
import { tasks } from './tasks.ts'

const all: readonly ((app: App, parts: Parts) => void | Promise<void>)[] = [
  // First: it counts the requests of all that follow.
  metrics,
  system,
  info,
  sessions,
  sessionChanges,
  messages,
  permissions,
  files,
  sentFiles,
  chatCompletions,
  models,
  tasks,
  batches,
  taskEvents,
  sessionEvents,
  sessionTurns,
  oneShot,
  invocations,
  gateway,
  usage,
  operatorView,
  operatorTasks,
  operatorLog,
  operatorSettings,
  page,
]

export async function addRoutes(app: App, parts: Parts): Promise<void> {
  for (const add of all) await add(app, parts)
}
