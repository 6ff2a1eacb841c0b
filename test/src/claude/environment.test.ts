import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { environmentFor, type Environment } from '../../../src/claude/environment.ts'
import { login, loginDirectory } from '../../../src/claude/login.ts'
import type { SessionOptions } from '../../../src/claude/turn.ts'
import { testDir } from '../../rig/dir.ts'

function environment(
  parent: Environment,
  env: Record<string, string> = {},
  loginDir?: string,
): Record<string, string> {
  const options: SessionOptions = {
    sessionId: 'id',
    resume: false,
    workspace: '/u/workspace',
    configDir: '/u/config',
    home: '/u/home',
    claude: {
      allowedTools: [],
      disallowedTools: [],
      addDirs: [],
      mcpServers: {},
      settings: {},
      timeout: 1,
      silence: 1,
      env,
    },
  }
  return environmentFor(options, { parent, mark: 'id/1', loginDir, temporary: '/u/home/.tmp' })
}

const own = {
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
  CLAUDE_CODE_DISABLE_FILE_MENTIONS: '1',
  CLAUDE_CODE_ENABLE_SDK_FILE_CHECKPOINTING: '1',
  HOME: '/u/home',
  CLAUDE_CONFIG_DIR: '/u/config',
  TMPDIR: '/u/home/.tmp',
  PARLEY_SESSION: 'id/1',
}

test('nothing is inherited that is not named', () => {
  expect(environment({})).toEqual(own)
  fc.assert(
    fc.property(fc.dictionary(fc.stringMatching(/^[A-Z][A-Z0-9_]{0,20}$/), fc.string()), (parent) => {
      const odd = Object.fromEntries(Object.entries(parent).map(([name, value]) => [`X_${name}`, value]))
      expect(environment(odd)).toEqual(own)
    }),
  )
})

test('what the machine and the login need is passed on', () => {
  const parent = {
    PATH: '/bin',
    LANG: 'de_AT.UTF-8',
    LC_ALL: 'C',
    TZ: 'Europe/Vienna',
    HTTPS_PROXY: 'http://proxy',
    no_proxy: 'localhost',
    NODE_EXTRA_CA_CERTS: '/ca.pem',
    ANTHROPIC_API_KEY: 'key',
    ANTHROPIC_BASE_URL: 'http://gateway',
    CLAUDE_CODE_OAUTH_TOKEN: 'token',
  }
  expect(environment(parent)).toEqual({ ...parent, ...own })
})

test('a nested session and the secrets of other things stay outside', () => {
  const parent = {
    CLAUDECODE: '1',
    CLAUDE_CODE_ENTRYPOINT: 'cli',
    CLAUDE_CODE_SESSION_ID: 'x',
    CLAUDE_CODE_SSE_PORT: '1',
    CLAUDE_CODE_MESSAGING_TOKEN: 'x',
    AWS_SECRET_ACCESS_KEY: 'x',
    GOOGLE_APPLICATION_CREDENTIALS: 'x',
    AZURE_CLIENT_SECRET: 'x',
    SLACK_BOT_TOKEN: 'x',
    NODE_OPTIONS: '--inspect',
    LD_PRELOAD: 'x',
    BASH_ENV: 'x',
  }
  expect(environment(parent)).toEqual(own)
})

test("a chosen provider's variables come along, and the files that hang on the operator's home", () => {
  const bedrock = environment({
    HOME: '/op',
    CLAUDE_CODE_USE_BEDROCK: '1',
    AWS_REGION: 'eu',
    AWS_PROFILE: 'p',
    AZURE_X: 'no',
  })
  expect(bedrock).toEqual({
    ...own,
    CLAUDE_CODE_USE_BEDROCK: '1',
    AWS_REGION: 'eu',
    AWS_PROFILE: 'p',
    AWS_CONFIG_FILE: '/op/.aws/config',
    AWS_SHARED_CREDENTIALS_FILE: '/op/.aws/credentials',
  })
  // Chosen in the config, with the keys in Parley's environment.
  const vertex = environment({ HOME: '/op', CLOUD_ML_REGION: 'eu' }, { CLAUDE_CODE_USE_VERTEX: '1' })
  expect(vertex).toMatchObject({ CLOUD_ML_REGION: 'eu', CLOUDSDK_CONFIG: '/op/.config/gcloud' })
})

test('the config adds and overrides, but opens no wall', () => {
  const changed = environment(
    { ANTHROPIC_API_KEY: 'outer' },
    {
      ANTHROPIC_API_KEY: 'inner',
      FOO: 'bar',
      HOME: '/op',
      CLAUDE_CONFIG_DIR: '/op/.claude',
      PARLEY_SESSION: 'x',
    },
  )
  expect(changed).toEqual({ ...own, ANTHROPIC_API_KEY: 'inner', FOO: 'bar' })
})

test("the machine's own login is named, all else stays the user's", () => {
  expect(environment({}, {}, '/op/.claude')).toEqual({
    ...own,
    CLAUDE_SECURESTORAGE_CONFIG_DIR: '/op/.claude',
  })
})

test('the login is the one that the CLI will use', async () => {
  const home = await testDir('operator-')
  expect(login({ HOME: home })).toBeUndefined()
  expect(login({})).toBeUndefined()
  await mkdir(join(home, '.claude'))
  await writeFile(join(home, '.claude', '.credentials.json'), '{}')
  expect(login({ HOME: home })).toBe('machine')
  expect(login({ HOME: '/nowhere', CLAUDE_CONFIG_DIR: join(home, '.claude') })).toBe('machine')
  expect(loginDirectory({ HOME: home })).toBe(join(home, '.claude'))
  expect(loginDirectory({ HOME: home, CLAUDE_CONFIG_DIR: '/nowhere' })).toBeUndefined()

  const order = [
    ['CLAUDE_CODE_OAUTH_TOKEN', 'oauth-token'],
    ['ANTHROPIC_API_KEY', 'api-key'],
    ['ANTHROPIC_AUTH_TOKEN', 'auth-token'],
    ['CLAUDE_CODE_USE_FOUNDRY', 'foundry'],
    ['CLAUDE_CODE_USE_VERTEX', 'vertex'],
    ['CLAUDE_CODE_USE_BEDROCK', 'bedrock'],
  ] as const
  let all: Record<string, string> = { HOME: home }
  for (const [name, expected] of order) {
    expect(login({ ...all, [name]: '' })).not.toBe(expected)
    all = { ...all, [name]: '1' }
    expect(login(all)).toBe(expected)
  }
  expect(login({}, { apiKeyHelper: '/bin/key' })).toBe('api-key-helper')
})
