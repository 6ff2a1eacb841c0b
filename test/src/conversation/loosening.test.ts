import { describe, expect, test } from 'vitest'
import { goesBy, looseningBy } from '../../../src/conversation/loosening.ts'

const configured = { allowedTools: ['Bash(npm test)'] }
const bash = (command: string) => ({ tool: 'Bash', input: { command } })
const write = { tool: 'Write', input: { file_path: '/w/a', content: '' } }
const reading = (file_path: string) => ({ tool: 'Read', input: { file_path } })

function rule(toolName: string, ruleContent?: string): object {
  return { type: 'addRules', behavior: 'allow', destination: 'session', rules: [{ toolName, ruleContent }] }
}

describe('what a tool use could go by', () => {
  test('a rule about commands is about those alone, however they are wrapped', () => {
    const loosening = looseningBy([rule('Bash', 'touch:*')], undefined, configured)
    expect(goesBy(loosening, bash('touch a'), '/w', configured)).toBe(true)
    expect(goesBy(loosening, bash('timeout 5 touch a'), '/w', configured)).toBe(true)
    expect(goesBy(loosening, bash('rm a'), '/w', configured)).toBe(false)
    expect(goesBy(loosening, write, '/w', configured)).toBe(false)
  })

  test.each([
    ['a mode', [], 'acceptEdits'],
    ['a mode that was suggested', [{ type: 'setMode', mode: 'acceptEdits' }], undefined],
    ['a folder', [{ type: 'addDirectories', directories: ['/etc'] }], undefined],
    ['a rule about files', [rule('Edit', '//etc/**')], undefined],
  ] as const)(
    '%s reaches all but what is configured, harmless, or read in the workspace',
    (_, given, mode) => {
      const loosening = looseningBy(given, mode, configured)
      for (const use of [write, bash('mkdir a'), reading('/etc/hosts')])
        expect(goesBy(loosening, use, '/w', configured)).toBe(true)
      const talk = { tool: 'mcp__chat__send_message', input: {} }
      for (const use of [bash('npm test'), reading('/w/a'), talk, { tool: 'Task', input: {} }])
        expect(goesBy(loosening, use, '/w', configured)).toBe(false)
    },
  )

  test.each([
    ['nothing was allowed', undefined, [], 'default'],
    ['the mode is stricter', 'plan', [], 'default'],
    ['the mode is the configured one', 'acceptEdits', [], 'acceptEdits'],
    ['a plan was approved', undefined, [{ type: 'setMode', mode: 'default' }], 'default'],
  ] as const)('nothing, where %s', (_, mode, given, permissionMode) => {
    const operators = { ...configured, permissionMode }
    expect(goesBy(looseningBy(given, mode, operators), write, '/w', operators)).toBe(false)
  })
})
