/** The `adapters` block: each adapter's own schema checks its part of it. */
import { adapterNames, adapterSettings, moduleSettings, resolveModule } from '../adapters.ts'
import type { AdapterSettings } from '../contract.ts'
import { check } from './check.ts'
import { ConfigError, type Problem } from './problems.ts'
import type { AdapterConfig } from './schema.ts'
import { type Origin, unknownKey } from './wording.ts'

type Blocks = Readonly<Record<string, Readonly<Record<string, unknown>>>>

export interface CheckedBlocks {
  readonly adapters: Readonly<Record<string, AdapterConfig>>
  readonly problems: readonly Problem[]
}

/** `base`: the folder from which modules are found. Throws only what is no problem of the config. */
export async function checkBlocks(blocks: Blocks, base: string, origin: Origin): Promise<CheckedBlocks> {
  const names = await adapterNames()
  const adapters: [string, AdapterConfig][] = []
  const problems: Problem[] = []
  for (const [name, block] of Object.entries(blocks)) {
    const found = await checkBlock(name, block, { base, origin, names })
    if (Array.isArray(found)) problems.push(...found)
    else adapters.push([name, found])
  }
  return { adapters: Object.fromEntries(adapters), problems }
}

interface Surroundings {
  readonly base: string
  readonly origin: Origin
  readonly names: readonly string[]
}

async function checkBlock(
  name: string,
  block: Blocks[string],
  { base, origin, names }: Surroundings,
): Promise<AdapterConfig | Problem[]> {
  const path = ['adapters', name]
  const { module, ...own } = block
  if (module === undefined && !names.includes(name)) return [unknownKey(path, names, origin)]
  if (module !== undefined && typeof module !== 'string') {
    const key = `adapters.${name}.module`
    const what = `\`${key}\` wants the path of a module, or a package`
    return [{ code: 'invalid-value', key, what, place: origin.place([...path, 'module']) }]
  }
  try {
    const url = module === undefined ? undefined : resolveModule(name, module, base)
    const settings = url === undefined ? await adapterSettings(name) : await moduleSettings(name, url)
    if (settings === undefined) return { settings: own, module: url }
    const checked = check(settings.schema, own, path, origin)
    return checked.ok ? { settings: checked.value, module: url } : checked.problems
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.problems.map((problem) => ({ ...problem, place: origin.place([...path, 'module']) }))
  }
}

export interface EnvironmentBlocks {
  readonly adapters: Readonly<Record<string, AdapterConfig>>
  /** About adapters that lack a variable, for people. */
  readonly hints: readonly string[]
  /** What the variables hold. */
  readonly values: readonly string[]
}

/**
 * Without a config file: an adapter is on when the environment has all that its schema wants. Throws
 * {@link ConfigError} when all is there and something in it is wrong.
 */
export function blocksFromEnvironment(
  all: Readonly<Record<string, AdapterSettings<unknown>>>,
  env: NodeJS.ProcessEnv,
): EnvironmentBlocks {
  const adapters: [string, AdapterConfig][] = []
  const hints: string[] = []
  const values: string[] = []
  for (const [name, settings] of Object.entries(all)) {
    const given = Object.entries(settings.environment).flatMap(([key, variable]): [string, string][] => {
      const value = env[variable]
      return value === undefined || value === '' ? [] : [[key, value]]
    })
    if (given.length === 0) continue
    values.push(...given.map(([, value]) => value))
    const found = fromVariables(name, settings, Object.fromEntries(given))
    if (typeof found === 'string') hints.push(found)
    else adapters.push([name, found])
  }
  return { adapters: Object.fromEntries(adapters), hints, values }
}

function fromVariables(
  name: string,
  { schema, environment }: AdapterSettings<unknown>,
  block: Readonly<Record<string, string>>,
): AdapterConfig | string {
  const path = ['adapters', name]
  const checked = check(schema, block, path, { place: () => undefined, isVariable: () => true })
  if (checked.ok) return { settings: checked.value }
  const variableOf = ({ key }: Problem): string => environment[key.slice(`adapters.${name}.`.length)] ?? key
  const [first, ...rest] = checked.problems
    .filter(({ code }) => code !== 'missing-key')
    .map((problem) => ({ ...problem, what: `${problem.what} (from ${variableOf(problem)})` }))
  if (first !== undefined) throw new ConfigError(undefined, [first, ...rest])
  return `${name} is off: ${checked.problems.map(variableOf).join(' and ')} must be set as well`
}
