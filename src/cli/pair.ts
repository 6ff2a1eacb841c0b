/** `parley pair CODE`: lets a newcomer in from the machine, while the bot runs or not. */
import { join } from 'node:path'
import { roles } from '../access.ts'
import { loadConfig } from '../config.ts'
import { Codes } from '../people/codes.ts'
import { pair as letIn } from '../people/pairing.ts'
import { People } from '../people/people.ts'
import { openStore } from '../store/store.ts'
import { wordsIn } from '../words/words.ts'
import { CommandLineError } from './prepare.ts'

export interface Pairing {
  readonly config?: string
  readonly role: string
}

export async function pair(code: string, { config: file, role: name }: Pairing): Promise<number> {
  const role = roles.find((each) => each === name)
  if (role === undefined) {
    throw new CommandLineError('no-role', `There is no role ${name}. The roles are: ${roles.join(', ')}.`)
  }
  const config = await loadConfig({ file, env: process.env, cwd: process.cwd() })
  const store = await openStore({ url: config.store.url, file: join(config.dataDir, 'store.db') })
  try {
    const people = new People({
      store,
      rules: () => config.access,
      isLocal: () => false,
      language: () => config.language,
    })
    const paired = await letIn(
      { codes: new Codes(store), people, words: wordsIn('en') },
      'machine:operator',
      code,
      role,
    )
    if (!paired.ok) throw new CommandLineError('no-code', paired.words)
    process.stdout.write(`${paired.words}\n`)
    return 0
  } finally {
    await store.close()
  }
}
