/** The one place that knows where adapters are. None is loaded before its name is asked for. */
import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { z } from 'zod'
import type { Adapter, AdapterSettings, AdapterSetup, CreateAdapter } from './contract.ts'
import { ConfigError } from './config/problems.ts'

const folder = new URL('../adapters/', import.meta.url)

/** Names of the adapters that come with Parley, sorted. */
export async function adapterNames(): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .toSorted()
}

/** What an adapter wants to be told. Cheap: its SDK is not loaded. Throws {@link ConfigError} `adapter`. */
export async function adapterSettings(name: string): Promise<AdapterSettings<unknown>> {
  const found = settingsOf(await load(name, new URL(`${name}/settings.ts`, folder).href))
  if (found === undefined) throw broken(name, 'its settings.ts exports no `settings`')
  return found
}

/** Of all adapters that come with Parley, by name. */
export async function allAdapterSettings(): Promise<Readonly<Record<string, AdapterSettings<unknown>>>> {
  const names = await adapterNames()
  const entries = names.map(async (name) => [name, await adapterSettings(name)] as const)
  return Object.fromEntries(await Promise.all(entries))
}

/** How this adapter is set up and looked through; undefined: it does not say. Throws {@link ConfigError} `adapter`. */
export async function adapterSetup(name: string): Promise<AdapterSetup<unknown> | undefined> {
  const url = new URL(`${name}/setup.ts`, folder)
  if (!existsSync(url)) return undefined
  const { setup } = await load(name, url.href)
  if (!isSetup(setup)) throw broken(name, 'its setup.ts exports no `setup`')
  return setup
}

/**
 * Where a block's `module` leads: `./x.ts` from the folder `base` (absolute), else a package that is installed
 * there or beside Parley. Throws {@link ConfigError} `adapter`.
 */
export function resolveModule(name: string, module: string, base: string): string {
  // Any name in the folder does: what is resolved is relative to it.
  const from = join(base, 'config.yaml')
  if (/^\.{0,2}\//.test(module)) return new URL(module, pathToFileURL(from)).href
  try {
    return pathToFileURL(createRequire(from).resolve(module)).href
  } catch {
    // Not there, or without an entry for require(): Parley's own resolution knows both kinds.
  }
  try {
    return import.meta.resolve(module)
  } catch (error) {
    throw broken(name, `the package ${module} is not installed`, error)
  }
}

/** The `settings` of an adapter from elsewhere; undefined: it exports none, and takes its block as it is. */
export async function moduleSettings(
  name: string,
  url: string,
): Promise<AdapterSettings<unknown> | undefined> {
  return settingsOf(await load(name, url))
}

/**
 * Makes an adapter, not started yet. `settings` as its schema gives them; `module` as in AdapterConfig. Throws
 * {@link ConfigError} `adapter` when it cannot be loaded.
 */
export async function loadAdapter(name: string, settings: unknown, module?: string): Promise<Adapter> {
  const loaded = await load(name, module ?? new URL(`${name}/index.ts`, folder).href)
  const create = loaded.default
  if (!isCreateAdapter(create))
    throw broken(name, 'its default export is not a function (settings) => Adapter')
  return create(settings)
}

async function load(name: string, url: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return z.record(z.string(), z.unknown()).parse({ ...(await import(url)) })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const place = url.startsWith('file:') ? fileURLToPath(url) : url
    throw broken(name, `${place} cannot be loaded (${reason})`, error)
  }
}

function isCreateAdapter(value: unknown): value is CreateAdapter<unknown> {
  return typeof value === 'function'
}

function isSetup(value: unknown): value is AdapterSetup<unknown> {
  return typeof value === 'object' && value !== null && 'guide' in value && 'check' in value
}

const settingsShape = z.object({
  schema: z.custom<AdapterSettings<unknown>['schema']>(
    (schema) => typeof schema === 'object' && schema !== null && 'parse' in schema,
  ),
  environment: z.record(z.string(), z.string()),
  api: z
    .custom<NonNullable<AdapterSettings<unknown>['api']>>((api) => typeof api === 'function')
    .exactOptional(),
})

function settingsOf(loaded: Readonly<Record<string, unknown>>): AdapterSettings<unknown> | undefined {
  const found = settingsShape.safeParse(loaded.settings)
  return found.success ? found.data : undefined
}

function broken(name: string, what: string, cause?: unknown): ConfigError {
  const key = `adapters.${name}`
  return new ConfigError(undefined, [{ code: 'adapter', key, what: `\`${key}\`: ${what}` }], { cause })
}
