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

test('what may be left out stands in brackets, first in the data what has to be there', () => {
  for (const { name, usage, arguments: args = [] } of commands) {
    const required = args.filter((argument) => argument.required === true)
    expect([name, usage.split('[', 1)[0] !== '']).toEqual([name, required.length > 0])
    expect(args.slice(0, required.length)).toEqual(required)
    // The rest of the line can only come last.
    expect(args.slice(0, -1).filter(({ type }) => type === 'text')).toEqual(
      args.slice(0, -1).filter((argument) => argument.required === true && argument.type === 'text'),
    )
  }
})

test.each(['config', 'heapdump', 'login', 'logout', 'mcp', 'clear', 'reload-plugins', 'update-config'])(
  '/%s of the CLI is no command here',
  (name) => {
    expect(called(`/${name} x`)).toBeUndefined()
  },
)
