/** A bot whose one adapter is this terminal: what `chat` and `ask` have in common. */
import { loadAdapter } from '../adapters.ts'
import { watchConfig } from '../config.ts'
import type { RootLog } from '../log.ts'
import { logToFile } from './logs.ts'
import { adjusted, type Prepared } from './prepared.ts'
import { run } from './run.ts'

/** `settings` of the terminal adapter. `audible` wraps the log. Resolves with the exit code. */
export async function runLocally(
  prepared: Prepared,
  settings: object,
  audible: (log: RootLog) => RootLog = (log) => log,
): Promise<number> {
  const interrupt = new AbortController()
  try {
    const { temporary } = prepared
    const terminal = await loadAdapter('terminal', { ...settings, temporary, interrupt: interrupt.signal })
    // No other adapter: it does not connect the team's platforms either.
    const alone = adjusted(prepared, (config) => ({ ...config, adapters: {} }))
    const { config, again, greeting, moreHelp } = alone
    const log = audible(logToFile(config))
    const live = watchConfig(config, { ...again, log })
    const onInterrupt = (): void => interrupt.abort()
    return await run({ live, log, adapters: [terminal], greeting, moreHelp, interrupt: onInterrupt })
  } finally {
    await prepared.close()
  }
}
