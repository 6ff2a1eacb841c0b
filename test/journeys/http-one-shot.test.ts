/** One question, one answer, as wrappers around `claude -p` have it; and one entry point for everything. */
import { expect, test } from 'vitest'
import { z } from 'zod'
import { type Event, all, startHttpRig } from '../rig/http.ts'

const path = '/api/claude'

test('a question is answered, gone on with, streamed line by line, put off, batched and refused', async () => {
  const { ann, bob, url, model } = await startHttpRig()
  const first = await ann.post(path, { prompt: '!say **Yes.**', system_prompt: 'Say yes.', model: 'haiku' })
  expect(first.status).toBe(200)
  expect(first.body).toEqual({
    success: true,
    result: '**Yes.**',
    session_id: expect.any(String),
    duration_ms: expect.any(Number),
    cost_usd: expect.any(Number),
  })
  expect(model.requests.at(-1)).toMatchObject({ model: expect.stringContaining('haiku') })
  const session_id = String(first.body.session_id)
  const second = await ann.post(path, { prompt: '!recall', session_id })
  expect(second.body).toMatchObject({ session_id, result: expect.stringContaining('!say **Yes.**') })
  expect((await bob.post(path, { prompt: 'x', session_id })).status).toBe(404)
  expect((await ann.post(path, { prompt: 'x', session_id, system_prompt: 'No.' })).body).toMatchObject({
    status: 422,
    errors: [{ field: 'system_prompt' }],
  })
  // No command can be given that: it would be tried again and again.
  expect((await ann.post(path, { prompt: 'x', system_prompt: 'a\0b' })).status).toBe(400)
  expect((await ann.post(path, { prompt: 'x', allowedTools: ['Bash(\0)'] })).status).toBe(400)
  const unsayable = {
    messages: [
      { role: 'system', content: '\0' },
      { role: 'user', content: 'x' },
    ],
    model: 'parley',
  }
  expect((await ann.post('/v1/chat/completions', unsayable)).status).toBe(400)
  expect((await ann.post(path, { prompt: 'x', 'dangerously-skip-permissions': true })).status).toBe(403)

  // Nobody is there to be asked: what is not allowed is denied.
  const tool = { prompt: '!bash touch there.txt\n!bash ls there.txt' }
  expect((await ann.post(path, tool)).body.result).not.toMatch(/^there\.txt$/m)
  expect((await ann.post(path, { ...tool, allowedTools: ['Bash'] })).body.result).toContain('there.txt')

  const body = JSON.stringify({ prompt: '!say Streamed.', session_id })
  const headers = { 'content-type': 'application/json' }
  const lines = await all(ann.events(path, { method: 'POST', headers, body }))
  const types = lines.map(({ data }) => data.type)
  expect(types).toEqual(expect.arrayContaining(['system', 'stream_event', 'assistant', 'result']))
  expect(resultIn(lines)).toMatchObject({ result: 'Streamed.' })
  expect(types.filter((type) => String(type).startsWith('control'))).toEqual([])

  const later = await ann.post(path, { prompt: '!say Later.', async: true })
  expect([later.status, later.body]).toMatchObject([202, { success: true, status: 'waiting' }])
  const told = await all(ann.events(`/api/v1/tasks/${String(later.body.task_id)}/events`))
  expect(told.at(-1)?.data).toMatchObject({ text: 'Later.' })
  const batch = await ann.post(`${path}/batch`, {
    prompts: ['!say One.', { prompt: '!error 400' }, { prompt: 'x', session_id: 'none' }, '!say Two.'],
  })
  expect(batch.body).toMatchObject({
    success: false,
    results: [
      { result: 'One.' },
      { success: false },
      { success: false, session_id: 'none', result: expect.stringContaining('no session') },
      { success: true, result: 'Two.' },
    ],
  })
  expect((await ann.post(path, { prompt: '!error 400' })).body).toMatchObject({ status: 502, success: false })

  const invoke = (invocation: object): ReturnType<typeof ann.post> => ann.post('/invocations', invocation)
  const seen = await invoke({ path: '/api/v1/sessions/{id}', method: 'GET', path_params: { id: session_id } })
  expect([seen.status, seen.body]).toMatchObject([200, { id: session_id, turns: 3 }])
  const asked = await invoke({
    path: '/api/v1/sessions/{id}/messages',
    path_params: { id: session_id },
    payload: { text: '!say Within.' },
  })
  expect(asked.body).toMatchObject({ state: 'answered', result: { text: 'Within.' } })
  const streamed = await all(
    ann.events('/invocations', {
      method: 'POST',
      headers,
      body: JSON.stringify({ path, payload: { prompt: '!say In.' } }),
    }),
  )
  expect(resultIn(streamed)).toMatchObject({ result: 'In.' })
  for (const itself of ['/invocations', '/invocation%73', '/invocations#x', '/x/../invocations'])
    expect((await invoke({ path: itself, payload: { path: '/ping' } })).body).toMatchObject({ status: 422 })
  const deep = `{"path":"${path}","payload":${'['.repeat(100_000)}${']'.repeat(100_000)}}`
  expect((await ann.fetch('/invocations', { method: 'POST', headers, body: deep })).status).toBe(422)
  expect((await invoke({ path: '/api/v1/sessions/{id}', method: 'GET' })).body).toMatchObject({
    errors: [{ field: 'path_params.id' }],
  })
  expect((await invoke({ path: '/api/v1/sessions', payload: { modle: 1 } })).status).toBe(400)
  // Anthropic's own clients read why there is nothing for them.
  const unserved = await ann.post('/v1/messages', { model: 'x', max_tokens: 1, messages: [] })
  expect([unserved.status, unserved.body]).toMatchObject([
    404,
    { type: 'error', error: { type: 'not_found_error', message: expect.stringContaining('gateway') } },
  ])
  const ping = z.object({ status: z.string() }).parse(await (await fetch(`${url}/ping`)).json())
  expect(ping.status).toBe('Healthy')
}, 120_000)

/** The CLI may add to it how it came along. */
function resultIn(lines: readonly Event[]): unknown {
  return lines.find(({ data }) => data.type === 'result')?.data
}
