/** Runs a bot until its user leaves or a signal asks it to end. */
import { type BotOptions, type RunningBot, startBot } from '../bot.ts'
import { locate } from '../claude/locate.ts'
import type { LiveConfig } from '../config.ts'
import { explain } from './explain.ts'

export interface RunOptions extends BotOptions {
  readonly live: LiveConfig
  /** Called on the first SIGINT in place of a clean stop: the terminal stops the turn and leaves by itself. */
  readonly interrupt?: () => void
}

/** Resolves with the exit code when everything has ended. */
export async function run(options: RunOptions): Promise<number> {
  const { live, log } = options
  const asked = Promise.withResolvers<number>()
  using _signals = listen(options, asked.resolve)
  let bot: RunningBot | undefined
  try {
    // Before anything is opened: whoever has no CLI hears it now, not with the first message.
    await locate(live.current.claude.command)
    bot = await startBot(live, options)
    return await Promise.race([bot.left, asked.promise])
  } finally {
    await bot?.stop()
    await live.close()
    log.close()
  }
}

/** Signals and faults that nobody caught, for as long as the bot runs. */
function listen({ live, log, interrupt }: RunOptions, leave: (exitCode: number) => void): Disposable {
  let asked = false
  const onSignal = (signal: NodeJS.Signals): void => {
    // The second signal is from somebody who will not wait.
    if (asked) process.exit(signal === 'SIGINT' ? 130 : 143)
    asked = true
    log.info({ signal }, 'asked to end')
    if (signal === 'SIGINT' && interrupt !== undefined) interrupt()
    else leave(0)
  }
  const onReload = (): void => void live.reload()
  const onFault = (error: unknown): void => {
    log.error({ err: error }, 'a fault that nobody caught')
    process.stderr.write(`${explain(error, live.current.log.level === 'debug')}\n`)
    leave(1)
  }
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal).on('SIGHUP', onReload)
  process.on('uncaughtException', onFault).on('unhandledRejection', onFault)
  return {
    [Symbol.dispose]() {
      process.off('SIGINT', onSignal).off('SIGTERM', onSignal).off('SIGHUP', onReload)
      process.off('uncaughtException', onFault).off('unhandledRejection', onFault)
    },
  }
}
