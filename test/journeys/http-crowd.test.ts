/** Many programs at once, and slow ones: on a Claude that starts in no time. */
import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { all, startHttpRig, textOf } from '../rig/http.ts'
import { quickClaude } from '../rig/quick-cli.ts'

const readers = 500

test('500 readers of a task and one who never reads have it whole, and keep nobody waiting', async () => {
  const { ann, bob, url } = await startHttpRig({ claude: quickClaude })
  await ann.post('/api/v1/tasks', { text: '!slow 4 80\n!say The end.', id: 'watched' })
  const path = '/api/v1/tasks/watched/events'
  const deaf = connect(Number(new URL(url).port), '127.0.0.1')
  onTestFinished(() => void deaf.destroy())
  await once(deaf, 'connect')
  const key = 'Authorization: Bearer ann-0123456789-0123456789'
  deaf.write(`GET ${path} HTTP/1.1\r\nHost: here\r\n${key}\r\nAccept: text/event-stream\r\n\r\n`)
  const before = process.memoryUsage().rss
  const watching = Array.from({ length: readers }, () => all(ann.events(path)))
  expect((await bob.post('/api/claude', { prompt: '!say Meanwhile.' })).body).toMatchObject({
    result: 'Meanwhile.',
  })
  for (const events of await Promise.all(watching)) {
    expect(events.at(-1)?.type).toBe('complete')
    expect(textOf(events)).toBe(events.at(-1)?.data.text)
  }
  // Readers and server are one process here.
  expect(process.memoryUsage().rss - before).toBeLessThan(512 * 1024 * 1024)
}, 120_000)
