import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { argumentsFor } from '../../../src/claude/arguments.ts'
import type { ClaudeOptions, SessionOptions } from '../../../src/claude/turn.ts'

const id = '11111111-1111-4111-8111-111111111111'

function options(claude: Partial<ClaudeOptions> = {}, changes: Partial<SessionOptions> = {}): SessionOptions {
  return {
    sessionId: id,
    resume: false,
    workspace: '/w',
    configDir: '/c',
    home: '/h',
    ...changes,
    claude: {
      allowedTools: [],
      disallowedTools: [],
      addDirs: [],
      mcpServers: {},
      settings: {},
      timeout: 1,
      silence: 1,
      env: {},
      ...claude,
    },
  }
}

test('every option has its argument', () => {
  const all = options(
    {
      allowedTools: ['Bash(git *)', 'Edit'],
      disallowedTools: ['WebFetch'],
      appendSystemPrompt: 'Be brief.',
      maxTurns: 7,
      maxBudgetUsd: 1.5,
      addDirs: ['/shared', '/docs'],
    },
    { model: 'opus', permissionMode: 'plan', resume: true },
  )
  expect(argumentsFor(all, '2.1.329', { mcpConfig: '/m.json', settings: '/s.json' })).toEqual([
    '-p',
    '--verbose',
    '--input-format=stream-json',
    '--output-format=stream-json',
    '--include-partial-messages',
    '--replay-user-messages',
    '--permission-prompt-tool=stdio',
    '--setting-sources=',
    '--strict-mcp-config',
    `--resume=${id}`,
    '--model=opus',
    '--permission-mode=plan',
    '--allowedTools=Bash(git *)',
    '--allowedTools=Edit',
    '--disallowedTools=WebFetch',
    '--append-system-prompt=Be brief.',
    '--system-prompt-snapshot=off',
    '--max-turns=7',
    '--max-budget-usd=1.5',
    '--add-dir=/shared',
    '--add-dir=/docs',
    '--mcp-config=/m.json',
    '--settings=/s.json',
  ])
})

test('nothing asked for, nothing but what always holds', () => {
  const bare = argumentsFor(options(), '2.1.329')
  expect(bare).toHaveLength(10)
  expect(bare).toContain(`--session-id=${id}`)
  expect(bare).toContain('--setting-sources=')
  expect(bare).toContain('--strict-mcp-config')
})

test("the session's model and mode go before the configured ones", () => {
  const configured = { model: 'opus', permissionMode: 'plan' as const }
  expect(argumentsFor(options(configured), '2.1.329')).toContain('--model=opus')
  const chosen = argumentsFor(options(configured, { model: 'haiku', permissionMode: 'default' }), '2.1.329')
  expect(chosen.filter((one) => /^--(model|permission-mode)/.test(one))).toEqual([
    '--model=haiku',
    '--permission-mode=default',
  ])
})

test('an older version is not given a flag that it does not know', () => {
  const flags = argumentsFor(options({ appendSystemPrompt: 'x' }), '2.1.197')
  expect(flags.filter((one) => one.includes('snapshot'))).toEqual([])
})

test('no value is ever an argument of its own', () => {
  const value = fc.oneof(
    fc.string(),
    fc.constantFrom('--version', '-p', '--', '=', '--dangerously-skip-permissions'),
  )
  fc.assert(
    fc.property(value, fc.array(value), (one, several) => {
      const flags = argumentsFor(
        options(
          { appendSystemPrompt: one, allowedTools: several, disallowedTools: several, addDirs: several },
          { model: one },
        ),
        '2.1.329',
        { mcpConfig: one, settings: one },
      )
      expect(
        flags.filter(
          (flag) => !/^(-p|--verbose|--strict-mcp-config|--[a-z-]+|--[a-zA-Z-]+=[^]*)$/.test(flag),
        ),
      ).toEqual([])
      expect(flags.filter((flag) => flag === '--version' || flag.startsWith('--dangerously'))).toEqual([])
    }),
  )
})

test.each(['', '--version', '../x', `${id} `, id.toUpperCase().replace('1', 'A')])(
  '%j is no session id',
  (sessionId) => {
    expect(() => argumentsFor(options({}, { sessionId }), '2.1.329')).toThrow('is not a uuid')
  },
)
