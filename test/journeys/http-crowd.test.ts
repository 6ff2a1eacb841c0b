/** Many programs at once, and slow ones: on a Claude that starts in no time. */
import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { all, startHttpRig, textOf } from '../rig/http.ts'
import { quickClaude } from '../rig/quick-cli.ts'

const readers = 500

test('500 readers of a task and one who never reads have it whole, and keep nobody waiting', async () => {
  const tasks = { concurrency: 1 }
  const { ann, bob, url } = await startHttpRig({ claude: quickClaude, adapters: { http: { tasks } } })
  // It begins when most of them are there.
  await ann.post('/api/v1/tasks', { text: '!slow 3 3', id: 'gate' })
  await ann.post('/api/v1/tasks', { text: '!slow 4 80\n!say The end.', id: 'watched' })
  const path = '/api/v1/tasks/watched/events'
  const deaf = connect(Number(new URL(url).port), '127.0.0.1')
  onTestFinished(() => void deaf.destroy())
  await once(deaf, 'connect')
  const key = 'Authorization: Bearer ann-0123456789-0123456789'
  deaf.write(`GET ${path} HTTP/1.1\r\nHost: here\r\n${key}\r\nAccept: text/event-stream\r\n\r\n`)
  const before = process.memoryUsage().rss
  let open = 0
  const opened = Promise.withResolvers<void>()
  const watching = Array.from({ length: readers }, () =>
    all(
      ann.events(path, {}, () => {
        open += 1
        if (open === readers) opened.resolve()
      }),
    ),
  )
  await opened.promise
  // With all of them open and fed, others are served as ever.
  const asked = performance.now()
  expect((await bob.get('/api/v1/sessions')).status).toBe(200)
  expect(performance.now() - asked).toBeLessThan(2_000)
  expect((await bob.post('/api/claude', { prompt: '!say Meanwhile.' })).body).toMatchObject({
    result: 'Meanwhile.',
  })
  const ends = watching.map(async (events) => ({ events: await events, at: performance.now() }))
  const told = await Promise.all(ends)
  for (const { events } of told) {
    expect(events.at(-1)?.type).toBe('complete')
    expect(textOf(events)).toBe(events.at(-1)?.data.text)
  }
  // The last has the end soon after the first.
  const times = told.map(({ at }) => at)
  expect(Math.max(...times) - Math.min(...times)).toBeLessThan(3_000)
  // Readers and server are one process here.
  expect(process.memoryUsage().rss - before).toBeLessThan(512 * 1024 * 1024)
}, 120_000)
