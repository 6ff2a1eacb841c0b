/** The API against its own description: what it says it takes is taken, all else is refused, answers are as described. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { type Client, type HttpRig, startHttpRig } from '../../rig/http.ts'
import { Schema, checkOf, fitting, spoilt } from '../../rig/json-schema.ts'
import { quickClaude } from '../../rig/quick-cli.ts'

const Content = z.record(z.string(), z.looseObject({ schema: Schema.optional() }))
const Operation = z.looseObject({
  requestBody: z.looseObject({ content: Content }).optional(),
  parameters: z
    .array(
      z.looseObject({
        name: z.string(),
        in: z.string(),
        required: z.boolean().default(false),
        schema: Schema,
      }),
    )
    .default([]),
  responses: z.record(z.string(), z.looseObject({ content: Content.default({}) })),
})
type Operation = z.infer<typeof Operation>
const Described = z.looseObject({ paths: z.record(z.string(), z.record(z.string(), Operation)) })

/** For one operation; all of them are to end within 40 s. */
const runs = 60
const withinMs = 700

/** What is there to be asked about, by the parameter and what stands before it. */
const session = '0b0f9f8e-8d8c-4b8a-9a8b-0c0d0e0f1011'
const there: Readonly<Record<string, readonly string[]>> = {
  'sessions/{id}': [session],
  'tasks/{id}': ['task', 'said'],
  'batch/{id}': ['batch'],
  'operator/tasks/{user}': ['ann'],
  'tasks/{user}/{id}': ['task'],
  '{message}': ['said'],
  '{model}': ['parley', 'sonnet'],
  '{*}': ['inbox', 'inbox/a.txt', 'a.txt'],
}

/** Of what is read by its meaning, too. */
const sensible = {
  role: ['user'],
  content: ['!say Hello.'],
  path: ['/health', '/api/v1/sessions', '/api/v1/tasks/{x}'],
  model: ['sonnet', 'parley'],
  mode: ['plan', 'default'],
  permissionMode: ['plan', undefined],
  effort: ['high', undefined],
  project: ['shared', undefined],
  resume: [undefined],
  gateway: [false],
  enable_proxy: [false],
  'dangerously-skip-permissions': [false],
  session: [session, undefined],
  session_id: [session, undefined],
  options: [undefined],
  webhook: [undefined],
  webhook_url: [undefined],
}

interface Asked {
  readonly method: string
  readonly path: string
  readonly params: Readonly<Record<string, string>>
  readonly query: readonly (readonly [string, string])[]
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
  /** Does all of it fit the description, and does the body? */
  readonly fits: boolean
  readonly bodyFits: boolean
}

test('every route takes what the description says, refuses all else, and answers as described', async () => {
  const webhooks = { secret: 'a-secret-that-signs-webhooks' }
  const rig = await startHttpRig({
    projects: { shared: import.meta.dirname },
    claude: quickClaude,
    adapters: { http: { webhooks, metrics: { open: true } } },
  })
  await lay(rig)
  const { paths } = Described.parse(await (await fetch(`${rig.url}/openapi.json`)).json())
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  )
  expect(operations.length).toBeGreaterThan(40)
  const succeeded = new Set<string>()
  for (const { path, method, operation } of operations) {
    const check = answerCheck(operation)
    // Whoever drains the bot ends the test.
    const client = path.startsWith('/api/v1/operator') && !path.endsWith('/drain') ? rig.ops : rig.ann
    const until = performance.now() + withinMs
    let tried = 0
    await fc.assert(
      fc.asyncProperty(requests(path, method, operation), async (asked) => {
        // On a slow machine less is tried, but never nothing.
        if (++tried > 1 && performance.now() > until) return
        const response = await send(client, asked)
        if (response.ok) succeeded.add(`${method} ${path}`)
        expect(await check(asked, response)).toEqual([])
        if (asked.method === 'DELETE') await rig.ann.post('/api/v1/sessions', { id: session })
      }),
      { numRuns: runs, endOnFailure: true },
    )
  }
  // What is always refused shows little.
  expect(succeeded.size).toBeGreaterThan(operations.length * 0.6)
  expect((await rig.ann.get('/health')).body).toMatchObject({ status: 'ok' })
}, 120_000)

/** Something of everything. */
async function lay({ ann }: HttpRig): Promise<void> {
  await ann.post('/api/v1/sessions', { id: session })
  await ann.post(`/api/v1/sessions/${session}/messages`, { id: 'said', text: '!say Said.' })
  await ann.post('/api/v1/tasks', { id: 'task', text: '!say Done.' })
  await ann.post('/api/v1/tasks/batch', { id: 'batch', tasks: [{ text: '!say One.' }] })
  const form = new FormData()
  form.set('file', new Blob(['a']), 'a.txt')
  expect((await ann.fetch(`/api/v1/sessions/${session}/files`, { method: 'POST', body: form })).status).toBe(
    201,
  )
}

function requests(path: string, method: string, operation: Operation): fc.Arbitrary<Asked> {
  const schema = operation.requestBody?.content['application/json']?.schema
  const takes = schema === undefined ? undefined : checkOf(schema)
  const named = (place: string): Operation['parameters'] =>
    operation.parameters.filter((each) => each.in === place)
  return fc
    .record({
      params: fc.record(
        Object.fromEntries(named('path').map((each) => [each.name, inPath(path, each.name, each.schema)])),
      ),
      query: fc.oneof({ weight: 3, arbitrary: fittingQuery(named('query')) }, strayQuery(named('query'))),
      headers: someHeaders,
      body: schema === undefined ? fc.constant(undefined) : bodies(schema),
    })
    .map(({ params, query, headers, body }) => {
      const bodyFits =
        body === undefined || (body.type === 'application/json' && takes?.(body.value) === true)
      return {
        method,
        path,
        params: Object.fromEntries(Object.entries(params).map(([name, { value }]) => [name, value])),
        query: query.pairs,
        headers: { ...headers, ...(body === undefined ? {} : { 'content-type': body.type }) },
        body: body?.text,
        fits: bodyFits && query.fits && Object.values(params).every(({ fits }) => fits),
        bodyFits,
      }
    })
}

interface Part {
  readonly value: string
  readonly fits: boolean
}

/** What is there, what could be, and what nobody can have. Dots alone lead elsewhere before they are sent. */
function inPath(path: string, name: string, schema: Schema): fc.Arbitrary<Part> {
  const fits = checkOf(schema)
  const known = Object.entries(there).find(
    ([place]) => path.includes(place) && place.endsWith(`{${name}}`),
  )?.[1]
  const hostile = ['..', '.', '%2e%2e', '\0', 'x'.repeat(500), '😀', '~dXNlci9ib2I', 'a/b', "'", '\u202E']
  return fc
    .oneof(
      { weight: 3, arbitrary: fc.constantFrom(...(known ?? ['none'])) },
      fitting(schema).map((value) => String(value).toWellFormed()),
      fc.constantFrom(...hostile),
    )
    .map((value) => ({ value, fits: fits(value) && !/^\.\.?$/.test(value) }))
}

interface Query {
  readonly pairs: readonly (readonly [string, string])[]
  readonly fits: boolean
}

function fittingQuery(parameters: Operation['parameters']): fc.Arbitrary<Query> {
  const all = parameters.map(({ name, schema, required }) =>
    fc
      .tuple(
        fitting(schema).map((value) => String(value).toWellFormed()),
        required ? fc.constant(true) : fc.boolean(),
      )
      .map(([value, set]): readonly (readonly [string, string])[] => (set ? [[name, value]] : [])),
  )
  return fc.tuple(...all).map((pairs) => ({ pairs: pairs.flat(), fits: true }))
}

/** Twice the same, nonsense, names that are none. Numbers and lists are read out of words: whether they fit is not known. */
function strayQuery(parameters: Operation['parameters']): fc.Arbitrary<Query> {
  const names = fc.constantFrom(...parameters.map(({ name }) => name), 'other', '__proto__', 'of[]')
  const value = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('', '-1', '1e9', 'NaN', 'all', '0', '[]'),
  )
  return fc.array(fc.tuple(names, value), { maxLength: 3 }).map((pairs) => ({
    pairs: pairs.map(([name, each]) => [name, each.toWellFormed()] as const),
    fits: false,
  }))
}

const someHeaders = fc
  .record(
    {
      accept: fc.constantFrom('application/json', 'text/event-stream', 'nonsense', '*/*'),
      prefer: fc.constantFrom('respond-async', 'nonsense'),
      'last-event-id': fc.constantFrom('0', '-1', '1e99', 'x', '9007199254740993'),
      traceparent: fc.constantFrom(
        '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
        'x',
        '00-0-0-0',
      ),
      'x-parley-session': fc.constantFrom(session, 'none', '..'),
      'x-openwebui-chat-id': fc.constantFrom('c', ''),
    },
    { requiredKeys: [] },
  )
  .map((headers) => headers)

interface Body {
  readonly text: string
  readonly type: string
  readonly value: unknown
}

function bodies(schema: Schema): fc.Arbitrary<Body> {
  const type = 'application/json'
  const json = (value: unknown): Body => ({ text: JSON.stringify(value), type, value })
  const raw = fc
    .constantFrom(
      '{',
      '',
      'null',
      '[1,',
      '{"a":1}}',
      '{"__proto__":{"a":1}}',
      '"\u0000"',
      `"${'x'.repeat(1_100_000)}"`,
    )
    .map((text): Body => ({ text, type, value: text === 'null' ? null : undefined }))
  const otherwise = fc
    .tuple(fitting(schema), fc.constantFrom('text/plain', 'application/xml', 'multipart/form-data', 'x'))
    .map(([value, as]): Body => ({ text: JSON.stringify(value), type: as, value: undefined }))
  return fc.oneof(
    { weight: 5, arbitrary: fitting(schema, sensible).map(json) },
    { weight: 5, arbitrary: spoilt(schema, sensible).map(json) },
    { weight: 1, arbitrary: raw },
    { weight: 1, arbitrary: otherwise },
  )
}

function send(client: Client, { method, path, params, query, headers, body }: Asked): Promise<Response> {
  const filled = path.replaceAll(/\{([^}]+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
  const search = new URLSearchParams(query.map(([name, value]): [string, string] => [name, value]))
  return client.fetch(`${filled}?${search.toString()}`, {
    method,
    headers,
    signal: AbortSignal.timeout(20_000),
    ...(body === undefined ? {} : { body }),
  })
}

/** Where what fits may be no sense all the same, and 400 says so: a cursor that is none, words that nobody has said, an address within. */
const particular = new Set(['/api/v1/tasks', '/v1/chat/completions', '/invocations'])

/** Says what is wrong with an answer. */
function answerCheck(operation: Operation): (asked: Asked, response: Response) => Promise<readonly string[]> {
  const checks = new Map(
    Object.entries(operation.responses).map(([status, { content }]) => [
      status,
      new Map(
        Object.entries(content).map(([type, { schema }]) => [
          type,
          schema === undefined ? undefined : checkOf(schema),
        ]),
      ),
    ]),
  )
  return async ({ fits, bodyFits, path }, response) => {
    const { status } = response
    const [type = ''] = (response.headers.get('content-type') ?? '').split(';')
    const body = await bodyOf(type, response)
    // The page for people at `/`, where that may lead to, is not built here.
    if (path === '/invocations' && status === 503) return []
    const described = checks.get(String(status)) ?? checks.get('default')
    const known = described?.get(type)
    const isError = status >= 400
    const errors = path.startsWith('/v1/') ? 'application/json' : 'application/problem+json'
    const told = Status.safeParse(body).data?.status ?? status
    return [
      ...(status < 500 ? [] : ['a fault of ours']),
      ...(isError && type !== errors ? [`an error as ${type}`] : []),
      // What leads elsewhere is answered as it is there.
      ...(path === '/invocations' || !described?.size || described.has(type)
        ? []
        : [`${type} is not described`]),
      ...(known === undefined || !type.endsWith('json') || known(body)
        ? []
        : ['the body is not as described']),
      ...(isError && told !== status ? ['another status in the body'] : []),
      ...(status === 400 && fits && !particular.has(path) ? ['refused what the description takes'] : []),
      ...(!isError && !bodyFits ? ['took what the description refuses'] : []),
    ].map((fault) => `${fault}: ${status} ${JSON.stringify(body)}`)
  }
}

const Status = z.looseObject({ status: z.int() })

async function bodyOf(type: string, response: Response): Promise<unknown> {
  if (type.endsWith('json')) return response.json()
  await response.body?.cancel()
  return undefined
}
