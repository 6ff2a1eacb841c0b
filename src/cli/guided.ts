/** `parley init` in a terminal: everything that has to be decided before the bot answers, one thing after the other. */
import { cancel, intro, log, multiselect, outro, select } from '@clack/prompts'
import manifest from '../../package.json' with { type: 'json' }
import { adapterNames, adapterSetup } from '../adapters.ts'
import { type Config, loadConfig } from '../config.ts'
import { type Choices, hasAdapter, withChoices } from '../config/add-adapter.ts'
import type { Finding } from '../contract.ts'
import { claudeFindings, doctor } from './doctor.ts'
import { wallsFindings } from './findings.ts'
import { modelFindings } from './model-findings.ts'
import { CommandLineError } from './prepare.ts'
import { Left, answered, promptedAsking } from './guided-asking.ts'
import { pairing, setUp, shown, textOf, writeConfig } from './set-up.ts'

export interface Guided {
  /** The config file; absolute. */
  readonly path: string
  readonly url?: string | undefined
  readonly several?: boolean | undefined
}

/** Resolves with doctor's exit code, or 130 when somebody left in the middle. */
export async function guided({ path, url, several }: Guided): Promise<number> {
  const platforms = await platformsToSetUp()
  if (!process.stdin.isTTY || !process.stdout.isTTY || several === true) {
    const why = several === true ? '--several is about one platform' : 'There is no terminal here to ask in'
    throw new CommandLineError(
      'no-terminal',
      `${why}: name it, e.g. \`parley init ${platforms[0] ?? ''}\`. There are: ${platforms.join(', ')}.`,
    )
  }
  intro(`Parley ${manifest.version}`)
  try {
    const owners = await choosePlatforms({ path, url }, platforms)
    await checkLogin(path)
    await chooseWalls(path)
    await chooseWho(path)
    outro('What doctor finds now:')
    const code = await doctor({ config: path })
    const unnamed = owners.length > 0 && owners.every((owner) => owner === undefined)
    process.stdout.write(`\nStart the bot by npm start, and write to it.${unnamed ? pairing : ''}\n`)
    return code
  } catch (error) {
    if (!(error instanceof Left)) throw error
    cancel(`Left. What stands in ${shown(path)} stays; run this again to go on.`)
    return 130
  }
}

async function platformsToSetUp(): Promise<readonly string[]> {
  const names = await adapterNames()
  const setups = await Promise.all(names.map((name) => adapterSetup(name)))
  return names.filter((_, index) => setups[index] !== undefined)
}

/** Resolves with whom each new platform is owned by. */
async function choosePlatforms(
  { path, url }: Guided,
  names: readonly string[],
): Promise<readonly (string | undefined)[]> {
  const text = (await textOf(path)) ?? ''
  const chosen = await answered(
    multiselect({
      message: 'Where is the bot to be reached? (none: in this terminal alone)',
      options: names.map((value) =>
        hasAdapter(text, value) ? { value, hint: `stands in ${shown(path)}`, disabled: true } : { value },
      ),
      required: false,
    }),
  )
  const owners: (string | undefined)[] = []
  for (const name of chosen) {
    log.step(name)
    const outcome = await setUp({ name, path, url }, promptedAsking)
    if (outcome === 'unanswered')
      log.warn(`Nothing is written about ${name}: run this again when you have it.`)
    else if (outcome !== 'known') owners.push(outcome.owner)
  }
  return owners
}

/** Looks until it works, or is to wait. */
async function checkLogin(path: string): Promise<void> {
  for (;;) {
    const config = await configAt(path)
    const found = [...(await claudeFindings(config)), ...(await modelFindings(config, process.env))]
    show(found)
    if (found.every(({ ok }) => ok)) return
    const next = await answered(
      select({
        message:
          'Claude cannot answer yet. Mend it in another terminal (a variable takes a new start of this), then:',
        options: [
          { value: 'again', label: 'Look again' },
          { value: 'on', label: 'Go on without', hint: 'doctor says it once more at the end' },
        ],
      }),
    )
    if (next === 'on') return
  }
}

async function chooseWalls(path: string): Promise<void> {
  for (;;) {
    const config = await configAt(path)
    const found = await wallsFindings(config)
    show(found)
    if (found.every(({ ok }) => ok)) return
    const next = await answered(
      select({
        message: 'Each person’s Claude is walled in, so that nobody reaches what is another’s. Here:',
        options: [
          { value: 'again', label: 'Look again', hint: 'after e.g. apt install bubblewrap' },
          { value: 'later', label: 'Leave it for later', hint: 'the bot does not start until it works' },
          {
            value: 'none',
            label: 'No walls',
            hint: 'everybody who may talk can reach all files of this user',
          },
        ],
      }),
    )
    if (next === 'none') await change(path, { sandbox: 'none' })
    if (next !== 'again') return
  }
}

async function chooseWho(path: string): Promise<void> {
  const { adapters, access } = await configAt(path)
  const chats = Object.keys(adapters).filter((name) => name !== 'terminal')
  if (chats.length === 0) return
  const who = await answered(
    select({
      message: 'Who may talk to the bot, besides those whom the config names?',
      options: [
        { value: 'code', label: 'Newcomers with a code', hint: 'they are shown one, and you enter it' },
        { value: 'off', label: 'Nobody', hint: 'you add people to `access` in the config' },
        { value: 'all', label: 'Everybody', hint: `on ${chats.join(', ')}` },
      ],
      initialValue: access.pairing,
    }),
  )
  if (who === 'all') await change(path, { allow: chats.map((name) => `${name}:*`) })
  else await change(path, { pairing: who === 'code' ? 'code' : 'off' })
}

async function change(path: string, choices: Choices): Promise<void> {
  await writeConfig(path, withChoices((await textOf(path)) ?? '', choices))
}

/** With no file, or one that has no platform yet, the defaults. */
async function configAt(path: string): Promise<Config> {
  const file = (await textOf(path)) === undefined ? undefined : path
  return loadConfig({ file, env: process.env, cwd: process.cwd() })
}

function show(findings: readonly Finding[]): void {
  for (const { ok, what, advice } of findings) {
    const words = advice === undefined ? what : `${what}\n→ ${advice}`
    if (ok) log.success(words)
    else log.error(words)
  }
}
