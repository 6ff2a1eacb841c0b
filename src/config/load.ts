/** config.yaml and the environment -> one checked {@link Config}. */
import { readFile, stat } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { allAdapterSettings } from '../adapters.ts'
import { blocksFromEnvironment, checkBlocks } from './adapter-blocks.ts'
import { check } from './check.ts'
import { readDocument } from './document.ts'
import { ConfigError, type ConfigErrorCode, throwProblems, type Problem } from './problems.ts'
import { type Config, configSchema } from './schema.ts'
import { secretsOf } from './secrets.ts'
import { formatSize, parseSize } from './units.ts'
import { isHolder } from './wording.ts'

/** More is a mistake, and would keep the parser busy for seconds. */
const largestFile = parseSize('256KB') ?? 0

export interface LoadOptions {
  /** Path of the config file, from `cwd`; it must exist. Absent: config.yaml in `cwd`, if there is one. */
  readonly file?: string | undefined
  readonly env: NodeJS.ProcessEnv
  /** Absolute. */
  readonly cwd: string
}

/** Throws {@link ConfigError}, which holds every problem of the file. */
export async function loadConfig({ file, env, cwd }: LoadOptions): Promise<Config> {
  const path = resolve(cwd, file ?? 'config.yaml')
  const shown = relative(cwd, path)
  const name = shown === '' || shown.startsWith('..') ? path : shown
  const text = await readText(path, name)
  if (text !== undefined) return parseConfig(text, { name, env, cwd: dirname(path), file: path })
  if (file === undefined) return fromEnvironment(env, cwd)
  throw fileError(
    'not-found',
    name,
    'there is no such config file',
    'check the path, or copy config.example.yaml',
  )
}

function fileError(code: ConfigErrorCode, name: string, what: string, advice: string): ConfigError {
  return new ConfigError(name, [{ code, key: '', what, advice }])
}

/** Undefined: it does not exist. */
async function readText(path: string, name: string): Promise<string | undefined> {
  try {
    const { size } = await stat(path)
    if (size > largestFile) {
      const what = `the config file has ${formatSize(size)}, at most ${formatSize(largestFile)} are read`
      throw fileError('too-big', name, what, 'check that it is the right file')
    }
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof ConfigError) throw error
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    const what = `the config file cannot be read: ${error instanceof Error ? error.message : String(error)}`
    throw new ConfigError(name, [{ code: 'unreadable', key: '', what }], { cause: error })
  }
}

export interface ParseOptions {
  /** What errors call the text, e.g. `config.yaml`. */
  readonly name: string
  readonly env: NodeJS.ProcessEnv
  /** Absolute path of the folder that paths in it count from. */
  readonly cwd: string
  /** Absolute path of the file that it was read from. */
  readonly file?: string
}

/** Checks the text of a config, as YAML. Throws {@link ConfigError}. */
export async function parseConfig(text: string, { name, env, cwd, file }: ParseOptions): Promise<Config> {
  const document = readDocument(text, env)
  if (document.value === undefined) throwProblems(name, document.problems)
  const values = withoutBlanks(document.value)
  const core = check(configSchema, values, [], document)
  const blocks = isHolder(values) && isHolder(values.adapters) ? onlyBlocks(values.adapters) : {}
  const { adapters, problems } = await checkBlocks(blocks, cwd, document)
  const wrong = core.ok ? problems : [...core.problems, ...problems]
  // A value that could not be read is reported already, and would be again as a wrong one.
  const known = new Set(document.problems.map(({ key }) => key))
  throwProblems(name, [...document.problems, ...wrong.filter(({ key }) => !known.has(key))])
  if (core.ok) throwProblems(name, nodeProblems(core.value))
  if (!core.ok) throw new TypeError('a check failed and named no problem')
  const secrets = secretsOf(values, document.variables, env)
  return { ...absolute(core.value, cwd, env), adapters, file, secrets, hints: [] }
}

async function fromEnvironment(env: NodeJS.ProcessEnv, cwd: string): Promise<Config> {
  const { adapters, hints, values } = blocksFromEnvironment(await allAdapterSettings(), env)
  const secrets = secretsOf({}, values, env)
  return { ...absolute(configSchema.parse({}), cwd, env), adapters, file: undefined, secrets, hints }
}

/**
 * A key with nothing behind it counts as not written, so that all lines of a block may be commented out; an
 * adapter with nothing behind it is on, with its defaults.
 */
function withoutBlanks(root: unknown): unknown {
  if (root === null) return {}
  return mapBlock(root, (block, section) =>
    section === 'adapters' ? mapBlock(block, (own) => (own === null ? {} : mapBlock(own))) : mapBlock(block),
  )
}

/** A block without the keys that have nothing behind them; anything else as it is. */
function mapBlock(block: unknown, inside = (value: unknown, _key: string) => value): unknown {
  if (!isHolder(block) || Array.isArray(block)) return block
  const entries = Object.entries(block).map(([key, value]): [string, unknown] => [key, inside(value, key)])
  return Object.fromEntries(entries.filter(([, value]) => value !== null))
}

function onlyBlocks(blocks: object): Record<string, Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(blocks).filter(([, block]) => isHolder(block) && !Array.isArray(block)),
  )
}

type Settings = ReturnType<typeof configSchema.parse>

/** Several nodes keep nothing that the others need in a file of their own. */
function nodeProblems({ queue, store, roles }: Settings): Problem[] {
  const advice = 'set both to the same Redis; docs/scaling.md says what several nodes need'
  if (queue.url !== undefined && store.url === undefined) {
    const what =
      '`queue.url` shares the work among several nodes, which must share their records by `store.url`'
    return [{ code: 'missing-key', what, advice, key: 'store.url' }]
  }
  if (queue.url === undefined && new Set(roles).size < 2) {
    const what = '`roles` without `queue.url`: there is no other node that could do the rest'
    return [{ code: 'missing-key', what, advice, key: 'queue.url' }]
  }
  return []
}

/** Paths count from the folder of the config file; `~/` is the home of whoever runs Parley. */
function absolute(settings: Settings, base: string, env: NodeJS.ProcessEnv): Settings {
  const from = (path: string): string =>
    path.startsWith('~/') && env.HOME !== undefined ? join(env.HOME, path.slice(2)) : resolve(base, path)
  const { claude, log } = settings
  // A bare name is looked up on PATH.
  const command = claude.command?.includes('/') === true ? from(claude.command) : claude.command
  const file = log.file === undefined ? undefined : from(log.file)
  return {
    ...settings,
    dataDir: from(settings.dataDir),
    claude: { ...claude, command, addDirs: claude.addDirs.map(from) },
    projects: Object.fromEntries(Object.entries(settings.projects).map(([name, path]) => [name, from(path)])),
    log: { ...log, file },
  }
}
