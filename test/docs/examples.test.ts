/** Every program of docs/examples runs, prints what it promises and ends by itself. */
import { mkdir, readFile, readdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { commands } from '../../src/commands/index.ts'
import { aReader } from './example.ts'

const clean = { errors: '', exitCode: 0 }

test('chat.ts', async () => {
  const { run } = await aReader()
  const ran = await run('chat.ts')
  expect(ran).toMatchObject(clean)
  expect(ran.output).toMatch(
    /^ada: .*Ada.*\nbob: .*Bob.*\nada: Your name is Ada\.\n\(\d+ tokens, \$0\.\d+\)\n/,
  )
  expect(ran.output).toMatch(/user> What is my name\?\nassistant> Your name is Ada\.\n0 entries left\n$/)
})

test('stream.ts', async () => {
  const { run } = await aReader()
  const ran = await run('stream.ts', ['!bash echo moin\n!say That was all.'])
  expect(ran).toMatchObject(clean)
  expect(ran.output).toMatch(
    /\[Bash echo moin: running\]\n[^]*\[Bash echo moin: done\]\n[^]*That was all\.\n\d+ ms\n$/,
  )
})

test('approvals.ts', async () => {
  const { run } = await aReader()
  const ran = await run('approvals.ts', ['!write haiku.txt An old silent pond', '!bash touch other.txt'])
  expect(ran).toMatchObject(clean)
  expect(ran.output).toMatch(/ada: Claude wants to use Write\n[^]*An old silent pond[^]*=> [^]*haiku\.txt/)
  expect(ran.output).toMatch(/touch other\.txt[^]*=> [^]*Only files may be written here/)
})

test('abort.ts', async () => {
  const { run } = await aReader()
  const ran = await run('abort.ts', ['!slow 50'])
  expect(ran).toMatchObject(clean)
  expect(ran.output).toMatch(/stopped after 2 s\n.*enough: stopped\nHello/)
})

test('session.ts', async () => {
  const { run, dir } = await aReader()
  const ran = await run('session.ts', ['!write a.txt hello', '!bash touch b.txt'])
  expect(ran).toMatchObject(clean)
  expect(ran.output).toMatch(/\[Write .*a\.txt[^]*\$0\.\d+[^]*Read only\.[^]*session [\w-]{36}\n$/)
  expect(await readdir(join(dir, 'project'))).toEqual(['a.txt'])
  expect(await readFile(join(dir, 'project/a.txt'), 'utf8')).toBe('hello')
})

test('store.ts', async () => {
  const { run } = await aReader()
  const ran = await run('store.ts')
  expect(ran).toMatchObject(clean)
  expect(ran.output).toBe(
    'user> What is a monad?\nassistant> A monoid in the category of endofunctors.\nweb:ada: 1 turns, $0.002\n',
  )
})

test('bot.ts and pigeon.ts', async () => {
  const { run } = await aReader()
  const lines = [
    { id: '1', user: 'ada', text: 'My name is Ada.' },
    { id: '1', user: 'ada', text: 'My name is Ada.' },
    { id: '2', user: 'bob', text: '!long 2' },
    { id: '3', user: 'ada', text: 'What is my name?' },
  ]
  const ran = await run('bot.ts', [], { input: lines.map((line) => `${JSON.stringify(line)}\n`).join('') })
  expect(ran).toMatchObject(clean)
  const sent = ran.output
    .trim()
    .split('\n')
    .map((line): { to: string; text: string } => JSON.parse(line))
  const to = (user: string): string[] => sent.filter((line) => line.to === user).map(({ text }) => text)
  // Two messages in one breath are one turn (`sessions.burst`), answered in their order.
  expect(to('ada').join('\n')).toMatch(/^Nice to meet you[^]*Your name is Ada\.$/)
  expect(to('bob').length).toBeGreaterThan(4)
  for (const text of to('bob')) expect(text.length).toBeLessThanOrEqual(300)
})

test('somebody who is not logged in is told what to do', async () => {
  const { run } = await aReader()
  const { errors, exitCode } = await run('chat.ts', [], { env: { ANTHROPIC_API_KEY: '' } })
  expect(exitCode).toBe(1)
  expect(errors).toMatch(/AgentError: .*not logged in.*ANTHROPIC_API_KEY/)
})

test('a program elsewhere, with Parley as a linked dependency', async () => {
  const { run, dir } = await aReader()
  await mkdir(join(dir, 'node_modules'))
  await symlink(new URL('../../', import.meta.url).pathname, join(dir, 'node_modules/parley'))
  const guide = await readFile(new URL('../../docs/library.md', import.meta.url), 'utf8')
  const [, program = ''] = /```ts\n(import \{ createAgent[^]*?)```/.exec(guide) ?? []
  await writeFile(join(dir, 'program.mjs'), program)
  const ran = await run(join(dir, 'program.mjs'))
  expect(ran).toMatchObject(clean)
  expect(ran.output).not.toBe('')
})

test('the guide to chatting names every command', async () => {
  const guide = await readFile(new URL('../../docs/chatting.md', import.meta.url), 'utf8')
  for (const { name } of commands) expect(guide).toMatch(new RegExp(`\`/${name}[\` ]`))
})

test('the guide links to every example', async () => {
  const files = await readdir(new URL('../../docs/examples/', import.meta.url))
  const guide = await readFile(new URL('../../docs/library.md', import.meta.url), 'utf8')
  for (const file of files) expect(guide).toContain(`(examples/${file})`)
})
