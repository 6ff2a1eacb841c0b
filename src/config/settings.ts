/** Single keys of the config: what stands behind each, and the file with one of them changed. */
import { readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { isMap, parseDocument } from 'yaml'
import { z } from 'zod'
import type { Setting, SettingValue } from '../contract.ts'
import { isLive, schemaAt, showsValue } from './changes.ts'
import { parseConfig } from './load.ts'
import { ConfigError, type Path, keyOf } from './problems.ts'
import { type Config, configSchema } from './schema.ts'
import { duration, formatDuration, formatSize, size } from './units.ts'

/**
 * `unknown` there is no such key; `file-only` it widens what people may do, or leads out of the walls: whoever can write
 * the file changes it there; `invalid` the check refuses it; `no-file` there is none to write to; `unwritable`.
 */
export class SettingError extends Error {
  override readonly name = 'SettingError'
  readonly code: 'unknown' | 'file-only' | 'invalid' | 'no-file' | 'unwritable'

  constructor(code: SettingError['code'], message: string, options: { cause?: unknown } = {}) {
    super(message, options)
    this.code = code
  }
}

/** Sections whose every key is a matter of taste, money or load, and single keys of the others. */
const editableSections = new Set(['sessions', 'budgets', 'limits', 'files', 'replies', 'catchUp'])
const editableKeys = new Set([
  'language',
  'claude.model',
  'claude.maxTurns',
  'claude.maxBudgetUsd',
  'claude.timeout',
  'claude.silence',
  'approvals.expire',
  'approvals.remind',
  'approvals.keepPlace',
  'log.level',
  'log.format',
])

/** `written`: what the file says by now. */
export function settingsIn(current: Config, written: Config): readonly Setting[] {
  return known.map((path) => settingAt(path, current, written))
}

export function settingNamed(key: string, current: Config, written: Config): Setting {
  return settingAt(pathNamed(key), current, written)
}

/** Checks and writes. Throws {@link SettingError}. */
export async function writeSetting(
  { file }: Pick<Config, 'file'>,
  key: string,
  value: SettingValue | undefined,
  { env, cwd }: { readonly env: NodeJS.ProcessEnv; readonly cwd: string },
): Promise<void> {
  const path = pathNamed(key)
  if (!isEditable(path)) {
    const message = `\`${key}\` is changed in the config file alone: it decides who may do what, or what leaves the walls.`
    throw new SettingError('file-only', message)
  }
  // A variable's value would come into view.
  if (typeof value === 'string' && value.includes('${'))
    throw new SettingError('invalid', 'Variables stand in the config file alone.')
  if (file === undefined) {
    const message = 'This bot was started without a config file: there is nothing to write to.'
    throw new SettingError('no-file', message)
  }
  try {
    const target = await realpath(file)
    const text = withValue(await readFile(target, 'utf8'), path, value)
    await parseConfig(text, { name: file, env, cwd, file })
    await replace(target, text)
  } catch (cause) {
    if (cause instanceof ConfigError) throw new SettingError('invalid', cause.message, { cause })
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new SettingError('unwritable', `The config file cannot be written: ${reason}`, { cause })
  }
}

/** What people wrote stays as they wrote it. */
function withValue(text: string, path: Path, value: SettingValue | undefined): string {
  const document = parseDocument(text)
  if (value === undefined) {
    if (document.hasIn(path)) document.deleteIn(path)
    return document.toString({ lineWidth: 0 })
  }
  // A key with nothing behind it is no map yet.
  for (let length = 1; length < path.length; length++) {
    const before = path.slice(0, length)
    if (!isMap(document.getIn(before, true))) document.setIn(before, document.createNode({}))
  }
  document.setIn(path, value)
  return document.toString({ lineWidth: 0 })
}

/** Whole or not at all, with the rights that it had. */
async function replace(target: string, text: string): Promise<void> {
  const beside = `${target}.${process.pid}.new`
  const { mode } = await stat(target)
  try {
    await writeFile(beside, text, { mode: mode & 0o777, flag: 'wx' })
    await rename(beside, target)
  } catch (error) {
    await rm(beside, { force: true })
    throw error
  }
}

function settingAt(path: Path, current: Config, written: Config): Setting {
  const value = valueAt(path, current)
  const next = valueAt(path, written)
  return {
    key: keyOf(path),
    ...(value === undefined ? {} : { value }),
    live: isLive(path),
    editable: isEditable(path),
    ...(next === undefined || String(next) === String(value) ? {} : { waiting: next }),
  }
}

function valueAt(path: Path, config: Config): SettingValue | undefined {
  let value: unknown = config
  for (const part of path) value = z.record(z.string(), z.unknown()).safeParse(value).data?.[String(part)]
  if (Array.isArray(value)) return value.map(String)
  if (typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value !== 'number') return undefined
  const schema = schemaAt(configSchema, path)
  // Milliseconds and bytes are a program's; 0 needs no unit.
  if (value === 0) return value
  return schema === duration ? formatDuration(value) : schema === size ? formatSize(value) : value
}

function isEditable(path: Path): boolean {
  return editableSections.has(String(path[0])) || editableKeys.has(keyOf(path))
}

function pathNamed(key: string): Path {
  const path = known.find((each) => keyOf(each) === key)
  if (path !== undefined) return path
  throw new SettingError('unknown', `There is no setting \`${key}\` that can be shown here.`)
}

/** All that is no map of people's own names, and may be seen. */
const known: readonly Path[] = leaves([], configSchema).filter((path) => showsValue(path))

function leaves(path: Path, schema: unknown): readonly Path[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault)
    return leaves(path, schema.unwrap())
  if (schema instanceof z.ZodRecord) return []
  if (!(schema instanceof z.ZodObject)) return [path]
  return Object.entries(schema.shape).flatMap(([key, inner]) => leaves([...path, key], inner))
}
