import { expect, test } from 'vitest'
import { called, commands } from '../../../src/commands/index.ts'

test('every command has a name of its own that is found, and arguments that match its usage', () => {
  expect(new Set(commands.map(({ name }) => name)).size).toBe(commands.length)
  for (const command of commands) {
    expect(called(`/${command.name}`)?.command).toBe(command)
    expect((command.arguments ?? []).length > 0).toBe(command.usage !== '')
    for (const { type, choices } of command.arguments ?? [])
      expect(choices !== undefined).toBe(type === 'choice')
  }
})

test('every command and every argument is told of in every language', () => {
  for (const { name, arguments: args = [], localized } of commands) {
    for (const { name: argument, summary } of args) {
      expect([name, argument, summary]).toEqual([name, argument, expect.stringMatching(/./)])
      expect([name, localized?.zh?.arguments?.[argument]]).toEqual([
        name,
        expect.stringMatching(/\p{Script=Han}/u),
      ])
    }
    expect([name, localized?.zh?.summary]).toEqual([name, expect.stringMatching(/\p{Script=Han}/u)])
  }
})

test.each(['config', 'heapdump', 'login', 'logout', 'mcp', 'clear', 'reload-plugins', 'update-config'])(
  '/%s of the CLI is no command here',
  (name) => {
    expect(called(`/${name} x`)).toBeUndefined()
  },
)
