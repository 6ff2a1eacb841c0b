/** `parley attach`: a session of the running bot in this terminal. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { loadAdapter } from '../adapters.ts'
import { attach as attachTo } from '../attach/terminal.ts'
import { socketName } from '../attach/wire.ts'
import { foldersHere } from '../bot/node-folders.ts'
import { type Config, loadConfig } from '../config.ts'
import { logToFile } from './logs.ts'
import { CommandLineError } from './prepare.ts'

export interface Attach {
  readonly config?: string
  /** Whose session, on this machine. */
  readonly as?: string
  /** Address of a bot elsewhere. */
  readonly server?: string
  readonly session?: string
  readonly keyFile?: string
}

export async function attach({ server, session, keyFile, ...here }: Attach): Promise<number> {
  if (server === undefined && session === undefined && keyFile === undefined) return attachHere(here)
  if (server === undefined)
    throw new CommandLineError(
      'no-server',
      '--session and --key-file are for a bot elsewhere: add --server URL.',
    )
  if (session === undefined)
    throw new CommandLineError(
      'no-session',
      'Say which session: --session ID. `parley top` and GET /api/v1/sessions?of=all list them.',
    )
  const { chatElsewhere } = await import('./chat-elsewhere.ts')
  const { config } = here
  return chatElsewhere({
    server,
    session,
    follows: true,
    ...(keyFile && { keyFile }),
    ...(config && { config }),
  })
}

async function attachHere({ config: file, as }: Pick<Attach, 'config' | 'as'>): Promise<number> {
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
    return await attachTo({ path: await socketHere(config), as, terminal, log })
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop)
    log.close()
  }
}

/** Of several nodes on this machine any will do: what is said goes to the one that holds the session. */
async function socketHere(config: Config): Promise<string> {
  const paths = (await foldersHere(config)).map((folder) => join(folder, socketName))
  return paths.find((path) => existsSync(path)) ?? join(config.dataDir, socketName)
}
