/** The verbs as a person or a script runs them: real processes, the real Claude CLI, the stand-in model. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { adapterNames } from '../../../src/adapters.ts'
import { testDir } from '../../rig/dir.ts'
import { ended, environment, main, parley, start } from './parley.ts'

/** Runs a line of shell in which `"$0" "$@"` stands for a verb. */
function inShell(line: string, args: readonly string[], dir: string): ChildProcess {
  return spawn('/bin/sh', ['-c', line, process.execPath, main, ...args], {
    cwd: dir,
    env: environment({ dir }),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

function isReply(event: unknown): boolean {
  return typeof event === 'object' && event !== null && 'type' in event && event.type === 'reply'
}

describe('the demo', () => {
  test('answers each line of piped input, remembers, and leaves nothing behind', async () => {
    const dir = await testDir()
    const { code, out, err } = await parley(['chat', '--demo'], {
      dir,
      input: 'my name is Ada\nwhat is my name?\n',
    })
    expect(code).toBe(0)
    expect(out).toMatch(/^Nice to meet you, Ada\.[^]*Your name is Ada\.\n$/)
    expect(err).toContain('stand-in')
    expect((await readdir(dir)).filter((name) => name.startsWith('parley-demo-'))).toEqual([])
  })

  test('without input plays a conversation with a memory and a tool', async () => {
    const { code, out } = await parley(['chat', '--demo'], { dir: await testDir() })
    expect(code).toBe(0)
    expect(out).toMatch(
      /❯ .*My name is Ada[^]*❯ What time[^]*date[^]*❯ What is my name\?[^]*Your name is Ada/,
    )
  })

  test('does so with standard input closed too', async () => {
    const options = { dir: await testDir() }
    const command = [`exec "$0" "$@" <&-`, process.execPath, main, 'chat', '--demo']
    const run = promisify(execFile)
    const { stdout } = await run('/bin/sh', ['-c', ...command], {
      cwd: options.dir,
      env: environment(options),
    })
    expect(stdout).toContain('Your name is Ada')
  })

  test('uses no login that is in the environment', async () => {
    const env = {
      ANTHROPIC_AUTH_TOKEN: 'someone',
      CLAUDE_CODE_USE_BEDROCK: '1',
      ANTHROPIC_BASE_URL: 'http://127.0.0.1:9',
    }
    const { code, out } = await parley(['ask', '--demo', 'hello'], { dir: await testDir(), env })
    expect([code, out]).toEqual([0, 'Hello! What can I do for you?\n'])
  })
})

describe('ask', () => {
  test('tells in the exit code and on standard error that it failed', async () => {
    const { code, out, err } = await parley(['ask', '--demo', '!error 403'], { dir: await testDir() })
    expect([code, out]).toEqual([1, ''])
    expect(err).toContain('403')
  })

  test('reads the question from standard input', async () => {
    const { out } = await parley(['ask', '--demo'], {
      dir: await testDir(),
      input: '!say **whole**\n\n- text\n',
    })
    expect(out).toBe('**whole**\n\n- text\n')
  })

  test('asks about what is piped in', async () => {
    const { code, out } = await parley(['ask', '--demo', '!say this:'], {
      dir: await testDir(),
      input: '\n  one\ntwo\n\n',
    })
    expect([code, out]).toEqual([0, 'this:\n\n\n  one\ntwo\n'])
  })

  test('waits not for ever for a pipe that says nothing', async () => {
    const child = start(['ask', '--demo', '!say alone'], { dir: await testDir() }, 'pipe')
    const { stdout, stderr } = child
    if (stdout === null || stderr === null) throw new Error('the child was started without pipes')
    const [out, err] = await Promise.all([text(stdout), text(stderr)])
    expect(out).toBe('alone\n')
    expect(err).toContain('nothing came from standard input')
  })

  test('refuses more than anybody can read', async () => {
    const dir = await testDir()
    const piped = inShell('head -c 3000000 /dev/zero | "$0" "$@"', ['ask', '--demo', 'summarise'], dir)
    const { code, err } = await ended(piped)
    expect(code).toBe(1)
    expect(err).toContain('More than 2 MB')
  })

  test('an answer that cannot be written is a failure, and comes the next time', async () => {
    const dir = await testDir()
    await writeFile(join(dir, 'config.yaml'), 'dataDir: ./data\n')
    const verb = ['ask', '--demo', '--config', 'config.yaml']
    const { code, err } = await ended(inShell('exec "$0" "$@" > /dev/full', [...verb, '!say precious'], dir))
    expect(code).toBe(1)
    expect(err).toMatch(/the answer cannot be written: .*ENOSPC[^]*answered at the next start/)
    const next = await parley([...verb, '!say now'], { dir })
    expect([next.code, next.out]).toEqual([0, 'now\n'])
    expect(next.err).toMatch(/an answer to an earlier message:\n.*precious/)
  })

  test('says what keeps it waiting', async () => {
    const { code, out, err } = await parley(['ask', '--demo', '!error 529 1'], { dir: await testDir() })
    expect(code).toBe(0)
    expect(out).not.toBe('')
    expect(err).toMatch(/the API .*, trying again in \d+ sec \(1 of \d+\)/)
  })

  test('with --json prints events, one of which ends it', async () => {
    const { code, out } = await parley(['ask', '--demo', '--json', '!say hi'], { dir: await testDir() })
    const events = out
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line))
    expect(code).toBe(0)
    expect(events.at(-1)).toMatchObject({ type: 'reply', markdown: 'hi', outcome: 'answered' })
  })

  test('is stopped by SIGINT with 130', async () => {
    const dir = await testDir()
    const child = start(['ask', '--demo', '--json', '!slow 30'], { dir })
    // The first view: words have begun to come.
    child.stdout?.once('data', () => child.kill('SIGINT'))
    const { code, out } = await ended(child)
    expect(out).toContain('"outcome":"cancelled"')
    expect(code).toBe(130)
  })

  test('ends without a word when its reader has enough', async () => {
    const options = { dir: await testDir() }
    const command = ['"$0" "$@" < /dev/null | head -1', process.execPath, main, 'ask', '--demo', '!long 300']
    const run = promisify(execFile)
    const { stdout, stderr } = await run('/bin/sh', ['-c', ...command], {
      cwd: options.dir,
      env: environment(options),
    })
    expect([stdout.split('\n').length, stderr]).toEqual([2, ''])
  })

  test('chat --json prints the events of each line', async () => {
    const input = '!say one\n!say two\n'
    const { code, out } = await parley(['chat', '--demo', '--json'], { dir: await testDir(), input })
    expect(code).toBe(0)
    const lines = out.trimEnd().split('\n')
    expect(new Set(lines).size).toBe(lines.length)
    const replies = lines.map((line): unknown => JSON.parse(line)).filter(isReply)
    expect(replies).toMatchObject([{ markdown: 'one' }, { markdown: 'two' }])
  })

  test('with no question says how to ask one', async () => {
    const { code, err } = await parley(['ask', '--demo'], { dir: await testDir() })
    expect(code).toBe(1)
    expect(err).toContain('parley ask "…"')
  })
})

describe('what cannot run says why', () => {
  test.each([['start'], ['chat'], ['ask', 'hello']])(
    '%s without a login names both ways out',
    async (...args) => {
      const { code, out, err } = await parley(args, { dir: await testDir() })
      expect([code, out]).toEqual([1, ''])
      expect(err).toMatch(
        /not logged in[^]*npx claude`[^]*npx claude setup-token`[^]*ANTHROPIC_API_KEY[^]*npm run demo`[^]*--demo/,
      )
      expect(err).not.toMatch(/^\s+at /m)
    },
  )

  test('a config that is wrong, with its line', async () => {
    const dir = await testDir()
    await writeFile(join(dir, 'mine.yaml'), 'claude:\n  modle: sonnet\n')
    const { code, err } = await parley(['chat', '--demo', '--config', 'mine.yaml'], { dir })
    expect(code).toBe(1)
    expect(err).toMatch(/modle.*mine\.yaml:2[^]*model/)
    expect(err).not.toMatch(/^\s+at /m)
  })

  test('start with nothing configured and no terminal', async () => {
    const { code, err } = await parley(['start', '--demo'], { dir: await testDir() })
    expect(code).toBe(1)
    expect(err).toMatch(
      /config\.example\.yaml.*The demo reads no config\.yaml but the one that --config names/s,
    )
    const known = ['slack', 'discord', 'lark', 'http'].filter((name) => err.includes(name))
    const brought = await adapterNames()
    expect(known.filter((name) => !brought.includes(name))).toEqual([])
    expect(brought.filter((name) => name !== 'terminal' && !err.includes(name))).toEqual([])
  })

  test('an unknown verb', async () => {
    const { code, err } = await parley(['chatt'], { dir: await testDir() })
    expect(code).toBe(1)
    expect(err).toContain('chat')
  })
})

describe('a running bot', () => {
  test('ends cleanly on SIGTERM', async () => {
    const dir = await testDir()
    const child = start(['chat', '--demo'], { dir }, 'pipe')
    const { stdin, stdout } = child
    if (stdin === null || stdout === null) throw new Error('the child was started without pipes')
    stdin.write('hello\n')
    await once(stdout, 'data')
    child.kill('SIGTERM')
    await once(child, 'close')
    expect(child.exitCode).toBe(0)
  })
})

test('without a verb there is help', async () => {
  const { code, out } = await parley([], { dir: await testDir() })
  expect(code).toBe(0)
  expect(out).toMatch(/start[^]*chat[^]*ask/)
})
