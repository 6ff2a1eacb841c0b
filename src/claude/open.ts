/** Starts the Claude CLI, or resumes a session with it: one process that stays up between turns. */
import type { Log } from '../contract.ts'
import { killMarked } from './descendants.ts'
import { markVariable, type Environment } from './environment.ts'
import { type Keeping, prepareCommand, sessionMark } from './launch.ts'
import { startProcess } from './process.ts'
import { CliSession } from './session.ts'
import type { Session, SessionOptions } from './turn.ts'

export interface SessionContext extends Keeping {
  readonly log: Log
  /** Aborting it closes the session. */
  readonly signal?: AbortSignal
  /** What the CLI's environment is chosen from; by default that of this process. */
  readonly environment?: Environment
}

/**
 * Starts the CLI, new or with `resume`, and resolves when it is ready for the first turn. To wait for that costs
 * nothing: the CLI would not take a message earlier.
 * @throws ClaudeError: `not-found`, `too-old`, `config`, `unknown-session`, `session-in-use` or `died`.
 */
export async function openSession(options: SessionOptions, context: SessionContext): Promise<Session> {
  const { log, signal, environment = process.env } = context
  signal?.throwIfAborted()
  const [command, strays] = await Promise.all([
    prepareCommand(options, environment, log, context),
    // A Parley that was killed may have left its CLI at work. Two processes on one session lose each other's turns.
    killMarked(markVariable, sessionMark(options)),
  ])
  if (strays > 0) log.warn({ strays }, 'ended processes of this session that an earlier run left behind')
  const { pass } = command
  const started = startProcess(command, log).catch((error: unknown) => {
    pass?.end()
    throw error
  })
  const session = new CliSession(options, await started, log, pass)
  const close = (): void => void session.close()
  signal?.addEventListener('abort', close, { once: true })
  void session.exited.then(() => signal?.removeEventListener('abort', close))
  try {
    await session.initialize()
    signal?.throwIfAborted()
    return session
  } catch (error) {
    await session.close()
    signal?.throwIfAborted()
    throw error
  }
}
