/** Sets one platform up: what to do there, the questions about it, and its block in the config. */
import { chmod, readFile, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { adapterNames, adapterSettings, adapterSetup } from '../adapters.ts'
import { loadConfig } from '../config.ts'
import { hasAdapter, problemWith, withAdapter } from '../config/add-adapter.ts'
import type { AdapterSetup, SetupGuide } from '../contract.ts'
import type { Asking } from './asking.ts'
import { CommandLineError } from './prepare.ts'

export interface SetUp {
  /** The adapter. */
  readonly name: string
  /** The config file; absolute. */
  readonly path: string
  /** Where the platform can reach the bot. */
  readonly url?: string | undefined
  /** True: it serves several workspaces, each of which installs it. */
  readonly several?: boolean
}

/** `known`: the config had it already; `unanswered`: nothing is written. */
export type Outcome = 'known' | 'unanswered' | { readonly owner: string | undefined }

/** What whoever did not name themselves has to know. */
export const pairing =
  ' It will show you a code: enter it here as `npm run -s parley -- pair CODE --role owner`.'

/** Throws {@link CommandLineError} where it cannot begin. */
export async function setUp({ name, path, url, several = false }: SetUp, asking: Asking): Promise<Outcome> {
  const setup = await setupOf(name)
  const guide = several ? guideOfSeveral(name, setup, checkedUrl(url)) : setup.guide(checkedUrl(url))
  const text = await textOf(path)
  if (text !== undefined) await loadConfig({ file: path, env: process.env, cwd: process.cwd() })
  if (text !== undefined && hasAdapter(text, name)) return 'known'
  await tell(guide, dirname(path), asking)
  const block = await answers(name, guide, asking)
  if (block === undefined) return 'unanswered'
  const own =
    guide.own ??
    (await asking.ask(`Your own id, to own the bot (${guide.ownId}). Empty: you pair later.`, false))
  const owner = own === undefined ? undefined : `${name}:${own}`
  await writeConfig(path, withAdapter(text, { name, block, owner }))
  asking.say(`\n${shown(path)} is written.\n`)
  await lead(name, path, asking)
  return { owner }
}

/** Nobody else is to read it: it may hold tokens. */
export async function writeConfig(path: string, text: string): Promise<void> {
  // A file that was there keeps its mode unless it is changed first.
  if ((await textOf(path)) !== undefined) await chmod(path, 0o600)
  await writeFile(path, text, { mode: 0o600 })
}

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

async function tell({ file, steps }: SetupGuide, folder: string, { say }: Asking): Promise<void> {
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
  const block = { ...(await fromEnvironment(name, instead, asking)), ...settings }
  for (const { key, ask, secret = false } of questions) {
    if (block[key] !== undefined) continue
    const answer = await answered(name, key, { ask, secret }, asking)
    if (answer === undefined) return undefined
    block[key] = answer
  }
  return block
}

async function fromEnvironment(
  name: string,
  without: readonly string[],
  { say }: Asking,
): Promise<Record<string, string>> {
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
    asking.say(`${problem}\n`)
  }
}

/** What can be said only now that the settings are known; waits until it is done. */
async function lead(name: string, path: string, asking: Asking): Promise<void> {
  const { adapters } = await loadConfig({ file: path, env: process.env, cwd: process.cwd() })
  const steps = (await (await setupOf(name)).next?.(adapters[name]?.settings)) ?? []
  if (steps.length === 0) return
  for (const step of steps) asking.say(`${step}\n`)
  await asking.ask('Enter, when that is done', false)
}

/** Undefined: there is no such file. */
export async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/** A path as it is typed from here. */
export function shown(path: string): string {
  const here = relative(process.cwd(), path)
  return here.startsWith('..') ? path : here
}
