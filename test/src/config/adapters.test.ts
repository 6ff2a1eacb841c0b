import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { adapterNames, loadAdapter } from '../../../src/adapters.ts'
import { blocksFromEnvironment } from '../../../src/config/adapter-blocks.ts'
import { loadConfig } from '../../../src/config.ts'
import { testDir } from '../../rig/dir.ts'

const madeUp = `
export default (settings) => ({
  name: 'made-up', limits: { text: settings.limit ?? 1, editEvery: 1, buttons: 1 }, measure: (text) => text.length,
  async start() {}, async stop() {}, async send(to) { return { address: to, id: '1' } },
})
`
/** Stands for a schema of any kind: it throws issues, as zod does. */
const withSettings = `${madeUp}
export const settings = {
  environment: {},
  schema: { parse(value) {
    if (typeof value.limit === 'number') return { limit: value.limit * 2 }
    throw { issues: [{ code: 'invalid_type', expected: 'number', path: ['limit'], message: 'no' }] }
  } },
}
`

async function folder(files: Readonly<Record<string, string>>): Promise<string> {
  const cwd = await testDir()
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(cwd, name, '..'), { recursive: true })
    await writeFile(join(cwd, name), text)
  }
  return cwd
}

describe('blocks', () => {
  test('an empty block switches an adapter on', async () => {
    const cwd = await folder({ 'config.yaml': 'adapters:\n  terminal:\n' })
    expect((await loadConfig({ env: {}, cwd })).adapters).toMatchObject({ terminal: { settings: {} } })
  })

  test.each([
    ['terminl: {}', 'unknown key `adapters.terminl` (config.yaml:2:3): did you mean `terminal`?'],
    [
      'terminal: { mod: chat }',
      'unknown key `adapters.terminal.mod` (config.yaml:2:15): did you mean `mode`?',
    ],
    ['terminal: { mode: chatt }', '`adapters.terminal.mode` wants one of'],
    ['terminal: [chat]', '`adapters.terminal` wants a block of keys, got a list (config.yaml:2:3)'],
    ['"a:b": {}', '`adapters["a:b"]` is not a name for an adapter'],
    ['own: { module: ./gone.mjs }', 'gone.mjs cannot be loaded'],
    [
      'own: { module: no-such-package-anywhere }',
      'the package no-such-package-anywhere is not installed (config.yaml:2:10)',
    ],
    [
      'own: { module: 5 }',
      '`adapters.own.module` wants the path of a module, or a package (config.yaml:2:10)',
    ],
  ])('%s', async (block, message) => {
    const cwd = await folder({ 'config.yaml': `adapters:\n  ${block}\n` })
    await expect(loadConfig({ env: {}, cwd })).rejects.toThrow(message)
  })
})

describe('adapters from elsewhere', () => {
  test('are found from the folder of the config, as a file or as a package', async () => {
    const cwd = await folder({
      'config.yaml':
        'adapters:\n  one: { module: ./one.mjs, limit: 7 }\n  two: { module: made-up, limit: 7 }\n',
      'one.mjs': madeUp,
      'node_modules/made-up/package.json': '{"name":"made-up","type":"module","main":"main.js"}',
      'node_modules/made-up/main.js': withSettings,
    })
    const { adapters } = await loadConfig({ env: {}, cwd })
    const limits = Object.entries(adapters).map(async ([name, { settings, module }]) => {
      const adapter = await loadAdapter(name, settings, module)
      return [name, adapter.limits.text]
    })
    // The second has a schema, which doubles it.
    expect(await Promise.all(limits)).toEqual([
      ['one', 7],
      ['two', 14],
    ])
  })

  test('have their blocks checked by what they export', async () => {
    const cwd = await folder({
      'config.yaml':
        'adapters:\n  own:\n    module: ./own.mjs\n    limit: many\n  env: { module: ./own.mjs, limit: "${LIMIT}" }\n',
      'own.mjs': withSettings,
    })
    await expect(loadConfig({ env: { LIMIT: '5' }, cwd })).rejects.toThrow(
      /^`adapters.own.limit` wants a number, got "many" \(config.yaml:4:5\)$/,
    )
  })

  test('that are no adapters are refused', async () => {
    const cwd = await folder({
      'config.yaml': 'adapters:\n  own: { module: ./own.mjs }\n',
      'own.mjs': 'export const a = 1\n',
    })
    const { own } = (await loadConfig({ env: {}, cwd })).adapters
    await expect(loadAdapter('own', own?.settings, own?.module)).rejects.toMatchObject({
      code: 'adapter',
      message: '`adapters.own`: its default export is not a function (settings) => Adapter',
    })
  })
})

describe('without a config file', () => {
  const chat = {
    schema: z.strictObject({ token: z.string().min(8), port: z.int().default(80), app: z.string() }),
    environment: { token: 'CHAT_TOKEN', port: 'CHAT_PORT', app: 'CHAT_APP' },
  }

  test('an adapter with all of its variables is on', () => {
    const env = { CHAT_TOKEN: 'long enough', CHAT_APP: 'a', CHAT_PORT: '8080' }
    expect(blocksFromEnvironment({ chat }, env)).toEqual({
      adapters: { chat: { settings: { token: 'long enough', app: 'a', port: 8080 } } },
      hints: [],
      values: ['long enough', '8080', 'a'],
    })
  })

  test('one that lacks a variable is off, and that is said', () => {
    expect(blocksFromEnvironment({ chat }, { CHAT_TOKEN: 'long enough' })).toMatchObject({
      adapters: {},
      hints: ['chat is off: CHAT_APP must be set as well'],
    })
    expect(blocksFromEnvironment({ chat }, { CHAT_TOKEN: '' })).toMatchObject({ adapters: {}, hints: [] })
  })

  test('a wrong value is an error that names the variable and not the value', () => {
    expect(() => blocksFromEnvironment({ chat }, { CHAT_TOKEN: 'hunter2', CHAT_APP: 'a' })).toThrow(
      /^`adapters.chat.token` wants at least 8 characters \(from CHAT_TOKEN\)$/,
    )
  })
})

test('every adapter of Parley can be listed', async () => {
  expect(await adapterNames()).toContain('terminal')
})
