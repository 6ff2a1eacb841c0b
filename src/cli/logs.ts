/** Where a verb's log goes. */
import { join } from 'node:path'
import type { Config } from '../config.ts'
import { type BoundLog, createLog, type RootLog } from '../log.ts'

/** Never over a chat: into the configured file, else into parley.log beside the data. */
export function logToFile({ log, dataDir, secrets }: Config): RootLog {
  const format = log.format === 'auto' ? 'json' : log.format
  return createLog({ level: log.level, format, file: log.file ?? join(dataDir, 'parley.log'), secrets })
}

/** As configured: on standard error where no file is named. */
export function logAsConfigured({ log, secrets }: Config): RootLog {
  return createLog({ ...log, secrets })
}

/** Tells warnings and errors to a person too, one line each. */
export function withWarnings(log: RootLog, tell: (line: string) => void): RootLog {
  return {
    ...audible(log, tell),
    recent: log.recent,
    get level() {
      return log.level
    },
    set level(level) {
      log.level = level
    },
    conceal: (secrets) => log.conceal(secrets),
    close: () => log.close(),
  }
}

function audible(log: BoundLog, tell: (line: string) => void): BoundLog {
  return {
    debug: (fields, message) => log.debug(fields, message),
    info: (fields, message) => log.info(fields, message),
    warn(fields, message) {
      log.warn(fields, message)
      tell(`parley: warning: ${message}`)
    },
    error(fields, message) {
      log.error(fields, message)
      tell(`parley: ${message}`)
    },
    child: (bindings) => audible(log.child(bindings), tell),
  }
}
