/** Where a bot's API is, and the key to it: what the verbs that look at a bot elsewhere have in common. */
import { readFile } from 'node:fs/promises'
import { adapterSettings } from '../adapters.ts'
import type { Config } from '../config.ts'
import { CommandLineError } from './prepare.ts'

/** Not on the command line: all of the machine can read that. */
export async function keyIn(file: string | undefined): Promise<string | undefined> {
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

/** The API that the config switches on. */
export async function serverIn({ adapters }: Pick<Config, 'adapters'>): Promise<string> {
  for (const [name, { settings, module }] of Object.entries(adapters)) {
    const { api } = module === undefined ? await adapterSettings(name) : {}
    if (api !== undefined) return api(settings)
  }
  throw new CommandLineError(
    'no-server',
    'The config switches no API on that could be asked: add --server URL for a bot elsewhere, or an adapter with an API.',
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
