/** `parley chat --server`: a session of a bot elsewhere in this terminal. */
import { join } from 'node:path'
import { loadAdapter } from '../adapters.ts'
import { loadConfig } from '../config.ts'
import { chatElsewhere as openChat } from '../remote/chat.ts'
import { logToFile } from './logs.ts'
import { keyIn } from './server.ts'

export interface Elsewhere {
  readonly config?: string
  readonly model?: string
  readonly json?: boolean
  /** The bot's address. */
  readonly server: string
  readonly session?: string
  /** True: somebody else's session too, and what others say there is shown. */
  readonly follows?: boolean
  /** Path of a file with nothing but the key in it. */
  readonly keyFile?: string
}

export async function chatElsewhere(asked: Elsewhere): Promise<number> {
  const { server, session, model, json, follows = false, ...wanted } = asked
  const key = await keyIn(wanted.keyFile)
  const config = await loadConfig({ file: wanted.config, env: process.env, cwd: process.cwd() })
  const interrupt = new AbortController()
  const { signal } = interrupt
  const historyFile = join(config.dataDir, 'terminal-history')
  // The bot goes on without it: nothing here is kept for a next start.
  const settings = { historyFile, temporary: true, json: json === true, interrupt: signal }
  const terminal = await loadAdapter('terminal', settings)
  const log = logToFile(config)
  if (key !== undefined) log.conceal([key])
  const stop = (): void => interrupt.abort()
  process.once('SIGINT', stop).once('SIGTERM', stop)
  try {
    const filesDir = join(config.dataDir, 'sent')
    return await openChat({ url: server, key, session, model, follows, terminal, log, filesDir, signal })
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop)
    log.close()
  }
}
