/** `parley init PLATFORM`: what to do on the platform, the questions about it, and a config that works. */
import { chmod, readFile, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { adapterNames, adapterSettings, adapterSetup } from '../adapters.ts'
import { loadConfig } from '../config.ts'
import { hasAdapter, problemWith, withAdapter } from '../config/add-adapter.ts'
import type { AdapterSetup, SetupGuide } from '../contract.ts'
import { type Asking, openAsking } from './asking.ts'
import { platformFindings, report, wallsFindings } from './findings.ts'
import { CommandLineError } from './prepare.ts'

export interface Init {
  readonly config?: string
  /** Where the platform can reach the bot. */
  readonly url?: string
  /** True: it serves several workspaces, each of which installs it. */
  readonly several?: boolean
}

export async function init(name: string, { config: file, url, several = false }: Init): Promise<number> {
  const setup = await setupOf(name)
  const guide = several ? guideOfSeveral(name, setup, checkedUrl(url)) : setup.guide(checkedUrl(url))
  const path = resolve(file ?? 'config.yaml')
  const text = await textOf(path)
  if (text !== undefined) await loadConfig({ file: path, env: process.env, cwd: process.cwd() })
  if (text !== undefined && hasAdapter(text, name)) {
    say(`${shown(path)} has a block for ${name} already: it stays as it is.\n`)
    return tried(name, path)
  }
  await tell(guide, dirname(path))
  using asking = openAsking(process.stdin, process.stdout)
  const block = await answers(name, guide, asking)
  if (block === undefined) {
    say(`\nNothing is written to ${shown(path)}. Run this again when you have them.`)
    return 0
  }
  const own = await asking.ask(`Your own id, to own the bot (${guide.ownId}). Empty: you pair later.`, false)
  const owner = own === undefined ? undefined : `${name}:${own}`
  // It may hold tokens: nobody else is to read it, and a file that was there keeps its mode unless it is changed first.
  if (text !== undefined) await chmod(path, 0o600)
  await writeFile(path, withAdapter(text, { name, block, owner }), { mode: 0o600 })
  say(`\n${shown(path)} is written.\n`)
  await lead(name, path, asking)
  const code = await tried(name, path)
  say(`\nNow start the bot (npm start) and write to it.${owner === undefined ? pairing : ''}`)
  return code
}

const pairing = ' It will show you a code: enter it here as `npm run -s parley -- pair CODE --role owner`.'

async function setupOf(name: string): Promise<AdapterSetup<unknown>> {
  const setups = (await adapterNames()).map(async (each) => [each, await adapterSetup(each)] as const)
  const known = new Map(await Promise.all(setups))
  const found = known.get(name)
  if (found !== undefined) return found
  const names = [...known].flatMap(([each, setup]) => (setup === undefined ? [] : [each]))
  const documented = known.has(name) ? `; docs/${name}.md says how that is set up` : ''
  throw new CommandLineError(
    'no-setup',
    `There is no set-up for ${name}. There is one for: ${names.join(', ')}${documented}.`,
  )
}

function checkedUrl(url: string | undefined): string | undefined {
  if (url === undefined || (URL.canParse(url) && new URL(url).protocol === 'https:')) return url
  throw new CommandLineError(
    'no-url',
    `${url} is no address that a platform could reach: it begins with https://`,
  )
}

function guideOfSeveral(name: string, setup: AdapterSetup<unknown>, url: string | undefined): SetupGuide {
  if (setup.several === undefined) {
    throw new CommandLineError(
      'no-setup',
      `${name} is set up the same way for one place or several: leave out --several.`,
    )
  }
  if (url !== undefined) return setup.several(url)
  throw new CommandLineError(
    'no-url',
    '--several needs --url https://…: where browsers reach this bot, for whoever installs it comes back there',
  )
}

async function tell({ file, steps }: SetupGuide, folder: string): Promise<void> {
  if (file !== undefined) {
    const path = join(folder, file.name)
    await writeFile(path, file.content)
    say(`${shown(path)} is written.\n`)
  }
  steps.forEach((step, index) => say(`${index + 1}. ${step}\n`))
}

/** Undefined: something was not answered. What the environment holds is not asked, and not written down. */
async function answers(
  name: string,
  { questions, settings, instead = [] }: SetupGuide,
  asking: Asking,
): Promise<Record<string, string> | undefined> {
  const block = { ...(await fromEnvironment(name, instead)), ...settings }
  for (const { key, ask, secret = false } of questions) {
    if (block[key] !== undefined) continue
    const answer = await answered(name, key, { ask, secret }, asking)
    if (answer === undefined) return undefined
    block[key] = answer
  }
  return block
}

async function fromEnvironment(name: string, without: readonly string[]): Promise<Record<string, string>> {
  const { environment } = await adapterSettings(name)
  const block: Record<string, string> = {}
  for (const [key, variable] of Object.entries(environment)) {
    const value = process.env[variable] ?? ''
    if (value === '' || without.includes(key)) continue
    const problem = await problemWith(name, key, value)
    if (problem !== undefined) throw new CommandLineError('bad-variable', `${variable}: ${problem}`)
    say(`${variable} is taken from the environment, now and when the bot runs.`)
    block[key] = `\${${variable}}`
  }
  return block
}

async function answered(
  name: string,
  key: string,
  { ask, secret }: { readonly ask: string; readonly secret: boolean },
  asking: Asking,
): Promise<string | undefined> {
  for (;;) {
    const answer = await asking.ask(ask, secret)
    const problem = answer === undefined ? undefined : await problemWith(name, key, answer)
    if (problem === undefined) return answer
    say(`${problem}\n`)
  }
}

/** What can be said only now that the settings are known; waits until it is done. */
async function lead(name: string, path: string, asking: Asking): Promise<void> {
  const { adapters } = await loadConfig({ file: path, env: process.env, cwd: process.cwd() })
  const steps = (await (await setupOf(name)).next?.(adapters[name]?.settings)) ?? []
  if (steps.length === 0) return
  for (const step of steps) say(`${step}\n`)
  await asking.ask('Enter, when that is done', false)
}

/** The config as the bot will read it, tried on the platform. */
async function tried(name: string, path: string): Promise<number> {
  const config = await loadConfig({ file: path, env: process.env, cwd: process.cwd() })
  const block = config.adapters[name]
  const platform = block === undefined ? [] : await platformFindings(name, block)
  return block !== undefined && report([...platform, ...(await wallsFindings(config))]) ? 0 : 1
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

function shown(path: string): string {
  const here = relative(process.cwd(), path)
  return here.startsWith('..') ? path : here
}

function say(words: string): void {
  process.stdout.write(`${words}\n`)
}
