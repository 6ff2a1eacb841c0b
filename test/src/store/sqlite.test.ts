import { fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { DatabaseSync } from 'node:sqlite'
import { Keyv } from 'keyv'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { z } from 'zod'
import { openSqlite } from '../../../src/store/sqlite.ts'
import { openStore } from '../../../src/store/store.ts'
import { testDir } from '../../rig/dir.ts'
import { storeContract } from './contract.ts'
import { collect, entry, session } from './values.ts'

const child = fileURLToPath(new URL('child.ts', import.meta.url))
const Report = z.object({ kept: z.array(z.string()), errors: z.array(z.string()) })

storeContract('SQLite', async () => {
  const file = join(await testDir(), 'data', 'store.db')
  return {
    open: () => openStore({ file }),
    async damage(part, text) {
      using db = new DatabaseSync(file)
      db.prepare('UPDATE records SET value = ? WHERE instr(key, ?) > 0').run(text, part)
    },
  }
})

describe('the adapter under Keyv', () => {
  test('keeps single entries and many', async () => {
    const store = await keyv('n')
    expect(await store.set('a', '1')).toBe(true)
    expect(
      await store.setMany([
        { key: 'b', value: '2' },
        { key: 'c', value: '3' },
      ]),
    ).toEqual([true, true])
    expect(await store.getMany(['c', 'x', 'a'])).toEqual(['3', undefined, '1'])
    expect(await store.has('a')).toBe(true)
    expect(await store.has('x')).toBe(false)
    expect(await store.delete('a')).toBe(true)
    expect(await store.delete('a')).toBe(false)
    expect(await store.deleteMany(['b', 'x'])).toBe(true)
    expect(await store.get('b')).toBeUndefined()
  })

  test('forgets an entry when its time has come', async () => {
    const store = await keyv('n')
    vi.useFakeTimers({ toFake: ['Date'] })
    onTestFinished(() => void vi.useRealTimers())
    await store.set('short', 'x', 30)
    await store.set('long', 'y', 60_000)
    expect(await store.get('short')).toBe('x')
    vi.setSystemTime(Date.now() + 31)
    expect(await store.has('short')).toBe(false)
    expect(await store.get('short')).toBeUndefined()
    expect(await store.get('long')).toBe('y')
    expect(await entries(store)).toEqual([['long', 'y']])
  })

  test('what another process writes is seen, whatever was read before', async () => {
    const file = join(await testDir(), 'store.db')
    const [here, there] = [await keyv('n', file), await keyv('n', file)]
    for (const round of ['1', '2']) {
      await there.set('a', round)
      await there.delete('b')
      await setImmediate()
      expect(await here.getMany(['a', 'b'])).toEqual([round, undefined])
      await there.set('b', round)
      await setImmediate()
      expect(await here.getMany(['a', 'b'])).toEqual([round, round])
    }
    await there.clear()
    await setImmediate()
    expect(await here.getMany(['a', 'b'])).toEqual([undefined, undefined])
  })

  test('keeps more rows than it has at hand', async () => {
    const store = await keyv('n')
    const keys = Array.from({ length: 5000 }, (_, n) => `k${n}`)
    await store.setMany(keys.map((key) => ({ key, value: `of ${key}` })))
    expect(await store.getMany(keys)).toEqual(keys.map((key) => `of ${key}`))
  })

  test('keeps namespaces apart in one file', async () => {
    const file = join(await testDir(), 'store.db')
    const [a, b] = [await keyv('a', file), await keyv('b', file)]
    await a.set('k', 'of a')
    await b.set('k', 'of b')
    expect(await entries(b)).toEqual([['k', 'of b']])
    await a.clear()
    expect(await a.get('k')).toBeUndefined()
    expect(await b.get('k')).toBe('of b')
  })
})

describe('a disk that fails', () => {
  test('a write that does not fit is an error, and what was kept before stays', async () => {
    const file = join(await testDir(), 'store.db')
    // A file may grow to 600 KB there: to SQLite that is a disk that refuses to write.
    const full = fork(child, ['fill', file], {
      execPath: '/bin/sh',
      execArgv: ['-c', 'ulimit -f 1200; exec "$@"', 'sh', process.execPath],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    onTestFinished(() => void full.kill('SIGKILL'))
    const { kept, errors } = Report.parse((await once(full, 'message'))[0])
    await once(full, 'exit')
    expect(kept.length).toBeGreaterThan(3)
    expect(errors.length).toBeGreaterThan(0)
    expect(new Set(errors)).toEqual(new Set(['StoreError failed']))
    const store = await openStore({ file })
    onTestFinished(() => store.close())
    const texts = (await store.history.read('c')).map(({ text }) => text.slice(0, text.indexOf(' ')))
    expect(texts).toEqual(kept)
  })

  test('what was kept is there after kill -9', async () => {
    const file = join(await testDir(), 'store.db')
    const writer = spawn(process.execPath, [child, 'write', file], { stdio: ['ignore', 'pipe', 'inherit'] })
    const exited = once(writer, 'exit')
    let output = ''
    for await (const text of writer.stdout.setEncoding('utf8')) {
      output += text
      if (output.split('\n').length > 30) writer.kill('SIGKILL')
    }
    await exited
    const lines = output.split('\n').slice(0, -1)
    const store = await openStore({ file })
    onTestFinished(() => store.close())
    const turns = Number(lines.at(-1))
    expect(turns).toBeGreaterThanOrEqual(30)
    expect((await store.sessions.get('c'))?.turns).toBeGreaterThanOrEqual(turns)
    expect((await store.history.read('c')).length).toBeGreaterThanOrEqual(turns)
  })

  test('a file that is no database is refused in words and left alone', async () => {
    const file = join(await testDir(), 'store.db')
    await writeFile(file, 'x'.repeat(5000))
    const opened = openStore({ file })
    await expect(opened).rejects.toMatchObject({ name: 'StoreError', code: 'failed' })
    await expect(opened).rejects.toThrow(file)
    expect(await readFile(file, 'utf8')).toBe('x'.repeat(5000))
  })

  test('a folder that cannot be made is refused in words', async () => {
    const dir = await testDir()
    await writeFile(join(dir, 'file'), '')
    const opened = openStore({ file: join(dir, 'file', 'store.db') })
    await expect(opened).rejects.toMatchObject({ name: 'StoreError', code: 'failed' })
  })

  test('a table that is gone is an error for reads and writes', async () => {
    const file = join(await testDir(), 'store.db')
    const store = await openStore({ file })
    onTestFinished(() => store.close())
    const db = new DatabaseSync(file)
    db.exec('DROP TABLE records')
    db.close()
    const failed = { name: 'StoreError', code: 'failed' }
    await expect(store.sessions.get('a')).rejects.toMatchObject(failed)
    await expect(store.sessions.set(session('a'))).rejects.toMatchObject(failed)
    await expect(store.sessions.delete('a')).rejects.toMatchObject(failed)
    await expect(store.history.append('a', [entry('x')])).rejects.toMatchObject(failed)
    await expect(collect(store.sessions.all())).rejects.toMatchObject(failed)
  })
})

async function keyv(namespace: string, file?: string): Promise<Keyv<string>> {
  const backend = await openSqlite(file ?? join(await testDir(), 'store.db'))
  onTestFinished(() => backend.close())
  return new Keyv<string>({ store: backend.adapter(namespace), namespace, throwOnErrors: true })
}

async function entries(store: Keyv<string>): Promise<unknown[]> {
  if (store.iterator === undefined) throw new Error('Keyv does not iterate over this adapter')
  return collect<unknown>(store.iterator(undefined))
}
