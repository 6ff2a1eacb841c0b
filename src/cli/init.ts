/** `parley init`: with a platform's name that platform; without, in a terminal, all there is to decide. */
import { resolve } from 'node:path'
import { loadConfig } from '../config.ts'
import { openAsking } from './asking.ts'
import { platformFindings, report, wallsFindings } from './findings.ts'
import { pairing, setUp, shown } from './set-up.ts'

export interface Init {
  readonly config?: string
  /** Where the platform can reach the bot. */
  readonly url?: string
  /** True: it serves several workspaces, each of which installs it. */
  readonly several?: boolean
}

export async function init(name: string | undefined, { config: file, url, several }: Init): Promise<number> {
  const path = resolve(file ?? 'config.yaml')
  if (name === undefined) return (await import('./guided.ts')).guided({ path, url, several })
  using asking = openAsking(process.stdin, process.stdout)
  const outcome = await setUp({ name, path, url, several: several === true }, asking)
  if (outcome === 'unanswered') {
    say(`\nNothing is written to ${shown(path)}. Run this again when you have them.`)
    return 0
  }
  if (outcome === 'known') {
    say(`${shown(path)} has a block for ${name} already: it stays as it is.\n`)
    return await tried(name, path)
  }
  const code = await tried(name, path)
  say(`\nNow start the bot (npm start) and write to it.${outcome.owner === undefined ? pairing : ''}`)
  return code
}

/** The config as the bot will read it, tried on the platform. */
async function tried(name: string, path: string): Promise<number> {
  const config = await loadConfig({ file: path, env: process.env, cwd: process.cwd() })
  const block = config.adapters[name]
  const platform = block === undefined ? [] : await platformFindings(name, block)
  return block !== undefined && report([...platform, ...(await wallsFindings(config))]) ? 0 : 1
}

function say(words: string): void {
  process.stdout.write(`${words}\n`)
}
