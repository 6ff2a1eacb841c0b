/** `parley chat`: a chat in this terminal; with piped input, an answer to each line. */
import { join } from 'node:path'
import { runLocally } from './local.ts'
import { CommandLineError, prepare, type Wanted } from './prepare.ts'

export interface Chat {
  readonly json?: boolean
  /** Address of a bot elsewhere. */
  readonly server?: string
  readonly session?: string
  readonly keyFile?: string
}

export async function chat({ server, session, keyFile, ...wanted }: Wanted & Chat): Promise<number> {
  if (server !== undefined) {
    const { chatElsewhere } = await import('./chat-elsewhere.ts')
    const which = { ...(session && { session }), ...(keyFile && { keyFile }) }
    return chatElsewhere({ ...wanted, ...which, server })
  }
  if (session !== undefined || keyFile !== undefined)
    throw new CommandLineError(
      'no-server',
      '--session and --key-file are for a bot elsewhere: add --server URL.',
    )
  const prepared = await prepare(wanted)
  const historyFile = join(prepared.config.dataDir, 'terminal-history')
  const script = wanted.demo === true ? (await import('./demo.ts')).demoScript : undefined
  const json = wanted.json === true
  return runLocally(prepared, { historyFile, json, ...(script === undefined ? {} : { script }) })
}
