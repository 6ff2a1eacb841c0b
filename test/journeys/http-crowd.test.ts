/** Many programs at once, slow ones, and nonsense: on a Claude that starts in no time. */
import { once } from 'node:events'
import { connect } from 'node:net'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
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

const Schema = z.looseObject({ properties: z.record(z.string(), z.unknown()).optional() })
const Operation = z.looseObject({
  requestBody: z
    .looseObject({ content: z.record(z.string(), z.looseObject({ schema: Schema.optional() })) })
    .optional(),
  parameters: z.array(z.looseObject({ name: z.string(), in: z.string() })).default([]),
})
const Described = z.looseObject({ paths: z.record(z.string(), z.record(z.string(), Operation)) })

test('whatever is sent to whichever route, no fault of ours comes of it', async () => {
  const { ann, url } = await startHttpRig({ claude: quickClaude })
  const { paths } = Described.parse(await (await fetch(`${url}/openapi.json`)).json())
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  )
  expect(routes.length).toBeGreaterThan(30)
  const word = fc.string({ minLength: 1, maxLength: 20, unit: 'binary' })
  for (const { path, method, operation } of routes) {
    const json = operation.requestBody?.content['application/json']?.schema
    const names = Object.keys(json?.properties ?? {})
    // Of the right names, and of none.
    const near = fc.dictionary(fc.constantFrom(...names, 'other'), fc.jsonValue({ maxDepth: 2 }), {
      maxKeys: 4,
    })
    const body = json === undefined ? fc.constant(undefined) : fc.oneof(near, fc.jsonValue({ maxDepth: 2 }))
    const query = fc.dictionary(
      fc.constantFrom(
        ...operation.parameters.filter((each) => each.in === 'query').map(({ name }) => name),
        'x',
      ),
      word,
      { maxKeys: 2 },
    )
    await fc.assert(
      fc.asyncProperty(word, query, body, async (param, asked, sent) => {
        const filled = path.replaceAll(/\{[^}]+\}/g, () => encodeURIComponent(param.toWellFormed()))
        const search = new URLSearchParams(asked)
        const response = await ann.fetch(`${filled}?${search.toString()}`, {
          method,
          signal: AbortSignal.timeout(20_000),
          ...(sent === undefined
            ? {}
            : { body: JSON.stringify(sent), headers: { 'content-type': 'application/json' } }),
        })
        expect(response.status).toBeLessThan(500)
        const isProblem =
          response.headers.get('content-type')?.startsWith('application/problem+json') === true
        // Those of other people's APIs have errors of their own.
        expect(isProblem || path.startsWith('/v1/')).toBe(response.status >= 400 || path.startsWith('/v1/'))
        await response.body?.cancel()
      }),
      { numRuns: 8, endOnFailure: true },
    )
  }
}, 120_000)
