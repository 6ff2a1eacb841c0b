import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DatabaseSync } from 'node:sqlite'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { openEmbeddedQueue } from '../../../src/queue/embedded.ts'
import { testDir } from '../../rig/dir.ts'
import { queueContract } from './contract.ts'
import { answerAll, closing, gate, noteLog, Notes, sendAll } from './rig.ts'
import { message, reply } from './values.ts'

const HOUR = 3_600_000
const Report = z.object({ accepted: z.array(z.string()), errors: z.array(z.string()) })
const child = fileURLToPath(new URL('child.ts', import.meta.url))

queueContract('embedded', (place, log) => openEmbeddedQueue({ file: join(place, 'data', 'queue.db'), log }))

describe('ids are remembered for eight hours', () => {
  test('then an id that has ended is a new message, whose replies are sent', async () => {
    let time = 1_000_000
    const file = join(await testDir(), 'queue.db')
    const queue = closing(await openEmbeddedQueue({ file, log: noteLog(), now: () => time }))
    const notes = answerAll(queue, { replies: () => [reply('c', 'k')] })
    const sent = sendAll(queue)
    await queue.accept('m', 'c', message('first'))
    await queue.idle()
    time += 8 * HOUR
    expect(await queue.accept('m', 'c', message('still known'))).toBe('duplicate')
    time += 1
    expect(await queue.accept('m', 'c', message('second'))).toBe('accepted')
    await queue.idle()
    expect(notes.all.map(({ message }) => message.text)).toEqual(['first', 'second'])
    expect(sent.all.map(({ key }) => key)).toEqual(['k', 'k'])
  })

  test('but one that still waits, or whose reply does, is a duplicate however old it is', async () => {
    let time = 1_000_000
    const file = join(await testDir(), 'queue.db')
    const queue = closing(await openEmbeddedQueue({ file, log: noteLog(), now: () => time }))
    await queue.accept('waits', 'c', message('m'))
    await queue.settle('unsent', 'c', message('m'), 'answered', [reply('c', 'k')])
    time += 100 * HOUR
    expect(await queue.accept('waits', 'c', message('m'))).toBe('duplicate')
    expect(await queue.accept('unsent', 'c', message('m'))).toBe('duplicate')
  })

  test('what is past is forgotten, what is open is kept', async () => {
    let time = 1_000_000
    const file = join(await testDir(), 'queue.db')
    const first = await openEmbeddedQueue({ file, log: noteLog(), now: () => time })
    const settled = Array.from({ length: 1000 }, (_, n) =>
      first.settle(`m${n}`, 'c', message('x'), 'answered', [reply('c', `k${n}`)]),
    )
    await Promise.all(settled)
    sendAll(first, ({ key }) =>
      key === 'open' ? { state: 'later', afterMs: HOUR, reason: 'not connected' } : { state: 'sent' },
    )
    await first.idle()
    await first.accept('open', 'd', message('open'))
    await first.post([reply('d', 'open')])
    await first.close(0)
    time += 8 * HOUR + 1
    const queue = closing(await openEmbeddedQueue({ file, log: noteLog(), now: () => time }))
    await expect.poll(() => rows(file), { timeout: 10_000 }).toEqual({ inbox: 1, outbox: 1 })
    expect(await queue.account('m1')).toBeUndefined()
    expect(await queue.counts()).toMatchObject({ waiting: 1, undelivered: 1 })
  })

  test('the text of what has ended is gone at once', async () => {
    const file = join(await testDir(), 'queue.db')
    const queue = closing(await openEmbeddedQueue({ file, log: noteLog() }))
    answerAll(queue, { replies: () => [reply('c', 'k')] })
    sendAll(queue)
    await queue.accept('m', 'c', message('a secret'))
    await queue.idle()
    using db = new DatabaseSync(file, { readOnly: true })
    // Hashes, by which an edit that changes nothing is known.
    const hashes = expect.stringMatching(/^[\w-]{22}\.[\w-]{22}$/)
    expect(db.prepare('SELECT message, draft FROM inbox').all()).toEqual([{ message: hashes, draft: null }])
    expect(db.prepare('SELECT reply, address FROM outbox').all()).toEqual([{ reply: '', address: '' }])
  })
})

describe('places', () => {
  test('a conversation that never falls silent makes way once another has waited for long', async () => {
    let time = 0
    const file = join(await testDir(), 'queue.db')
    const queue = closing(await openEmbeddedQueue({ file, log: noteLog(), now: () => time }))
    const order = new Notes<string>()
    const ready = gate()
    queue.work(
      async (activation) => {
        await ready.opened
        for (let envelope = await activation.next(60_000); envelope;) {
          order.add(envelope.id)
          if (envelope.id === 'busy2') time += 31_000
          await activation.commit([envelope], 'answered', [])
          envelope = await activation.next(60_000)
        }
      },
      { activations: 1 },
    )
    for (let n = 0; n < 5; n++) await queue.accept(`busy${n}`, 'busy', message('m'))
    await queue.accept('patient', 'quiet', message('m'))
    ready.open()
    await queue.idle()
    expect(order.all).toEqual(['busy0', 'busy1', 'busy2', 'patient', 'busy3', 'busy4'])
  })

  test('a run that ends without waiting for its next has made no attempt', async () => {
    const file = join(await testDir(), 'queue.db')
    const queue = closing(await openEmbeddedQueue({ file, log: noteLog() }))
    const attempts = new Notes<number>()
    let runs = 0
    queue.work(
      async (activation) => {
        const next = activation.next(1000)
        if (runs++ === 0) throw new Error('the CLI did not start')
        const envelope = await next
        if (envelope === undefined) return
        attempts.add(envelope.attempt)
        await activation.commit([envelope], 'answered', [])
      },
      { activations: 1 },
    )
    await queue.accept('m', 'c', message('m'))
    await queue.idle()
    expect(attempts.all).toEqual([1])
  })

  test('10,000 conversations leave nothing in memory', async () => {
    const file = join(await testDir(), 'queue.db')
    const queue = closing(await openEmbeddedQueue({ file, log: noteLog() }))
    queue.work(
      async (activation) => {
        for (let envelope = await activation.next(1000); envelope; envelope = await activation.next(1000)) {
          await activation.commit([envelope], 'answered', [reply(activation.conversation, envelope.id)])
        }
      },
      { activations: 20 },
    )
    queue.deliver(async () => ({ state: 'sent' }))
    const round = async (name: string): Promise<number> => {
      for (let n = 0; n < 10_000; n += 500) {
        const accepted = Array.from({ length: 500 }, (_, i) =>
          queue.accept(`${name}${n + i}`, `conversation ${name} ${n + i}`, message('hello')),
        )
        await Promise.all(accepted)
        await queue.idle()
      }
      return heapUsed()
    }
    const before = await round('warm')
    const after = await round('b')
    // A string, a Map entry and a timer each would be 3 MB and more.
    expect(after - before).toBeLessThan(1_500_000)
  })
})

describe('the lock', () => {
  test('a second queue on the same data is refused and names its holder', async () => {
    const file = join(await testDir(), 'queue.db')
    const first = await openEmbeddedQueue({ file, log: noteLog() })
    const second = openEmbeddedQueue({ file, log: noteLog() })
    await expect(second).rejects.toMatchObject({ name: 'QueueError', code: 'locked' })
    await expect(second).rejects.toThrow(new RegExp(`process ${process.pid} .*dataDir`))
    await first.close(0)
    closing(await openEmbeddedQueue({ file, log: noteLog() }))
  })

  test('another process is refused too, and gets it when the holder is killed', async () => {
    const file = join(await testDir(), 'queue.db')
    const holder = fork(child, ['hold', file], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    onTestFinished(() => void holder.kill('SIGKILL'))
    await once(holder, 'message')
    await expect(openEmbeddedQueue({ file, log: noteLog() })).rejects.toThrow(`process ${holder.pid} `)
    holder.kill('SIGKILL')
    await once(holder, 'exit')
    closing(await openEmbeddedQueue({ file, log: noteLog() }))
  })
})

describe('a disk that fails', () => {
  test('accept is refused when the disk is full, nothing is half done, and what was accepted is kept', async () => {
    const file = join(await testDir(), 'queue.db')
    // A file may grow to 600 KB there: to SQLite that is a disk that refuses to write.
    const full = fork(child, ['fill', file], {
      execPath: '/bin/sh',
      execArgv: ['-c', 'ulimit -f 1200; exec "$@"', 'sh', process.execPath],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    onTestFinished(() => void full.kill('SIGKILL'))
    const { accepted, errors } = Report.parse((await once(full, 'message'))[0])
    await once(full, 'exit')
    expect(accepted.length).toBeGreaterThan(3)
    expect(errors.length).toBeGreaterThan(0)
    expect(new Set(errors)).toEqual(new Set(['storage']))
    const queue = closing(await openEmbeddedQueue({ file, log: noteLog() }))
    expect((await queue.waiting('c')).map(({ id }) => id)).toEqual(accepted)
    expect(await queue.counts()).toMatchObject({ undelivered: 0 })
  })

  test('a file that is no database is refused in words', async () => {
    const file = join(await testDir(), 'queue.db')
    await writeFile(file, 'x'.repeat(5000))
    const opened = openEmbeddedQueue({ file, log: noteLog() })
    await expect(opened).rejects.toMatchObject({ name: 'QueueError', code: 'storage' })
    await expect(opened).rejects.toThrow(file)
    expect(await readFile(file, 'utf8')).toBe('x'.repeat(5000))
  })

  test('a folder that cannot be made is refused in words', async () => {
    const dir = await testDir()
    await writeFile(join(dir, 'file'), '')
    const opened = openEmbeddedQueue({ file: join(dir, 'file', 'queue.db'), log: noteLog() })
    await expect(opened).rejects.toMatchObject({ name: 'QueueError', code: 'storage' })
  })

  test('a file of a later version is refused and left alone', async () => {
    const file = join(await testDir(), 'queue.db')
    const db = new DatabaseSync(file)
    db.exec('PRAGMA user_version = 99')
    db.close()
    await expect(openEmbeddedQueue({ file, log: noteLog() })).rejects.toThrow(/another version/)
  })

  test('a damaged row is an error that names it, not a message', async () => {
    const file = join(await testDir(), 'queue.db')
    const first = await openEmbeddedQueue({ file, log: noteLog() })
    await first.accept('broken', 'c', message('m'))
    await first.close(0)
    const db = new DatabaseSync(file)
    db.exec(`UPDATE inbox SET message = '{"kind"'`)
    db.close()
    const queue = closing(await openEmbeddedQueue({ file, log: noteLog() }))
    await expect(queue.waiting('c')).rejects.toThrow(/row broken .*inbox/)
    await expect(queue.waiting('c')).rejects.toMatchObject({ name: 'QueueError', code: 'storage' })
  })
})

function rows(file: string): unknown {
  using db = new DatabaseSync(file, { readOnly: true })
  return {
    inbox: db.prepare('SELECT count(*) AS n FROM inbox').get()?.['n'],
    outbox: db.prepare('SELECT count(*) AS n FROM outbox').get()?.['n'],
  }
}

/** Bytes in use once all that nobody holds is gone. */
function heapUsed(): number {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  if (typeof collect === 'function') collect()
  return process.memoryUsage().heapUsed
}
