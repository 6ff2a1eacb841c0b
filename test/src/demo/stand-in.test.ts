/** The wire format, as any client of the Messages API sees it. */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { longMarkdown } from '../../../src/demo/long.ts'
import { startStandIn, type StandIn } from '../../../src/demo/stand-in.ts'

let standIn: StandIn
beforeEach(async () => {
  standIn = await startStandIn()
})
afterEach(() => standIn.close())

const key = { 'x-api-key': 'dummy' }

function post(
  path: string,
  body: unknown,
  headers: Record<string, string> = key,
  signal?: AbortSignal,
): Promise<Response> {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return fetch(standIn.url + path, {
    method: 'POST',
    headers,
    body: text,
    ...(signal === undefined ? {} : { signal }),
  })
}

function ask(text: string, more: object = {}, signal?: AbortSignal): Promise<Response> {
  const messages = [{ role: 'user', content: text }]
  return post(
    '/v1/messages?beta=true',
    { model: 'claude-x', max_tokens: 100, messages, ...more },
    key,
    signal,
  )
}

const Event = z.looseObject({
  type: z.string(),
  delta: z
    .looseObject({
      type: z.string().optional(),
      text: z.string().optional(),
      partial_json: z.string().optional(),
    })
    .optional(),
})

function events(stream: string): z.infer<typeof Event>[] {
  return stream
    .split('\n\n')
    .filter((frame) => frame !== '')
    .map((frame) => {
      const [, name, data = ''] = /^event: (\w+)\ndata: (.*)$/.exec(frame) ?? []
      const event = Event.parse(JSON.parse(data))
      expect(event.type).toBe(name)
      return event
    })
}

describe('an answer', () => {
  test('comes whole', async () => {
    const response = await ask('!say **hello** 🎉')
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(await response.json()).toMatchObject({
      type: 'message',
      role: 'assistant',
      model: 'claude-x',
      content: [{ type: 'text', text: '**hello** 🎉' }],
      stop_reason: 'end_turn',
      usage: { input_tokens: expect.any(Number), output_tokens: expect.any(Number) },
    })
  })

  test('comes as the events of the real API, in their order', async () => {
    const response = await ask('!say hello', { stream: true })
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    const stream = events(await response.text())
    expect(stream.map((event) => event.type)).toEqual([
      'message_start',
      'ping',
      'content_block_start',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ])
    expect(stream[0]).toMatchObject({ message: { model: 'claude-x', content: [], stop_reason: null } })
    expect(stream[5]).toMatchObject({
      delta: { stop_reason: 'end_turn', stop_sequence: null },
      usage: { output_tokens: 8 },
    })
  })

  test('is not lost in pieces: 200 KB with emoji and CJK', async () => {
    const stream = events(await (await ask('!long 200', { stream: true })).text())
    expect(stream.map((event) => event.delta?.text ?? '').join('')).toBe(longMarkdown(200 * 1024))
  })

  test('brings the input of a tool in pieces of JSON', async () => {
    const stream = events(await (await ask('!bash echo "é|🎉"', { stream: true })).text())
    expect(stream.find((event) => event.type === 'content_block_start')).toMatchObject({
      content_block: { type: 'tool_use', name: 'Bash', input: {} },
    })
    const json = stream.map((event) => event.delta?.partial_json ?? '').join('')
    expect(JSON.parse(json)).toMatchObject({ command: 'echo "é|🎉"' })
    expect(stream.at(-2)).toMatchObject({ delta: { stop_reason: 'tool_use' } })
  })

  test('can be thought over first', async () => {
    const stream = events(await (await ask('!think\n!say so', { stream: true })).text())
    const deltas = [...new Set(stream.map((event) => event.delta?.type).filter((type) => type !== undefined))]
    expect(deltas).toEqual(['thinking_delta', 'signature_delta', 'text_delta'])
  })

  test('takes the time that was asked for, evenly', async () => {
    const began = performance.now()
    const response = await ask('!slow 0.3 20', { stream: true })
    const arrivals: number[] = []
    for await (const _ of response.body ?? []) arrivals.push(performance.now() - began)
    expect(arrivals.at(-1)).toBeGreaterThan(250)
    expect(arrivals.length).toBeGreaterThan(5)
  })
})

const inSession = (user_id: string): Promise<Response> => ask('!error 529 2', { metadata: { user_id } })

describe('a failure that was asked for', () => {
  test('comes so many times, in every session for itself, and then no more', async () => {
    const first = await inSession('a')
    expect(first.status).toBe(529)
    expect(await first.json()).toMatchObject({
      type: 'error',
      error: { type: 'overloaded_error', message: expect.any(String) },
    })
    expect((await inSession('a')).status).toBe(529)
    expect((await inSession('b')).status).toBe(529)
    expect(await (await inSession('a')).json()).toMatchObject({
      content: [{ text: 'That worked, after 2 failures.' }],
    })
  })

  test.each([
    [401, 'authentication_error'],
    [403, 'permission_error'],
    [404, 'not_found_error'],
    [429, 'rate_limit_error'],
    [500, 'api_error'],
  ])('%d is %s', async (status, type) => {
    const response = await ask(`!error ${status} 1 retry-after=7`)
    expect([response.status, response.headers.get('retry-after')]).toEqual([status, '7'])
    expect(await response.json()).toMatchObject({ error: { type } })
  })

  test('does not count what the CLI asks on its own account', async () => {
    const schema = { type: 'object', properties: { title: { type: 'string' } } }
    const title = await ask('<session>\n!error 500 1\n</session>', {
      output_config: { format: { type: 'json_schema', schema } },
    })
    expect(await title.json()).toMatchObject({ content: [{ text: '{"title":"Small talk"}' }] })
    expect((await ask('!error 500 1', { max_tokens: 1 })).status).toBe(200)
    expect((await ask('!error 500 1')).status).toBe(500)
  })

  test('drops the connection in mid-stream, once', async () => {
    const response = await ask('!drop', { stream: true })
    await expect(response.text()).rejects.toThrow('terminated')
    expect(await (await ask('!drop', { stream: true })).text()).toContain('message_stop')
    await expect(ask('!drop 2')).rejects.toThrow('fetch failed')
  })

  test('stalls after the first words, until the client goes', async () => {
    const client = new AbortController()
    const response = await ask('!stall', { stream: true }, client.signal)
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    while (!text.includes('text_delta')) text += (await reader?.read())?.value ?? ''
    expect(await Promise.race([endOf(reader), sleep(100, 'silent')])).toBe('silent')
    client.abort()
    await expect(reader?.read()).rejects.toThrow('abort')
  })
})

/** Reads on to the end of the stream. */
async function endOf(reader: ReadableStreamDefaultReader<string> | undefined): Promise<string> {
  while ((await reader?.read())?.done === false);
  return 'ended'
}

describe('what a broken client sends is refused', () => {
  const good = { model: 'm', max_tokens: 1, messages: [{ role: 'user', content: 'hi' }] }
  const use = { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'Bash', input: {} }] }
  const result = { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', content: 'ok' }] }

  test.each([
    ['no model', { ...good, model: undefined }, 'model'],
    ['no messages', { ...good, messages: [] }, 'messages'],
    ['no max_tokens', { ...good, max_tokens: undefined }, 'max_tokens'],
    ['an unknown role', { ...good, messages: [{ role: 'tool', content: 'x' }] }, 'messages.0.role'],
    [
      'a text block without text',
      { ...good, messages: [{ role: 'user', content: [{ type: 'text' }] }] },
      'messages.0.content',
    ],
    [
      'a tool use without its result',
      { ...good, messages: [...good.messages, use, ...good.messages] },
      'without tool_result',
    ],
    ['a result that nothing asked for', { ...good, messages: [result] }, 'unexpected tool_use_id'],
    ['no JSON', '{', 'not valid JSON'],
  ])('%s', async (_, body, message) => {
    const response = await post('/v1/messages', body)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({
      type: 'error',
      error: { type: 'invalid_request_error', message: expect.stringContaining(message) },
    })
  })

  test('unknown fields and blocks are let through', async () => {
    const messages = [
      {
        role: 'user',
        content: [
          { type: 'novelty', deep: {} },
          { type: 'text', text: '!say ok', more: 1 },
        ],
      },
    ]
    expect((await post('/v1/messages', { ...good, messages, novel: true })).status).toBe(200)
  })

  test('no key', async () => {
    expect((await post('/v1/messages', good, {})).status).toBe(401)
    expect((await post('/v1/messages', good, { authorization: 'Bearer t' })).status).toBe(200)
  })

  test('a model that there is not', async () => {
    const response = await post('/v1/messages', { ...good, model: 'no-such-model' })
    expect([response.status, await response.json()]).toMatchObject([
      404,
      { error: { type: 'not_found_error' } },
    ])
  })

  test('a path that there is not', async () => {
    const response = await fetch(`${standIn.url}/v2/nothing`, { headers: key })
    expect([response.status, await response.json()]).toMatchObject([
      404,
      { error: { type: 'not_found_error' } },
    ])
  })
})

test('counts tokens, lists models, says that it is there', async () => {
  const counted = await post('/v1/messages/count_tokens', {
    model: 'm',
    messages: [{ role: 'user', content: 'x'.repeat(4000) }],
  })
  expect(
    z.object({ input_tokens: z.number().min(1000).max(1100) }).safeParse(await counted.json()).success,
  ).toBe(true)
  expect(await (await fetch(`${standIn.url}/v1/models`, { headers: key })).json()).toMatchObject({
    has_more: false,
  })
  expect((await fetch(standIn.url, { method: 'HEAD' })).status).toBe(200)
})

describe('what it has seen', () => {
  test('can be read', async () => {
    await ask('<system-reminder>x</system-reminder>hello', { system: [{ type: 'text', text: 'be kind' }] })
    expect(standIn.requests).toHaveLength(1)
    expect(standIn.requests[0]).toMatchObject({
      method: 'POST',
      path: '/v1/messages',
      model: 'claude-x',
      system: 'be kind',
      lastUserText: 'hello',
      headers: { 'x-api-key': 'dummy' },
      body: { max_tokens: 100 },
    })
  })

  test('can be waited for, seen already or not', async () => {
    const coming = standIn.waitFor((request) => request.lastUserText === 'two')
    await ask('one')
    await ask('two')
    expect((await coming).lastUserText).toBe('two')
    expect((await standIn.waitFor((request) => request.lastUserText === 'one')).lastUserText).toBe('one')
  })

  test('is waited for no longer than the signal allows', async () => {
    const client = new AbortController()
    const waiting = standIn.waitFor(() => false, client.signal)
    client.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
    await expect(standIn.waitFor(() => true, client.signal)).rejects.toThrow('enough')
  })

  test('is bounded', async () => {
    for (let batch = 0; batch < 12; batch++) {
      await Promise.all(Array.from({ length: 90 }, (_, index) => ask(`${batch * 90 + index}`)))
    }
    expect(standIn.requests).toHaveLength(1000)
  })
})

test('ends everything when it closes, twice over', async () => {
  const stalled = await ask('!stall', { stream: true })
  await standIn.close()
  await expect(stalled.text()).rejects.toThrow('terminated')
  await standIn.close()
  await expect(fetch(standIn.url)).rejects.toThrow('fetch failed')
})

test('says so when its port is taken', async () => {
  await expect(startStandIn({ port: Number(new URL(standIn.url).port) })).rejects.toMatchObject({
    code: 'EADDRINUSE',
  })
})
