/** `parley chat`: a chat in this terminal; with piped input, an answer to each line. */
import { join } from 'node:path'
import { runLocally } from './local.ts'
import { prepare, type Wanted } from './prepare.ts'

export async function chat(wanted: Wanted & { readonly json?: boolean }): Promise<number> {
  const prepared = await prepare(wanted)
  const historyFile = join(prepared.config.dataDir, 'terminal-history')
  const script = wanted.demo === true ? (await import('./demo.ts')).demoScript : undefined
  const json = wanted.json === true
  return runLocally(prepared, { historyFile, json, ...(script === undefined ? {} : { script }) })
}
