/** `parley chat --server`: a session of a bot elsewhere in this terminal. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { loadAdapter } from '../adapters.ts'
import { loadConfig } from '../config.ts'
import { chatElsewhere as openChat } from '../remote/chat.ts'
import { logToFile } from './logs.ts'
import { CommandLineError } from './prepare.ts'

export interface Elsewhere {
  readonly config?: string
  readonly model?: string
  readonly json?: boolean
  /** The bot's address. */
  readonly server: string
  readonly session?: string
  /** Path of a file with nothing but the key in it. */
  readonly keyFile?: string
}

export async function chatElsewhere({ server, session, model, json, ...wanted }: Elsewhere): Promise<number> {
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
    return await openChat({ url: server, key, session, model, terminal, log, signal })
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop)
    log.close()
  }
}

/** Not on the command line: all of the machine can read that. */
async function keyIn(file: string | undefined): Promise<string | undefined> {
  const key = (file === undefined ? (process.env['PARLEY_KEY'] ?? '') : await contentOf(file)).trim()
  if (key === '' && file === undefined) return undefined
  // What is no token cannot stand in a header either.
  if (/^[\x21-\x7e]+$/.test(key)) return key
  const where = file === undefined ? 'PARLEY_KEY' : file
  throw new CommandLineError(
    'no-key',
    `${where} holds no API key: it is one word, as \`parley key\` prints it.`,
  )
}

async function contentOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new CommandLineError('no-key', `The key cannot be read: ${reason}`)
  }
}
