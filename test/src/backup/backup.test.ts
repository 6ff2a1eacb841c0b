/** What a backup holds, what it refuses, and what a restore takes from nobody. */
import { execFileSync, fork } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFile,
  chmod,
  link,
  lstat,
  mkdir,
  readFile,
  readdir,
  readlink,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { type BackupReport, backUp } from '../../../src/backup/backup.ts'
import { hashOf } from '../../../src/audit/chain.ts'
import { openAudit, verifyAudit } from '../../../src/audit/audit.ts'
import { type RestoreReport, restore } from '../../../src/backup/restore.ts'
import { createLog } from '../../../src/log.ts'
import { openEmbeddedQueue } from '../../../src/queue/embedded.ts'
import { copyDatabases } from '../../../src/sqlite/copies.ts'
import { openStore } from '../../../src/store/store.ts'
import { testDir } from '../../rig/dir.ts'

const log = createLog({ level: 'silent', format: 'json' })
const user = 'users/ann-0123456789abcdef'

interface Place {
  readonly dir: string
  readonly dataDir: string
  readonly backup: string
  readonly save: (workspaces?: boolean) => Promise<BackupReport>
  /** To another folder than it came from, unless one is named. */
  readonly load: (to?: string, replace?: boolean) => Promise<RestoreReport>
}

/** A data directory as a bot leaves it. */
async function place(): Promise<Place> {
  const dir = await testDir('backup-')
  const [dataDir, backup] = [join(dir, 'data'), join(dir, 'backup')]
  const store = await openStore({ file: join(dataDir, 'store.db') })
  await store.marks.set('mark', 7)
  await store.close()
  const queue = await openEmbeddedQueue({ file: join(dataDir, 'queue.db'), log })
  await queue.close(0)
  const audit = await openAudit(join(dataDir, 'audit.jsonl'))
  await audit.append({ event: 'decided' })
  await audit.close()
  for (const each of ['workspace', 'claude', 'home'])
    await mkdir(join(dataDir, user, each), { recursive: true })
  await writeFile(join(dataDir, user, 'workspace/notes.txt'), 'notes')
  return {
    dir,
    dataDir,
    backup,
    save: (workspaces = true) => backUp({ dataDir, into: backup, workspaces }),
    load: (to = join(dir, 'other'), replace = false) => restore({ from: backup, dataDir: to, replace }),
  }
}

test('copies of databases that are written to without a pause are of one instant', async () => {
  const dir = await testDir()
  const files = [join(dir, 'a.db'), join(dir, 'b.db')]
  const writer = fork(new URL('writer.ts', import.meta.url).pathname, files)
  onTestFinished(() => void writer.kill('SIGKILL'))
  await once(writer, 'message')
  let last = 0
  for (let round = 0; round < 8; round++) {
    const to = [join(dir, `a${round}`), join(dir, `b${round}`)]
    await copyDatabases(files.map((from, index) => ({ from, to: to[index] ?? '' })))
    const [a = 0, b = 0] = to.map((file) => {
      using db = new DatabaseSync(file)
      expect(db.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' })
      return Number(db.prepare('SELECT max(n) AS n FROM n').get()?.['n'])
    })
    expect([a, a - 1]).toContain(b)
    // It was not held up for longer than a moment.
    expect(a).toBeGreaterThan(last)
    last = a
  }
  writer.send('end')
  await once(writer, 'exit')
})

test('what was in the data directory is there again: files, links, rights, records, a log that verifies', async () => {
  const { dataDir, dir, save, load } = await place()
  const workspace = join(dataDir, user, 'workspace')
  await symlink('/etc/passwd', join(workspace, 'link'))
  await link(join(workspace, 'notes.txt'), join(workspace, 'same.txt'))
  await mkdir(join(workspace, 'closed'))
  await writeFile(join(workspace, 'closed', 'run \u2028 \n.sh'), '#!/bin/sh\n', { mode: 0o755 })
  await chmod(join(workspace, 'closed'), 0o500)
  await writeFile(join(dataDir, 'parley.log'), 'not of interest')
  expect(await save()).toMatchObject({ databases: ['queue.db', 'store.db'], skipped: [] })

  const other = join(dir, 'other')
  expect(await load()).toMatchObject({ aside: undefined, workspaces: true })
  const restored = join(other, user, 'workspace')
  expect(await readdir(other)).not.toContain('parley.log')
  expect(await readlink(join(restored, 'link'))).toBe('/etc/passwd')
  expect(await readFile(join(restored, 'same.txt'), 'utf8')).toBe('notes')
  expect((await stat(join(restored, 'closed'))).mode & 0o777).toBe(0o500)
  expect((await stat(join(restored, 'closed', 'run \u2028 \n.sh'))).mode & 0o777).toBe(0o755)
  const before = await stat(join(workspace, 'notes.txt'))
  expect((await stat(join(restored, 'notes.txt'))).mtimeMs).toBeCloseTo(Math.round(before.mtimeMs), -1)
  expect(await verifyAudit(join(other, 'audit.jsonl'))).toMatchObject({ lines: 2, torn: 0 })
  const store = await openStore({ file: join(other, 'store.db') })
  expect(await store.marks.get('mark')).toBe(7)
  await store.close()
  for (const folder of [workspace, restored]) await chmod(join(folder, 'closed'), 0o700)
})

test('a backup is for its owner alone, and one that fails or is stopped leaves nothing', async () => {
  const { dir, dataDir, backup, save } = await place()
  await save()
  for (const path of [
    backup,
    join(backup, 'data'),
    join(backup, 'data/store.db'),
    join(backup, 'manifest.jsonl'),
  ])
    expect((await stat(path)).mode & 0o077).toBe(0)
  await expect(save()).rejects.toMatchObject({ code: 'exists' })
  await expect(
    backUp({ dataDir, into: join(dataDir, 'deep/backup'), workspaces: true }),
  ).rejects.toMatchObject({
    code: 'inside',
  })
  await expect(backUp({ dataDir: dir, into: join(dir, 'none'), workspaces: true })).rejects.toMatchObject({
    code: 'no-data',
  })
  const into = join(dir, 'stopped')
  const stopped = backUp({ dataDir, into, workspaces: true, signal: AbortSignal.abort(new Error('enough')) })
  await expect(stopped).rejects.toThrow(/enough/)
  expect(await readdir(dir)).not.toContain('stopped')
})

test('pipes and sockets are told of and passed over; a folder that a link replaces is not entered', async () => {
  const { dataDir, backup, save } = await place()
  const workspace = join(dataDir, user, 'workspace')
  execFileSync('mkfifo', [join(workspace, 'pipe')])
  const secret = join(dataDir, 'users/bob')
  await mkdir(secret)
  await writeFile(join(secret, 'secret.txt'), 'secret')
  await symlink(secret, join(workspace, 'bob'))
  const { skipped } = await save()
  expect(skipped).toEqual([{ path: `${user}/workspace/pipe`, why: expect.stringContaining('pipe') }])
  expect(await readdir(join(backup, 'data', user, 'workspace'))).toEqual(['notes.txt'])
})

test('without workspaces: what Claude remembers is there, what people work on is not', async () => {
  const { dataDir, dir, save, load } = await place()
  await writeFile(join(dataDir, user, 'claude/memory.jsonl'), '{}')
  await save(false)
  expect(await load()).toMatchObject({ workspaces: false })
  expect(await readdir(join(dir, 'other', user))).toEqual(['claude'])
})

const damages: readonly [string, (backup: string) => Promise<unknown>, string][] = [
  ['a database is cut short', (backup) => truncate(join(backup, 'data/store.db'), 4096), 'damaged'],
  [
    'a file was changed',
    (backup) => writeFile(join(backup, 'data', user, 'workspace/notes.txt'), 'n0tes'),
    'damaged',
  ],
  ['a file is missing', (backup) => rm(join(backup, 'data', user, 'workspace/notes.txt')), 'damaged'],
  ['it was not finished', (backup) => rm(join(backup, 'manifest.jsonl')), 'no-backup'],
  ['the list is cut short', (backup) => cutLine(join(backup, 'manifest.jsonl')), 'damaged'],
  ['the list was changed', (backup) => appendFile(join(backup, 'manifest.jsonl'), '{}\n'), 'damaged'],
  [
    'somebody wrote a list that leads elsewhere',
    (backup) => forge(join(backup, 'manifest.jsonl'), { link: '../../evil', to: '/etc' }),
    'damaged',
  ],
]

async function cutLine(file: string): Promise<void> {
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n')
  await writeFile(file, `${lines.slice(0, -1).join('\n')}\n`)
}

/** With an end that fits. */
async function forge(file: string, entry: object): Promise<void> {
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n').slice(0, -1)
  const text = `${[...lines, JSON.stringify(entry)].join('\n')}\n`
  await writeFile(file, `${text}${JSON.stringify({ entries: lines.length, sha256: hashOf(text) })}\n`)
}

test.each(damages)('%s: nothing is restored, and what was there stays', async (_name, damage, code) => {
  const { dataDir, backup, save, load } = await place()
  await save()
  await damage(backup)
  const before = await readdir(dataDir)
  await expect(load(dataDir, true)).rejects.toMatchObject({ name: 'BackupError', code })
  expect(await readdir(dataDir)).toEqual(before)
  expect(await readFile(join(dataDir, user, 'workspace/notes.txt'), 'utf8')).toBe('notes')
})

test('data that is there stays unless it is to be replaced, and is put aside then; a bot that runs keeps its own', async () => {
  const { dataDir, save, load } = await place()
  await save()
  await writeFile(join(dataDir, user, 'workspace/notes.txt'), 'newer')
  await expect(load(dataDir)).rejects.toMatchObject({ code: 'not-empty' })
  const queue = await openEmbeddedQueue({ file: join(dataDir, 'queue.db'), log })
  await expect(load(dataDir, true)).rejects.toMatchObject({ name: 'QueueError', code: 'locked' })
  await queue.close(0)

  const { aside = '' } = await load(dataDir, true)
  expect(await readFile(join(dataDir, user, 'workspace/notes.txt'), 'utf8')).toBe('notes')
  expect(await readFile(join(aside, user, 'workspace/notes.txt'), 'utf8')).toBe('newer')
  expect((await lstat(aside)).mode & 0o077).toBe(0)
  // A second time: what was put aside is not data.
  await rm(join(dataDir, 'users'), { recursive: true })
  await load(dataDir, true)
  expect(await readFile(join(dataDir, user, 'workspace/notes.txt'), 'utf8')).toBe('notes')
})

test('files that were promised to a chat are found where the data lies now; what people wrote is left alone', async () => {
  const { dataDir, dir, save, load } = await place()
  const path = join(dataDir, 'outbox/1/plan.txt')
  await mkdir(join(dataDir, 'outbox/1'), { recursive: true })
  await writeFile(path, 'the plan')
  const queue = await openEmbeddedQueue({ file: join(dataDir, 'queue.db'), log })
  const to = { conversation: 'c', address: { adapter: 'scripted', channel: 'c' } }
  const words = `see "path":"${dataDir}/outbox/1/plan.txt"`
  await queue.post([
    { key: '1', ...to, reply: { kind: 'file', key: '1', path, name: 'plan.txt', bytes: 8 } },
    { key: '2', ...to, reply: { kind: 'text', key: '2', tone: 'answer', markdown: words } },
  ])
  await queue.close(0)
  await save()
  await load()
  const restored = await openEmbeddedQueue({ file: join(dir, 'other/queue.db'), log })
  expect(await restored.promised()).toEqual([join(dir, 'other/outbox/1/plan.txt')])
  await restored.close(0)
  using db = new DatabaseSync(join(dir, 'other/queue.db'))
  expect(db.prepare(`SELECT reply ->> 'markdown' AS text FROM outbox WHERE key = '2'`).get()).toEqual({
    text: words,
  })
})
