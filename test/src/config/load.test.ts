import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import type { ClaudeOptions } from '../../../src/claude/turn.ts'
import { permissionModes } from '../../../src/claude/turn.ts'
import { type Config, ConfigError, loadConfig } from '../../../src/config.ts'
import { testDir } from '../../rig/dir.ts'

async function load(text: string, env: NodeJS.ProcessEnv = {}): Promise<Config> {
  const cwd = await testDir()
  await writeFile(join(cwd, 'config.yaml'), text)
  return loadConfig({ env, cwd })
}

async function errorOf(loading: Promise<unknown>): Promise<ConfigError> {
  const error = await loading.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof ConfigError)) throw new Error('no ConfigError', { cause: error })
  return error
}

async function refusal(text: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
  const { message } = await errorOf(load(text, env))
  return message
}

describe('where a config comes from', () => {
  test('without a file the defaults hold', async () => {
    const cwd = await testDir()
    const config = await loadConfig({ env: {}, cwd })
    expect(config).toMatchObject({ file: undefined, dataDir: join(cwd, 'data'), adapters: {}, hints: [] })
    expect(config.claude).toMatchObject({ timeout: 3_600_000, silence: 900_000, allowedTools: [], env: {} })
    expect(config.sessions).toEqual({
      scope: 'user',
      idleTimeout: 600_000,
      background: 3_600_000,
      maxWarm: 8,
      maxRunning: 4,
      midTurn: 'queue',
      burst: 1500,
      retentionDays: 90,
    })
  })

  test('an empty file and one of comments are the defaults too', async () => {
    for (const text of ['', '# nothing yet\n', 'claude:\n  #model: opus\nadapters:\n']) {
      const config = await load(text)
      expect(config.claude.model).toBeUndefined()
      expect(config.sessions.maxWarm).toBe(8)
    }
  })

  test('a file that is named must exist', async () => {
    const error = await errorOf(loadConfig({ file: 'my.yaml', env: {}, cwd: await testDir() }))
    expect(error).toMatchObject({ code: 'not-found' })
    expect(error.message).toContain('(my.yaml): check the path')
  })

  test('a folder, and a file too large to be meant, are refused', async () => {
    const cwd = await testDir()
    await mkdir(join(cwd, 'config.yaml'))
    expect(await errorOf(loadConfig({ env: {}, cwd }))).toMatchObject({ code: 'unreadable' })
    expect(await refusal(`# ${'x'.repeat(300 * 1024)}`)).toContain('at most 256KB are read')
  })

  test('paths count from the folder of the file', async () => {
    const cwd = await testDir()
    await mkdir(join(cwd, 'etc'))
    await writeFile(
      join(cwd, 'etc/parley.yaml'),
      'dataDir: ../data\nclaude: { addDirs: [shared, ~/notes], command: ./bin/claude }\nlog: { file: parley.log }\n',
    )
    const config = await loadConfig({ file: 'etc/parley.yaml', env: { HOME: '/home/me' }, cwd })
    expect(config.file).toBe(join(cwd, 'etc/parley.yaml'))
    expect(config.dataDir).toBe(join(cwd, 'data'))
    expect(config.claude.addDirs).toEqual([join(cwd, 'etc/shared'), '/home/me/notes'])
    expect(config.claude.command).toBe(join(cwd, 'etc/bin/claude'))
    expect(config.log.file).toBe(join(cwd, 'etc/parley.log'))
    const named: ClaudeOptions = (await load('claude: { command: claude-next }')).claude
    expect(named.command).toBe('claude-next')
  })
})

describe('variables', () => {
  test('are filled in, as text or as what the key wants', async () => {
    const config = await load(
      'claude: { model: "${MODEL}" }\nsessions:\n  maxWarm: ${WARM}\n  idleTimeout: ${IDLE:-5m}\n',
      { MODEL: 'opus', WARM: '3' },
    )
    expect(config.claude.model).toBe('opus')
    expect(config.sessions).toMatchObject({ maxWarm: 3, idleTimeout: 300_000 })
  })

  test('a missing one is an error with file, line and key', async () => {
    expect(await refusal('claude:\n  model: ${MODEL}\n')).toBe(
      '`claude.model` wants the environment variable MODEL, which is not set (config.yaml:2:10): set it, or write ${MODEL:-default}',
    )
  })

  test('their values are not shown when they are wrong', async () => {
    const message = await refusal('sessions: { scope: "${SCOPE}" }\nstore: { url: "${URL}" }', {
      SCOPE: 'hunter2',
      URL: 'hunter3',
    })
    expect(message).toContain('`sessions.scope` wants one of')
    expect(message).not.toContain('hunter')
  })
})

describe('what is wrong is said with file, line and key', () => {
  test.each([
    ['claude:\n  modle: opus\n', 'unknown key `claude.modle` (config.yaml:2:3): did you mean `model`?'],
    ['clode: {}\n', 'unknown key `clode` (config.yaml:1:1): did you mean `claude`?'],
    ['log: { zebra: 1 }\n', 'unknown key `log.zebra` (config.yaml:1:8): known here: level, format, file'],
    ['claude:\n  maxTurns: lots\n', '`claude.maxTurns` wants a number, got "lots" (config.yaml:2:3)'],
    ['claude: { maxTurns: 1.5 }\n', '`claude.maxTurns` wants a whole number, got 1.5 (config.yaml:1:11)'],
    ['claude: { maxTurns: 0 }\n', '`claude.maxTurns` wants at least 1, got 0 (config.yaml:1:11)'],
    ['claude: []\n', '`claude` wants a block of keys, got a list (config.yaml:1:1)'],
    ['# mine\n- claude\n', 'the file wants a block of keys, got a list (config.yaml:2:1)'],
    ['claude\n', 'the file wants a block of keys, got "claude" (config.yaml:1:1)'],
    [
      'claude: { timeout: 60 }\n',
      '`claude.timeout` wants a duration with its unit, e.g. "60s" or "60m", got 60',
    ],
    ['claude: { timeout: 60d }\n', '`claude.timeout` wants a duration above zero and below 24d, got "60d"'],
    ['claude: { timeout: 0s }\n', 'above zero'],
    ['log: { level: inof }\n', 'got "inof" (config.yaml:1:8): did you mean `info`?'],
    [
      'access: { allow: [12] }\n',
      '`access.allow[0]` wants text, got 12 (config.yaml:1:19): put it into quotes',
    ],
    [
      'access: { allow: ["", bob] }\n',
      '`access.allow[1]` wants "*", "<adapter>:*", "<adapter>:<user id>" or "<adapter>:<group>", got "bob"',
    ],
    ['claude: { env: { "A B": x } }\n', '`claude.env["A B"]` is not a name for an environment variable'],
    ['claude: { model: "" }\n', '`claude.model` must not be empty'],
    [
      'claude: { mcpServers: { docs: {} } }\n',
      '`claude.mcpServers.docs` wants a `command` to run, or a `url` (config.yaml:1:25)',
    ],
    ['store: { url: "postgres://u:hunter2@db" }\n', 'got "postgres://u:[redacted]@db"'],
    ['just text\n', 'wants a block of keys, got "just text"'],
  ])('%j', async (text, message) => {
    expect(await refusal(text)).toContain(message)
  })

  test('all of it at once, in the order of the file', async () => {
    const error = await errorOf(
      load('log: { level: x }\nclaude:\n  modle: a\n  timeout: b\n  model: ${GONE}\nzebra: 1\n'),
    )
    expect(error.problems.map(({ key, place }) => [key, place?.line])).toEqual([
      ['log.level', 1],
      ['claude.modle', 3],
      ['claude.timeout', 4],
      ['claude.model', 5],
      ['zebra', 6],
    ])
    expect(error.message.split('\n')).toHaveLength(5)
    expect(error.code).toBe('invalid-value')
  })
})

describe('files that are not meant well, or not meant at all', () => {
  test.each([
    ['claude:\n\tmodel: x\n', 'indent with spaces'],
    ['claude: { env: { A: ${B} } }\n', 'put a value with ${…} into quotes'],
    ['claude: {\n', 'not readable as YAML'],
    ['a: 1\n---\nb: 2\n', 'not readable as YAML'],
    ['claude: !!js/function x\n', 'not readable as YAML'],
    ['[a]: 1\n', 'not readable as YAML'],
    ['claude: *nobody\n', '`claude` is `*nobody`, and nothing before it is marked `&nobody`'],
    ['claude: &c { settings: *c }\n', 'nothing before it is marked `&c`'],
    ['log: {}\nclaude: {}\nlog: {}\n', '`log` stands twice, first in line 1 (config.yaml:3:1): keep one'],
    [
      'claude:\n  env:\n    __proto__: { a: b }\n',
      '`claude.env.__proto__` cannot be a key (config.yaml:3:5)',
    ],
    ['constructor: { prototype: { a: 1 } }\n', 'unknown key `constructor`'],
  ])('%j', async (text, message) => {
    expect(await refusal(text)).toContain(message)
  })

  test('aliases are values, but not without end', async () => {
    const config = await load('claude: { env: &env { A: b }, settings: { env: *env } }\n')
    expect(config.claude.settings).toEqual({ env: { A: 'b' } })
    const levels = Array.from({ length: 9 }, (_, i) => `    a${i + 1}: &a${i + 1} [${`*a${i},`.repeat(9)}]\n`)
    const bomb = `claude:\n  settings:\n    a0: &a0 [x]\n${levels.join('')}`
    expect(await refusal(bomb)).toContain('holds more than 10000 values')
  })

  test('deep nesting and a great many keys end soon', async () => {
    for (const text of [
      '['.repeat(200_000),
      '- '.repeat(100_000),
      `claude: { settings: ${'{a: '.repeat(60)}1${'}'.repeat(60)} }`,
    ]) {
      expect((await refusal(text)).length).toBeLessThan(100_000)
    }
    const keys = Array.from({ length: 20_000 }, (_, i) => `  k${i}: v`).join('\n')
    expect(await refusal(`claude:\n${keys}`)).toContain('values')
  })
})

describe('secrets', () => {
  test('are gathered from keys, variables, URLs and the environment', async () => {
    const config = await load(
      'claude:\n  model: ${MODEL}\n  env: { GITHUB_TOKEN: from-key, MAX_TOKENS: "1000000" }\n  addDirs: ["${DIR}"]\n' +
        'store: { url: "redis://:from%2Furl@localhost" }\ntelemetry: { headers: { x-team: from-header } }\n',
      { MODEL: 'from-variable', DIR: '/srv/shared', ANTHROPIC_API_KEY: 'from-environment', PATH: '/usr/bin' },
    )
    expect([...config.secrets].toSorted()).toEqual(
      ['from%2Furl', 'from-environment', 'from-header', 'from-key', 'from-variable', 'from/url'].toSorted(),
    )
  })

  test('are not the folders that a shell tells of', async () => {
    const env = { PWD: '/srv/parley', OLDPWD: '/srv/before', DB_PWD: 'from-environment' }
    expect((await load('', env)).secrets).toEqual(['from-environment'])
  })
})

test('any config that is printed as YAML is read back as it was', async () => {
  const cwd = await testDir()
  const text = fc.string({ unit: 'grapheme', minLength: 1 })
  const name = fc.stringMatching(/^[A-Za-z_]\w{0,8}$/).filter((key) => key !== '__proto__')
  const json = fc
    .dictionary(name, fc.jsonValue({ maxDepth: 3 }), { noNullPrototype: true })
    .filter(holdsNoPrototype)
  const written = fc.record(
    {
      model: text,
      permissionMode: fc.constantFrom(...permissionModes),
      allowedTools: fc.array(text),
      appendSystemPrompt: text,
      maxTurns: fc.integer({ min: 1 }),
      settings: json,
      env: fc.dictionary(name, fc.string({ unit: 'binary' }), { noNullPrototype: true }),
    },
    { requiredKeys: [] },
  )
  await fc.assert(
    fc.asyncProperty(written, async (claude) => {
      const yaml = stringify({ claude: escaped(claude) }, { aliasDuplicateObjects: false })
      await writeFile(join(cwd, 'config.yaml'), yaml)
      const config = await loadConfig({ env: {}, cwd })
      expect(config.claude).toMatchObject(claude)
    }),
  )
})

/** Values only: keys are not looked through for variables. */
function escaped(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('${', () => '$${')
  if (Array.isArray(value)) return value.map(escaped)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, escaped(inner)]))
}

function holdsNoPrototype(value: unknown): boolean {
  return !JSON.stringify(value).includes('__proto__')
}
