/** config.example.yaml and docs/configuration.md against the schema: nothing is missing, nothing is made up. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isPair, isScalar, parse, parseDocument, visit } from 'yaml'
import { z } from 'zod'
import { type Config, loadConfig } from '../../../src/config.ts'
import { changesBetween, withLiveParts } from '../../../src/config/changes.ts'
import { configSchema } from '../../../src/config/schema.ts'
import { testDir } from '../../rig/dir.ts'

const root = new URL('../../../', import.meta.url)
const example = await readFile(new URL('config.example.yaml', root), 'utf8')
const guide = await readFile(new URL('docs/configuration.md', root), 'utf8')

/** Every key of the schema that is not itself a block of known keys, e.g. `claude.model`. */
function schemaKeys(schema: unknown, path = ''): string[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return schemaKeys(schema.unwrap(), path)
  }
  if (!(schema instanceof z.ZodObject)) return [path]
  return Object.entries(schema.shape).flatMap(([key, inner]) =>
    schemaKeys(inner, path === '' ? key : `${path}.${key}`),
  )
}

function keysIn(yaml: string): string[] {
  const keys: string[] = []
  visit(parseDocument(yaml), {
    Pair(_key, pair, ancestors) {
      const names = [...ancestors, pair].flatMap((node) =>
        isPair(node) && isScalar(node.key) ? [String(node.key.value)] : [],
      )
      keys.push(names.join('.'))
    },
  })
  return keys
}

/** What the example takes from the environment where all of it is in use. */
const variables = {
  SLACK_BOT_TOKEN: 'xoxb-1',
  SLACK_APP_TOKEN: 'xapp-1',
  LARK_APP_ID: 'cli_0123456789abcdef',
  LARK_APP_SECRET: 'secret',
  DISCORD_TOKEN: 'a.b.c',
  PARLEY_API_KEY: 'a-secret-of-24-characters-or-more',
}

async function load(yaml: string, env: Readonly<Record<string, string>> = {}): Promise<Config> {
  const cwd = await testDir()
  await writeFile(join(cwd, 'config.yaml'), yaml)
  return loadConfig({ env, cwd })
}

/** Keys without a default stand behind a `#`, with nothing between. */
const everything = example.replaceAll(/^( *)#(?=\w+:)/gm, '$1')

test('the example as it stands is the defaults', async () => {
  const { file: _file, dataDir: _dir, ...config } = await load(example)
  const { file: _none, dataDir: _data, ...defaults } = await loadConfig({ env: {}, cwd: await testDir() })
  expect(config).toEqual(defaults)
})

test('the example with all its keys in use is accepted', async () => {
  const config = await load(everything, variables)
  expect(config.claude).toMatchObject({
    model: 'opus',
    maxTurns: 50,
    maxBudgetUsd: 5,
    permissionMode: 'default',
  })
  expect(Object.keys(config.adapters)).toEqual(['terminal', 'slack', 'lark', 'http', 'discord'])
})

test('the example names every key, and no other', () => {
  const keys = keysIn(everything)
  expect(keys).toEqual(expect.arrayContaining(schemaKeys(configSchema)))
  const shown = keysIn(example).filter((key) => !keys.some((longer) => longer.startsWith(`${key}.`)))
  expect(schemaKeys(configSchema)).toEqual(expect.arrayContaining(shown))
})

test('the guide has every key with its default', () => {
  const rows = [...guide.matchAll(/^\| `([\w.]+)` +\| .* \| (.*?) +\| (?:yes|no) +\|$/gm)]
  expect(rows.map(([, key]) => key)).toEqual(schemaKeys(configSchema))
  const documented = rows.flatMap(([, key = '', shown = '']) => {
    const value = /^`(.*)`$/.exec(shown)?.[1]
    return value === undefined ? [] : [[key, parse(value)] as const]
  })
  const withDefaults = schemaKeys(configSchema).filter((key) => at(configSchema.parse({}), key) !== undefined)
  expect(documented.map(([key]) => key)).toEqual(withDefaults)
  for (const [key, value] of documented) {
    const blocks = key.split('.').toReversed()
    const config = blocks.reduce<unknown>((inner, part) => ({ [part]: inner }), value)
    expect(configSchema.parse(config)).toEqual(configSchema.parse({}))
  }
})

test('what the guide calls live holds without a restart, and nothing else does', async () => {
  const running = await loadConfig({ env: {}, cwd: await testDir() })
  const rows = [...guide.matchAll(/^\| `([\w.]+)` +\| .* \| (yes|no) +\|$/gm)].map(([, key, live]) => [
    key,
    live,
  ])
  // The block of an adapter is known by the adapter, and has a test of its own.
  const told = rows.filter(([key]) => key !== 'adapters')
  const found = told.map(([key = '']) => {
    const read = replaced(running, key.split('.'), 'another')
    const [change, ...more] = changesBetween(running, read)
    expect([change?.key, more]).toEqual([key, []])
    const holds = at(withLiveParts(running, read), key) === 'another'
    expect(change?.live).toBe(holds)
    return [key, holds ? 'yes' : 'no']
  })
  expect(found).toEqual(told)
})

/** `whole` with something else for one key, whatever the schema says of it. */
function replaced<T extends object>(whole: T, [key = '', ...rest]: readonly string[], value: string): T {
  const inner: unknown = Object.entries(whole).find(([name]) => name === key)?.[1]
  const block = typeof inner === 'object' && inner !== null ? inner : {}
  return { ...whole, [key]: rest.length === 0 ? value : replaced(block, rest, value) }
}

function at(value: unknown, key: string): unknown {
  return key
    .split('.')
    .reduce<unknown>((held, part) => z.record(z.string(), z.unknown()).parse(held ?? {})[part], value)
}
