/** Who else on the machine can read what the verbs keep: nobody, even where the umask would let everybody. */
import { once } from 'node:events'
import { spawn } from 'node:child_process'
import { chmod, mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { testDir } from '../../rig/dir.ts'
import { environment, main } from './parley.ts'

/** Folders and files of the data directory, its users' own left out, that others have rights in. */
async function open(dataDir: string): Promise<string[]> {
  const names = ['.', ...(await readdir(dataDir))]
  const seen = await Promise.all(
    names.map(async (name) => {
      const { mode } = await stat(join(dataDir, name))
      return (mode & 0o077) === 0 ? [] : [`${name} ${(mode & 0o777).toString(8)}`]
    }),
  )
  return seen.flat()
}

/** Chats through a pipe with no umask; `during` is run when the first answer has come. Returns what stands there. */
async function chat(dir: string, during: () => Promise<void>): Promise<void> {
  await writeFile(join(dir, 'config.yaml'), 'dataDir: deep/data\n')
  const words = [process.execPath, main, 'chat', '--demo', '--config', 'config.yaml']
  const child = spawn('/bin/sh', ['-c', 'umask 000; exec "$0" "$@"', ...words], {
    cwd: dir,
    env: environment({ dir }),
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const closed = once(child, 'close')
  child.stdin.write('hello\n')
  await once(child.stdout, 'data')
  await during()
  child.stdin.end()
  await closed
  expect(child.exitCode).toBe(0)
}

test('what a chat makes is for its owner alone, while it runs and after', async () => {
  const dir = await testDir()
  const dataDir = join(dir, 'deep/data')
  await chat(dir, async () => {
    expect(await readdir(dataDir)).toEqual(
      expect.arrayContaining(['queue.db', 'queue.db-wal', 'queue.db.lock', 'store.db-shm', 'parley.log']),
    )
    expect(await open(dataDir)).toEqual([])
  })
  expect(await open(dataDir)).toEqual([])
  expect((await stat(join(dir, 'deep'))).mode & 0o777).toBe(0o700)
})

test('what an earlier version left open is closed', async () => {
  const dir = await testDir()
  const dataDir = join(dir, 'deep/data')
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  await chat(dir, async () => undefined)
  for (const name of ['queue.db', 'queue.db.lock', 'store.db', 'parley.log']) {
    await chmod(join(dataDir, name), 0o644)
  }
  await chat(dir, async () => expect(await open(dataDir)).toEqual([]))
  expect(await open(dataDir)).toEqual([])
})
