/** `parley attach`: a session of the running bot in this terminal. */
import { join } from 'node:path'
import { loadAdapter } from '../adapters.ts'
import { attach as attachTo } from '../attach/terminal.ts'
import { socketName } from '../attach/wire.ts'
import { loadConfig } from '../config.ts'
import { logToFile } from './logs.ts'

export async function attach({ config: file, as }: { config?: string; as?: string }): Promise<number> {
  const config = await loadConfig({ file, env: process.env, cwd: process.cwd() })
  const interrupt = new AbortController()
  const historyFile = join(config.dataDir, 'terminal-history')
  // The bot goes on without it: what is not answered yet is shown nowhere later.
  const temporary = true
  const terminal = await loadAdapter('terminal', { historyFile, temporary, interrupt: interrupt.signal })
  const log = logToFile(config)
  const stop = (): void => interrupt.abort()
  process.once('SIGINT', stop).once('SIGTERM', stop)
  try {
    return await attachTo({ path: join(config.dataDir, socketName), as, terminal, log })
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop)
    log.close()
  }
}
