/** What differs between two configs, key by key, in words. */
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { namesSecret } from '../log/names.ts'
import { type Path, keyOf } from './problems.ts'
import { type Config, configSchema } from './schema.ts'
import { duration, formatDuration, formatSize, size } from './units.ts'

export interface ConfigChange {
  /** As in config.yaml, e.g. `claude.model`. */
  readonly key: string
  /** E.g. "is now opus, was sonnet"; no value of a secret, of a text or of an adapter's block. */
  readonly words: string
  /** False: it holds from the next start on. */
  readonly live: boolean
}

/** Every key whose value differs. */
export function changesBetween(before: Config, after: Config): readonly ConfigChange[] {
  return differences([], keysOf(before), keysOf(after)).map(({ path, was, is }) => ({
    key: keyOf(path),
    words: showsValue(path) ? inWords(path, was, is) : without(was, is),
    live: isLive(path),
  }))
}

const liveSections = [
  'language',
  'claude',
  'sessions',
  'access',
  'projects',
  'approvals',
  'budgets',
  'limits',
  'files',
  'replies',
  'catchUp',
] as const satisfies readonly (keyof Config)[]

export function isLive([section, key]: Path): boolean {
  return liveSections.some((each) => each === section) || (section === 'log' && key === 'level')
}

/** `running` with all of `read` that can change without a restart. */
export function withLiveParts(running: Config, read: Config): Config {
  // What waits for a restart still uses the secrets of before.
  const secrets = [...new Set([...running.secrets, ...read.secrets])]
  const live = Object.fromEntries(liveSections.map((section) => [section, read[section]]))
  return { ...running, ...live, secrets, log: { ...running.log, level: read.log.level } }
}

/** The config as it is written, without what {@link Config} adds. */
function keysOf(config: Config): object {
  const { file: _file, secrets: _secrets, hints: _hints, adapters, ...sections } = config
  const blocks = Object.entries(adapters).map(([name, { settings, module }]) => [name, { settings, module }])
  return { ...sections, adapters: Object.fromEntries(blocks) }
}

interface Difference {
  readonly path: Path
  readonly was: unknown
  readonly is: unknown
}

function differences(path: Path, was: unknown, is: unknown): readonly Difference[] {
  if (isDeepStrictEqual(was ?? [], is ?? [])) return []
  const blocks = [was, is].map((side) => (side === undefined && showsValue(path) ? {} : side))
  const [before, after] = blocks.filter(isBlock)
  if (before === undefined || after === undefined) return [{ path, was, is }]
  const keys = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...keys].flatMap((key) => differences(pathOf(path, key), before[key], after[key]))
}

/** In config.yaml an adapter's settings stand in its block directly. */
function pathOf(path: Path, key: string): Path {
  return path[0] === 'adapters' && path.length === 2 && key === 'settings' ? path : [...path, key]
}

function isBlock(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}

const hiddenBlocks = new Set(['env', 'mcpServers', 'settings', 'appendSystemPrompt'])

const hiddenSections = new Set<unknown>(['adapters', 'store', 'queue', 'telemetry'])

/** False: a secret, or a text or block that may hold one. */
export function showsValue([section, key]: Path): boolean {
  if (hiddenSections.has(section)) return false
  return !(section === 'claude' && hiddenBlocks.has(String(key))) && !namesSecret(String(key))
}

function without(was: unknown, is: unknown): string {
  return was === undefined ? 'was added' : is === undefined ? 'was removed' : 'has changed'
}

function inWords(path: Path, was: unknown, is: unknown): string {
  const [before, after] = [was ?? [], is ?? []]
  if (Array.isArray(before) && Array.isArray(after)) return listInWords(before, after)
  if (was === undefined) return `is now ${shown(path, is)}`
  if (is === undefined) return `is no longer set, was ${shown(path, was)}`
  return `is now ${shown(path, is)}, was ${shown(path, was)}`
}

function listInWords(was: readonly unknown[], is: readonly unknown[]): string {
  const added = is.filter((item) => !was.includes(item))
  const removed = was.filter((item) => !is.includes(item))
  const words = [
    added.length > 0 ? `gained ${added.join(', ')}` : '',
    removed.length > 0 ? `lost ${removed.join(', ')}` : '',
  ].filter((part) => part !== '')
  return words.length > 0 ? words.join(' and ') : 'has another order'
}

function shown(path: Path, value: unknown): string {
  if (typeof value !== 'number') return String(value)
  const schema = schemaAt(configSchema, path)
  return schema === duration ? formatDuration(value) : schema === size ? formatSize(value) : String(value)
}

/** What checks the value of this key; of several, the first with a unit. */
export function schemaAt(schema: unknown, path: Path): unknown {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return schemaAt(schema.unwrap(), path)
  }
  const [key, ...rest] = path
  if (schema instanceof z.ZodObject && key !== undefined) return schemaAt(schema.shape[String(key)], rest)
  return schema instanceof z.ZodUnion
    ? schema.options.find((each) => each === duration || each === size)
    : schema
}
