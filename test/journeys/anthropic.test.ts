/** The model gateway, for clients of Anthropic's API and for sessions: the official package, the stand-in model behind it. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import Anthropic from '@anthropic-ai/sdk'
import { expect, onTestFinished, test } from 'vitest'
import { startStandIn } from '../../src/demo/stand-in.ts'
import { startHttpRig } from '../rig/http.ts'

test('a session runs on the gateway, its commands do not see its key, and it asks one model for all', async () => {
  const there = await startStandIn()
  onTestFinished(() => there.close())
  const gateway = { url: there.url, key: 'the-gateways-own-key', auth: 'x-api-key', models: ['gpt-6-nano'] }
  const { ann, model } = await startHttpRig({
    claude: { permissionMode: 'bypassPermissions' },
    adapters: { http: { gateway } },
  })
  const id = await ann.session({ gateway: true, model: 'gpt-6-nano' })
  const path = `/api/v1/sessions/${id}`
  const said = await ann.post(`${path}/messages`, { text: '!say From there.' })
  expect(said.body).toMatchObject({ state: 'answered' })
  expect(JSON.stringify(said.body)).toContain('From there.')
  expect((await ann.get(path)).body).toMatchObject({ gateway: true, model: 'gpt-6-nano', turns: 1 })
  const proxied = { prompt: '!say Once.', model: 'gpt-6-nano', enable_proxy: true }
  expect((await ann.post('/api/claude', proxied)).body).toMatchObject({ success: true, result: 'Once.' })
  // The same for a chat of OpenAI's clients, by the model's name.
  const chat = { model: 'gpt-6-nano', messages: [{ role: 'user', content: '!say Here too.' }] }
  const completed = await ann.post('/v1/chat/completions', chat)
  expect(completed.body).toMatchObject({ choices: [{ message: { content: 'Here too.' } }] })
  const chats = completed.headers.get('x-parley-session')
  expect((await ann.get(`/api/v1/sessions/${chats}`)).body).toMatchObject({ gateway: true })
  expect(model.requests.filter(({ path: asked }) => asked.startsWith('/v1'))).toEqual([])
  const asked = there.requests.filter(({ path: each }) => each === '/v1/messages')
  expect(new Set(asked.map(({ model: name }) => name))).toEqual(new Set(['gpt-6-nano']))
  for (const { headers } of asked) expect(headers).toMatchObject({ 'x-api-key': gateway.key })
  const looked = await ann.post(`${path}/messages`, { text: '!bash env' })
  expect(JSON.stringify(looked.body)).toContain('ANTHROPIC_BASE_URL=http://127.0.0.1:')
  expect(JSON.stringify(looked.body)).not.toContain(gateway.key)
}, 60_000)

const messages = [{ role: 'user' as const, content: '!slow 1 5' }]
const request = { model: 'claude-sonnet-5', max_tokens: 100, messages }

test('requests go on to the gateway and come back as they are, for keys that may', async () => {
  const there = await startStandIn()
  onTestFinished(() => there.close())
  const gateway = { url: there.url, key: 'the-gateways-own-key', timeout: 2000 }
  const { url } = await startHttpRig({ adapters: { http: { gateway, maxContentBytes: 8192 } } })
  const client = new Anthropic({ baseURL: url, apiKey: 'ops-0123456789-0123456789', maxRetries: 0 })

  const whole = await client.messages.create(request)
  expect(whole).toMatchObject({ role: 'assistant', stop_reason: 'end_turn' })
  const events: string[] = []
  const stream = client.beta.messages.stream(request)
  stream.on('streamEvent', ({ type }) => events.push(type))
  expect((await stream.finalMessage()).content).toEqual(whole.content)
  expect(events.filter((type) => type === 'content_block_delta').length).toBeGreaterThan(1)
  const { max_tokens: _most, ...counted } = request
  expect((await client.messages.countTokens(counted)).input_tokens).toBeGreaterThan(0)
  for (const { headers } of there.requests) {
    expect(headers).toMatchObject({
      authorization: 'Bearer the-gateways-own-key',
      'anthropic-version': expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
    })
    expect(Object.keys(headers)).not.toContain('x-api-key')
    expect(JSON.stringify(headers)).not.toContain('ops-0123456789')
  }

  const refused = client.messages.create({ ...request, max_tokens: 0 })
  await expect(refused).rejects.toMatchObject({ status: 400, requestID: expect.stringContaining('req_') })
  await expect(client.messages.create({ ...request, model: 'no-such' })).rejects.toBeInstanceOf(
    Anthropic.NotFoundError,
  )
  const anns = new Anthropic({ baseURL: url, apiKey: 'ann-0123456789-0123456789', maxRetries: 0 })
  await expect(anns.messages.create(request)).rejects.toBeInstanceOf(Anthropic.PermissionDeniedError)
  await there.close()
  await expect(client.messages.create(request)).rejects.toMatchObject({
    status: 502,
    error: { type: 'error', error: { type: 'api_error' } },
  })
  const large = [{ role: 'user' as const, content: 'x'.repeat(10_000) }]
  await expect(client.messages.create({ ...request, messages: large })).rejects.toMatchObject({
    status: 413,
    error: { error: { type: 'request_too_large' } },
  })
  const mute = createServer(() => undefined).listen(Number(new URL(there.url).port), '127.0.0.1')
  onTestFinished(() => mute.close().closeAllConnections())
  await once(mute, 'listening')
  await expect(client.messages.create(request)).rejects.toMatchObject({ status: 504 })
}, 60_000)
