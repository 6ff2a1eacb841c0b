import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { type LiveConfig, loadConfig, watchConfig } from '../../../src/config.ts'
import type { LogLevel, RootLog } from '../../../src/log.ts'
import { RecentLines } from '../../../src/log/recent.ts'
import { testDir } from '../../rig/dir.ts'

interface Recorder extends RootLog {
  readonly lines: readonly string[]
  readonly concealed: readonly string[]
  /** Resolves with the first line, from now on, that holds this. */
  next(part: string): Promise<string>
}

function recorder(): Recorder {
  const lines: string[] = []
  const concealed: string[] = []
  const waiting = new Map<string, (line: string) => void>()
  const write = (fields: object, message: string): void => {
    const line = 'error' in fields ? `${message}: ${String(fields.error)}` : message
    lines.push(line)
    for (const [part, resolve] of waiting) if (line.includes(part)) resolve(line)
  }
  const log: Recorder = {
    lines,
    concealed,
    next(part) {
      const { promise, resolve } = Promise.withResolvers<string>()
      waiting.set(part, resolve)
      return promise
    },
    level: 'info' satisfies LogLevel,
    recent: new RecentLines(),
    debug: write,
    info: write,
    warn: write,
    error: write,
    child: () => log,
    conceal: (secrets) => concealed.push(...secrets),
    close: () => {},
  }
  return log
}

interface Watched {
  readonly file: string
  readonly live: LiveConfig
  readonly log: Recorder
}

async function watched(
  text: string,
  place: (file: string) => Promise<void> = async () => {},
): Promise<Watched> {
  const cwd = await testDir()
  const file = join(cwd, 'config.yaml')
  await place(file)
  await writeFile(file, text)
  const log = recorder()
  const live = watchConfig(await loadConfig({ env: {}, cwd }), { env: {}, cwd, log })
  onTestFinished(() => live.close())
  return { file, live, log }
}

async function replace(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text)
  await rename(`${file}.new`, file)
}

function changed(live: LiveConfig): Promise<readonly string[]> {
  return new Promise((resolve) => {
    live.onChange((_config, changes) => resolve(changes.map(({ key, words }) => `${key} ${words}`)))
  })
}

test('what has changed is told in the words of the file', async () => {
  const { file, live } = await watched('')
  const told = changed(live)
  await writeFile(
    file,
    'sessions: { background: 2h, workspaceQuota: 10GB }\nfiles: { maxBytes: 5MB }\ncatchUp: { runWithin: 90s, reachBack: 2d }\nbudgets: { user: { day: { usd: 5 } } }\napprovals: { roles: { guest: { never: [Bash] } } }\n',
  )
  expect(await told).toEqual([
    'sessions.background is now 2h, was 1h',
    'sessions.workspaceQuota is now 10GB',
    'budgets.user.day.usd is now 5',
    'files.maxBytes is now 5MB, was 25MB',
    'approvals.roles.guest.never gained Bash',
    'catchUp.runWithin is now 1m30s, was 5m',
    'catchUp.reachBack is now 2d, was 1d',
  ])
})

test('a file that is written, or replaced as editors do, is taken over', async () => {
  const { file, live } = await watched('claude: { model: sonnet }\n')
  const first = changed(live)
  await writeFile(file, 'claude: { model: opus, timeout: 90m }\n')
  expect(await first).toEqual(['claude.model is now opus, was sonnet', 'claude.timeout is now 1h30m, was 1h'])
  const second = changed(live)
  await replace(file, 'claude: { model: haiku }\n')
  await second
  expect(live.current.claude).toMatchObject({ model: 'haiku', timeout: 3_600_000 })
  const third = changed(live)
  await replace(file, 'claude: { model: opus }\n')
  expect(await third).toEqual(['claude.model is now opus, was haiku'])
})

test('so is the target of a link', async () => {
  const { file, live } = await watched('sessions: { maxWarm: 2 }\n', async (link) => {
    await mkdir(join(dirname(link), 'elsewhere'))
    await symlink(join('elsewhere', 'real.yaml'), link)
  })
  const change = changed(live)
  await replace(join(dirname(file), 'elsewhere', 'real.yaml'), 'sessions: { maxWarm: 3 }\n')
  expect(await change).toEqual(['sessions.maxWarm is now 3, was 2'])
})

test('a broken file changes nothing and is complained of once', async () => {
  const { file, live, log } = await watched('claude: { model: sonnet }\n')
  const complaint = log.next('cannot be used')
  await replace(file, 'claude: { modle: opus }\n')
  expect(await complaint).toContain('unknown key `claude.modle` (config.yaml:1:11): did you mean `model`?')
  expect(live.current.claude.model).toBe('sonnet')
  const change = changed(live)
  await replace(file, 'claude: { model: opus }\n')
  await change
  expect(log.lines.filter((line) => line.includes('cannot be used'))).toHaveLength(1)
})

test('a file that goes away leaves the config in force', async () => {
  const { file, live, log } = await watched('claude: { model: sonnet }\n')
  const complaint = log.next('there is no such config file')
  await rm(file)
  await complaint
  expect(live.current.claude.model).toBe('sonnet')
})

test('what cannot change while it runs waits for a restart, and says so', async () => {
  const { file, live, log } = await watched('dataDir: ./one\nlog: { level: info }\n')
  const before = live.current.dataDir
  await replace(
    file,
    'dataDir: ./two\nlog: { level: debug, format: json }\nadapters: { terminal: { mode: pipe } }\n',
  )
  await live.reload()
  expect(live.current).toMatchObject({
    dataDir: before,
    adapters: {},
    log: { level: 'debug', format: 'auto' },
  })
  expect(log.level).toBe('debug')
  expect(log.lines).toEqual([
    expect.stringMatching(/^config: dataDir is now .*two, was .*one; it waits for a restart$/),
    'config: log.level is now debug, was info',
    'config: log.format is now json, was auto; it waits for a restart',
    'config: adapters.terminal was added; it waits for a restart',
  ])
  await replace(
    file,
    'dataDir: ./one\nlog: { level: debug, format: json }\nadapters: { terminal: { mode: pipe } }\n',
  )
  await live.reload()
  expect(log.lines.at(-1)).toMatch(/^config: dataDir .* that is what runs, no restart is needed$/)
})

test('lists tell what came and went; texts and secrets are not told', async () => {
  const { file, live, log } = await watched(
    'access: { allow: ["a:1", "b:2"] }\nclaude: { appendSystemPrompt: old, env: { A: old, B_TOKEN: old } }\n',
  )
  const change = changed(live)
  await replace(
    file,
    'access: { allow: ["b:2", "c:3"] }\nclaude: { appendSystemPrompt: hunter2, env: { A: hunter2, B_TOKEN: hunter2 } }\n',
  )
  expect(await change).toEqual([
    'claude.appendSystemPrompt has changed',
    'claude.env.A has changed',
    'claude.env.B_TOKEN has changed',
    'access.allow gained c:3 and lost a:1',
  ])
  expect(log.lines.join('\n')).not.toContain('hunter2')
  expect(log.concealed).toEqual(['hunter2'])
})

test('reload says when nothing has changed, and finds a file that was not there', async () => {
  const cwd = await testDir()
  const log = recorder()
  const live = watchConfig(await loadConfig({ env: {}, cwd }), { env: {}, cwd, log })
  onTestFinished(() => live.close())
  await live.reload()
  expect(log.lines).toEqual(['config: read again, nothing has changed'])
  await writeFile(join(cwd, 'config.yaml'), 'claude: { model: opus }\n')
  await live.reload()
  expect(live.current.claude.model).toBe('opus')
})

test('a listener that fails keeps no other from hearing', async () => {
  const { file, live, log } = await watched('claude: { model: sonnet }\n')
  live.onChange(() => {
    throw new Error('deaf')
  })
  const stop = live.onChange(() => {
    throw new Error('gone')
  })
  stop()
  const change = changed(live)
  await replace(file, 'claude: { model: opus }\n')
  await change
  expect(log.lines.filter((line) => line.startsWith('a part'))).toEqual([
    'a part could not take over the changed config: Error: deaf',
  ])
})

test('after close nothing is read any more', async () => {
  const { file, live, log } = await watched('claude: { model: sonnet }\n')
  await live.close()
  await live.close()
  await replace(file, 'claude: { model: opus }\n')
  await live.reload()
  expect(live.current.claude.model).toBe('sonnet')
  expect(log.lines).toEqual([])
})
