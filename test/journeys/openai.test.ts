/** Claude for clients of OpenAI's API: the official package, the real server, the real CLI. */
import OpenAI from 'openai'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { startHttpRig } from '../rig/http.ts'
import { picture } from '../rig/pictures.ts'

type Sent = OpenAI.Chat.Completions.ChatCompletionMessageParam

const annsKey = 'ann-0123456789-0123456789'

/** A chat as such clients hold one: all of it is sent each time. */
class Chat {
  readonly said: Sent[] = []
  tokens = 0
  readonly #client: OpenAI
  readonly #headers: Record<string, string>

  constructor(client: OpenAI, headers: Record<string, string> = {}) {
    this.#client = client
    this.#headers = headers
  }

  async say(content: string | OpenAI.Chat.Completions.ChatCompletionContentPart[]): Promise<string> {
    this.said.push({ role: 'user', content })
    const stream = await this.#client.chat.completions.create(
      { model: 'parley', messages: this.said, stream: true, stream_options: { include_usage: true } },
      { headers: this.#headers },
    )
    let answer = ''
    for await (const { choices, usage } of stream) {
      answer += choices[0]?.delta.content ?? ''
      this.tokens += usage?.total_tokens ?? 0
    }
    this.said.push({ role: 'assistant', content: answer })
    return answer
  }
}

test('a chat of another client is one session, asks, sees pictures, and is told anew where it was changed', async () => {
  const { url, ann, bob, ops, model } = await startHttpRig({ adapters: { http: { metrics: {} } } })
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: annsKey })
  const sessions = async (): Promise<unknown> => (await ann.get('/api/v1/sessions')).body.sessions

  const chat = new Chat(client)
  chat.said.push({ role: 'system', content: 'Speak like a sailor.' })
  expect(await chat.say('!say One **word**.')).toBe('One **word**.')
  expect(model.requests.some(({ system }) => system?.includes('like a sailor'))).toBe(true)
  expect(await chat.say('!recall')).toContain('1. !say One **word**.\n2. !recall')
  expect(await sessions()).toMatchObject([{ turns: 2 }])
  expect(chat.tokens).toBeGreaterThan(0)

  // What Claude may do is asked in words; the next message decides, and the same answer goes on.
  const asked = await chat.say('!write notes.txt hello\n!say It is written.')
  expect(asked).toContain('notes.txt')
  expect(asked).toMatch(/1\. .+\n2\. /)
  expect(await chat.say('1')).toContain('It is written.')
  await chat.say('!write notes.txt other')
  await chat.say('Not that file.')
  expect(await chat.say('!read notes.txt')).toContain('hello')
  expect(await sessions()).toMatchObject([{ turns: 5 }])

  const png = { url: `data:image/png;base64,${picture('png').toString('base64')}` }
  await chat.say([
    { type: 'text', text: '!say Seen.' },
    { type: 'image_url', image_url: png },
  ])
  const last = model.requests.findLast(({ lastUserText }) => lastUserText.includes('picture.png'))
  expect(JSON.stringify(last?.body)).toContain(png.url.slice(-40))

  // An earlier message was changed: what its session remembers is not what was said here.
  const changed = new Chat(client)
  changed.said.push(
    { role: 'user', content: 'Call me Ishmael.' },
    { role: 'assistant', content: 'One **word**.' },
  )
  expect(await changed.say('!recall')).toContain('Call me Ishmael.')
  expect(await sessions()).toHaveLength(2)

  // What was used: one's own, or everybody's for whoever operates.
  const day = new Date().toISOString().slice(0, 10)
  const seven = { turns: 7, failed: 0, costUsd: expect.any(Number), outputTokens: expect.any(Number) }
  const report = {
    total: seven,
    days: [{ ...seven, day }],
    users: [{ ...seven, user: 'http:ann' }],
    models: [{ ...seven, model: expect.stringContaining('claude') }],
    adapters: [{ ...seven, adapter: 'http' }],
  }
  const used = `/api/v1/usage?from=${day}&to=${day}`
  // The books follow the answer.
  await expect.poll(async () => (await ann.get(used)).body).toMatchObject(report)
  expect((await ops.get('/api/v1/usage?of=all')).body).toMatchObject(report)
  expect((await ann.get('/metrics')).status).toBe(403)
  const figures = await (await ops.fetch('/metrics')).text()
  for (const line of [
    'parley_turns_total{adapter="http",state="answered"} 7',
    'parley_deliveries_total{adapter="http",state="sent"}',
    'parley_http_requests_total{method="POST",route="/v1/chat/completions",status="200"} 9',
    'parley_messages{state="running"} 0',
    'parley_tokens_total{type="output"}',
    'parley_turn_duration_seconds_bucket{le="0.5",adapter="http"}',
    'parley_event_loop_lag_seconds{quantile="0.99"}',
  ])
    expect(figures).toContain(line)
  expect((await bob.get(used)).body).toMatchObject({ total: { turns: 0 }, days: [], users: [], models: [] })
  expect((await bob.get(`${used}&of=all`)).status).toBe(403)
  expect((await bob.get('/api/v1/usage?from=2026-01-01&to=2020-01-01')).status).toBe(422)
}, 120_000)

test('a chat is known by its id whatever its client adds; a session by its name; who hangs up stops it', async () => {
  const rig = await startHttpRig()
  const { url, ann } = rig
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: annsKey })
  const ids = (await client.models.list()).data.map(({ id }) => id)
  expect(ids).toEqual(['parley', 'sonnet', 'opus', 'haiku'])
  const headers = { 'X-OpenWebUI-Chat-Id': 'f1' }
  const first = await client.chat.completions
    .create({ model: 'haiku', messages: [{ role: 'user', content: '!say Found: x.' }] }, { headers })
    .withResponse()
  const { data: completion, response } = first
  expect(completion.choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: 'Found: x.' } })
  expect(completion.usage?.completion_tokens).toBeGreaterThan(0)
  const session = response.headers.get('x-parley-session') ?? ''
  // Open WebUI asks for a title in between, and leaves out of the history what it had added to the question.
  await new Chat(client, headers).say('!say A title')
  const chat = new Chat(client, headers)
  chat.said.push({ role: 'user', content: 'What is x?' }, { role: 'assistant', content: 'Found: x.' })
  await chat.say('!say Two.')
  expect((await ann.get(`/api/v1/sessions/${session}`)).body).toMatchObject({ turns: 2, model: 'haiku' })

  // What was asked before a restart is decided after it, in the same chat.
  const asks = new Chat(client)
  expect(await asks.say('!write a.txt a\n!say Written.')).toContain('a.txt')
  await rig.restart()
  expect(await asks.say('1')).toContain('Written.')

  const own = await ann.session()
  const named = new Chat(client, { 'x-parley-session': own })
  await named.say('!say Here.')
  const left = await client.chat.completions.create(
    { model: 'parley', messages: [{ role: 'user', content: '!slow 20 40' }], stream: true },
    { headers: { 'x-parley-session': own } },
  )
  for await (const { choices } of left) if ((choices[0]?.delta.content ?? '') !== '') break
  const state = async (): Promise<unknown> => (await ann.get(`/api/v1/sessions/${own}`)).body.state
  await expect.poll(state, { timeout: 10_000 }).toBe('none')
  expect((await ann.get(`/api/v1/sessions/${own}`)).body).toMatchObject({ turns: 2 })

  const say = (content: string, more: object = {}): Promise<unknown> =>
    client.chat.completions.create({ model: 'parley', messages: [{ role: 'user', content }], ...more })
  await expect(say('Hi', { n: 2 })).rejects.toMatchObject({ status: 400, param: 'n' })
  const count = async (): Promise<number> =>
    z.array(z.unknown()).parse((await ann.get('/api/v1/sessions')).body.sessions).length
  const before = await count()
  await expect(say('!error 400')).rejects.toMatchObject({ status: 502, type: 'server_error' })
  await expect(new Chat(client).say('!error 400')).rejects.toThrow('400')
  // No client tried again by itself what was tried enough: each try would be a session.
  expect(await count()).toBe(before + 2)
  const stranger = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'no-key-0123456789-0123456789' })
  await expect(stranger.models.list()).rejects.toBeInstanceOf(OpenAI.AuthenticationError)
  const elsewhere = { type: 'image_url' as const, image_url: { url: 'http://169.254.169.254/latest' } }
  await expect(new Chat(client).say([elsewhere])).rejects.toMatchObject({ status: 400, param: 'messages' })
}, 120_000)
