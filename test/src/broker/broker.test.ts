/** The broker between a client and an API that the test plays. */
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { type IncomingMessage, type RequestListener, createServer } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { openBroker } from '../../../src/broker/broker.ts'
import type { Affords, Pass } from '../../../src/broker/port.ts'
import { testDir } from '../../rig/dir.ts'
import { describeWith } from '../../rig/needs.ts'
import { quiet } from './quiet.ts'

interface Api {
  readonly url: string
  readonly heard: readonly IncomingMessage[]
}

async function api(answer: (...of: Parameters<RequestListener>) => unknown): Promise<Api> {
  const heard: IncomingMessage[] = []
  const server = createServer((request, response) => {
    heard.push(request)
    void answer(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => server.close().closeAllConnections())
  const address = server.address()
  return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/anthropic/`, heard }
}

async function passTo(baseUrl: string, affords: Affords = async () => undefined): Promise<Pass> {
  const broker = openBroker(quiet)
  onTestFinished(() => broker.close())
  return broker.issue({ baseUrl, headers: { 'x-api-key': 'real' }, environment: {} }, affords)
}

function ask(
  { url, token }: Pass,
  init: Omit<RequestInit, 'headers'> & { readonly headers?: Readonly<Record<string, string>> } = {},
  path = '/v1/messages?beta=true',
): Promise<Response> {
  const headers = { 'x-api-key': token, ...init.headers }
  return fetch(`${url}${path}`, { method: 'POST', body: '{}', ...init, headers })
}

const sse = { 'content-type': 'text/event-stream' }
const start = `event: message_start\ndata: {"type":"message_start","message":{"model":"m","usage":{"input_tokens":5,"cache_read_input_tokens":7,"output_tokens":1}}}\n\n`
const piece = (words: string): string =>
  `data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":${JSON.stringify(words)}}}\n\n`
const end = `data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":42}}\n\n`

test('what goes on and what comes back: bodies to the letter, no strange header, errors with their meaning', async () => {
  const body = `{"é":"${'x'.repeat(300_000)}"}`
  const bodies: string[] = []
  const { url, heard } = await api(async (request, response) => {
    bodies.push(await text(request))
    response
      .writeHead(429, {
        'retry-after': '7',
        'request-id': 'req_1',
        'set-cookie': 'a=b',
        'content-type': 'application/json',
      })
      .end('{"type":"error","error":{"type":"rate_limit_error","message":"slow"}}')
  })
  const headers = {
    'anthropic-beta': 'some-beta',
    cookie: 'c=d',
    authorization: 'Bearer theirs',
    'x-forwarded-for': '1.2.3.4',
  }
  const answer = await ask(await passTo(url), { body, headers })
  expect(answer.status).toBe(429)
  expect(Object.fromEntries(answer.headers)).toMatchObject({ 'retry-after': '7', 'request-id': 'req_1' })
  expect(answer.headers.get('set-cookie')).toBeNull()
  expect(await answer.json()).toMatchObject({ error: { type: 'rate_limit_error', message: 'slow' } })
  expect(bodies).toEqual([body])
  expect(heard[0]?.url).toBe('/anthropic/v1/messages?beta=true')
  expect(heard[0]?.headers).toMatchObject({
    'x-api-key': 'real',
    'anthropic-beta': 'some-beta',
    'accept-encoding': 'identity',
  })
  for (const name of ['cookie', 'authorization', 'x-forwarded-for'])
    expect(heard[0]?.headers).not.toHaveProperty(name)
})

test('events pass at once and are counted as they pass; one that breaks off breaks off, and counts as far as it came', async () => {
  const { promise: more, resolve: goOn } = Promise.withResolvers<void>()
  let breaks = false
  const { url } = await api(async (_request, response) => {
    response.writeHead(200, sse)
    response.write(start + piece('It says "message_delta" itself.').slice(0, 40))
    await more
    const rest = piece('It says "message_delta" itself.').slice(40)
    if (breaks) response.write(rest, () => response.destroy())
    else response.end(rest + end)
  })
  const pass = await passTo(url)
  const answer = await ask(pass)
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
  expect((await reader?.read())?.value).toContain('message_start')
  expect(pass.take()).toEqual({ input: 5, output: 1, cacheRead: 7, cacheWrite: 0 })
  goOn()
  let rest = ''
  for (let read = await reader?.read(); read?.done === false; read = await reader?.read()) rest += read.value
  expect(rest.endsWith(end)).toBe(true)
  expect(pass.take()).toEqual({ input: 0, output: 41, cacheRead: 0, cacheWrite: 0 })
  breaks = true
  await expect(ask(pass).then((broken) => broken.text())).rejects.toThrow(/terminated|closed|reset/)
  expect(pass.take()).toEqual({ input: 5, output: 1 + 7, cacheRead: 7, cacheWrite: 0 })
})

test('a whole answer is counted too, and a count of tokens costs nothing and asks nobody', async () => {
  const { url } = await api((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(
      '{"type":"message","usage":{"input_tokens":3,"output_tokens":4,"cache_creation_input_tokens":5}}',
    )
  })
  const refusals = ['', 'Nothing is left.']
  const pass = await passTo(url, async () => refusals.shift() || undefined)
  expect((await ask(pass)).status).toBe(200)
  expect(pass.take()).toEqual({ input: 3, output: 4, cacheRead: 0, cacheWrite: 5 })
  const refused = await ask(pass)
  expect(refused.status).toBe(402)
  expect(await refused.json()).toEqual({
    type: 'error',
    error: { type: 'billing_error', message: 'Nothing is left.' },
  })
  expect(pass.refusal).toBe('Nothing is left.')
  expect((await ask(pass, {}, '/v1/messages/count_tokens')).status).toBe(200)
})

test('a connection that was kept and is closed in the moment of its use costs nobody the answer', async () => {
  let asked = 0
  const { url } = await api((request, response) => {
    asked += 1
    // The second request comes on the kept connection: it is taken and cut off without a word.
    if (asked === 2) return void request.socket.destroy()
    void text(request).then((body) => response.writeHead(200, { 'content-type': 'text/plain' }).end(body))
  })
  const pass = await passTo(url)
  expect(await (await ask(pass, { body: 'one' })).text()).toBe('one')
  expect(await (await ask(pass, { body: 'two'.repeat(50_000) })).text()).toBe('two'.repeat(50_000))
  expect(asked).toBe(3)
})

test('where nobody answers, and where it goes away in the middle, it is said as the API would', async () => {
  const pass = await passTo('http://127.0.0.1:9')
  const answer = await ask(pass)
  expect(answer.status).toBe(502)
  expect(await answer.json()).toMatchObject({
    error: { type: 'api_error', message: expect.stringMatching(/ECONNREFUSED/) },
  })
  const large = await ask(pass, { body: 'x'.repeat(49 * 1024 * 1024) }).catch((error: unknown) => error)
  expect(large instanceof Error || (large instanceof Response && [413, 502].includes(large.status))).toBe(
    true,
  )
})

test('what one pass has the broker hold at a time is bounded, and others are served meanwhile', async () => {
  const whole = Promise.withResolvers<void>()
  const { url } = await api(async (request, response) => {
    const { length } = await text(request).catch(() => '')
    await whole.promise
    response.end(String(length))
  })
  const broker = openBroker(quiet)
  onTestFinished(() => broker.close())
  const upstream = { baseUrl: url, headers: {}, environment: {} }
  const [greedy, other] = [
    await broker.issue(upstream, async () => undefined),
    await broker.issue(upstream, async () => undefined),
  ]
  const body = 'x'.repeat(40 * 1024 * 1024)
  const asked = [1, 2, 3, 4].map(async () =>
    ask(greedy, { body }).then(
      ({ status }) => status,
      () => 'broken off',
    ),
  )
  // The first to end is the one that is too much: nobody is answered yet.
  expect(await Promise.race(asked)).not.toBe(200)
  const meanwhile = ask(other)
  whole.resolve()
  expect((await meanwhile).status).toBe(200)
  expect((await Promise.all(asked)).filter((status) => status === 200)).toHaveLength(3)
  expect((await ask(greedy, { body })).status).toBe(200)
})

test('whoever goes while still asking, and whoever reads slowly, does no harm', async () => {
  const whole = start + piece('x'.repeat(4 * 1024 * 1024)) + end
  const { url, heard } = await api(async (request, response) => {
    await text(request).catch(() => '')
    response.writeHead(200, sse).end(whole)
  })
  const pass = await passTo(url)
  const half = createConnection(Number(new URL(pass.url).port), '127.0.0.1')
  half.write(
    `POST /v1/messages HTTP/1.1\r\nHost: x\r\nx-api-key: ${pass.token}\r\nContent-Length: 99999\r\n\r\nhalf`,
  )
  while (heard.length === 0) await new Promise((resolve) => setImmediate(resolve))
  half.resetAndDestroy()
  const answer = await ask(pass)
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve))
  expect(await answer.text()).toBe(whole)
})

test('nobody without a pass is heard, and whoever asks and goes takes the question along', async () => {
  const { promise: left, resolve: leave } = Promise.withResolvers<void>()
  const { url, heard } = await api((request) => void request.socket.once('close', () => leave()))
  const pass = await passTo(url)
  expect((await ask({ ...pass, token: `${pass.token}x` })).status).toBe(401)
  expect((await fetch(`${pass.url}/v1/messages`, { method: 'POST' })).status).toBe(401)
  expect((await ask(pass, { method: 'GET', body: null })).status).toBe(404)
  expect((await ask(pass, {}, '/v1/organizations')).status).toBe(404)
  expect(heard).toEqual([])
  const going = new AbortController()
  const asked = ask(pass, { signal: going.signal })
  while (heard.length === 0) await new Promise((resolve) => setImmediate(resolve))
  going.abort()
  await expect(asked).rejects.toThrow(/abort/)
  await left
})

describeWith('openssl', 'certificates', () => {
  test('the API is reached by the proxy and with the certificates that the process would have used', async () => {
    const dir = await testDir('certificates-')
    const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')]
    const made = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=api.example.test -addext subjectAltName=DNS:api.example.test -keyout ${key} -out ${cert}`
    await promisify(execFile)('openssl', made.split(' '))
    const pem = { key: await readFile(key), cert: await readFile(cert) }
    const secure = createSecureServer(
      { ...pem, ca: [pem.cert], requestCert: true, rejectUnauthorized: true },
      (request, response) => response.end(`${request.headers.host} ${String(request.headers['x-api-key'])}`),
    ).listen(0, '127.0.0.1')
    await once(secure, 'listening')
    onTestFinished(() => secure.close().closeAllConnections())
    const asked: string[] = []
    const proxy = createServer((request, response) => response.end(`plain ${request.url}`)).listen(
      0,
      '127.0.0.1',
    )
    proxy.on('connect', (request, socket) => {
      asked.push(request.url ?? '')
      const there = secure.address()
      const out = createConnection(typeof there === 'object' ? (there?.port ?? 0) : 0, '127.0.0.1')
      out.once('connect', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'))
      socket.pipe(out).pipe(socket)
    })
    await once(proxy, 'listening')
    onTestFinished(() => proxy.close().closeAllConnections())
    const at = proxy.address()
    const url = `http://127.0.0.1:${typeof at === 'object' ? at?.port : ''}`
    const broker = openBroker(quiet)
    onTestFinished(() => broker.close())
    const headers = { 'x-api-key': 'real' }
    const answers = async (baseUrl: string, environment: Record<string, string>): Promise<string> => {
      const pass = await broker.issue({ baseUrl, headers, environment }, async () => undefined)
      return (await ask(pass)).text()
    }
    const proxies = { HTTPS_PROXY: url, HTTP_PROXY: url }
    const own = { NODE_EXTRA_CA_CERTS: cert, CLAUDE_CODE_CLIENT_CERT: cert, CLAUDE_CODE_CLIENT_KEY: key }
    expect(await answers('https://api.example.test', { ...proxies, ...own })).toBe('api.example.test real')
    expect(asked).toEqual(['api.example.test:443'])
    expect(await answers('https://api.example.test', proxies)).toContain('self-signed')
    expect(await answers('http://api.example.test', proxies)).toBe(
      'plain http://api.example.test/v1/messages?beta=true',
    )
    const direct = await api((_request, response) => response.end('direct'))
    expect(await answers(direct.url, { ...proxies, NO_PROXY: '127.0.0.1' })).toBe('direct')
  })
})
