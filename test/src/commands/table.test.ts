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

test.each(['config', 'heapdump', 'login', 'logout', 'mcp', 'clear', 'reload-plugins', 'update-config'])(
  '/%s of the CLI is no command here',
  (name) => {
    expect(called(`/${name} x`)).toBeUndefined()
  },
)
