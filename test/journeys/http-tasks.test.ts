/** Tasks over HTTP: in their order, looked at live, told of by webhooks, kept over restarts. */
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { type IncomingHttpHeaders, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import {
  type Body,
  type Client,
  type Event,
  all,
  startHttpProgram,
  startHttpRig,
  textOf,
} from '../rig/http.ts'
import { freePort } from '../rig/port.ts'
import { quickClaude } from '../rig/quick-cli.ts'

const base = '/api/v1/tasks'
/** Bounds what is waited for, on a machine that others use as well. */
const slow = { timeout: 20_000 }
const secret = 'a-secret-that-signs-webhooks'

test('tasks run by priority, are listed in pages, changed, cancelled and interrupted', async () => {
  const { ann, bob, ops } = await startHttpRig({
    adapters: { http: { tasks: { concurrency: 1 }, metrics: {} } },
  })
  const first = await ann.post(base, { text: '!slow 20 40', id: 'first' })
  expect([first.status, first.headers.get('location')]).toEqual([202, `${base}/first`])
  await ann.post(base, { text: '!say Low.', id: 'low', priority: 1 })
  await ann.post(base, { text: '!say High.', id: 'high', priority: 9 })
  await ann.post(base, { text: '!say Never.', id: 'never' })
  // The same id is the same task.
  expect((await ann.post(base, { text: '!say High.', id: 'high' })).body).toMatchObject({ priority: 9 })
  expect((await ann.post(base, { text: 'Else', id: 'high' })).body).toMatchObject({ status: 409 })
  await expect.poll(() => stateOf(ann, 'first'), slow).toBe('running')
  expect((await ann.get(`${base}/queue`)).body).toEqual({ waiting: 3, running: 1, concurrency: 1 })
  expect((await ann.call('PATCH', `${base}/low`, { priority: 10 })).body).toMatchObject({ priority: 10 })
  expect((await ann.call('PATCH', `${base}/first`, { priority: 1 })).status).toBe(409)
  expect((await ann.post(`${base}/never/interrupt`)).status).toBe(409)
  expect((await ann.post(`${base}/never/cancel`)).body).toMatchObject({ state: 'cancelled' })
  expect((await ann.post(`${base}/never/cancel`)).status).toBe(409)
  expect((await ann.get(`${base}/low/result`)).body).toMatchObject({ status: 409, code: 'not-yet' })
  expect((await bob.get(`${base}/first`)).status).toBe(404)
  expect((await bob.post(`${base}/first/cancel`)).status).toBe(404)
  expect((await ann.post(`${base}/first/interrupt`)).status).toBe(202)

  const low = await all(ann.events(`${base}/low/events`))
  expect(low.at(-1)).toMatchObject({ type: 'complete', data: { text: 'Low.' } })
  const high = await all(ann.events(`${base}/high/events`))
  expect(high.at(-1)).toMatchObject({ type: 'complete', data: { text: 'High.' } })
  const begun = await Promise.all(['low', 'high'].map(async (id) => (await ann.get(`${base}/${id}`)).body))
  expect(String(begun[0]?.startedAt) < String(begun[1]?.startedAt)).toBe(true)

  const page = await ann.get(`${base}?limit=3`)
  expect(idsOf(page.body)).toEqual(['never', 'high', 'low'])
  const rest = await ann.get(`${base}?limit=3&cursor=${String(page.body.next)}`)
  expect([idsOf(rest.body), rest.body.next]).toEqual([['first'], undefined])
  expect(idsOf((await ann.get(`${base}?state=cancelled`)).body)).toEqual(['never', 'first'])
  expect(idsOf((await bob.get(base)).body)).toEqual([])
  expect((await bob.get(`${base}?of=all`)).status).toBe(403)
  expect(idsOf((await ops.get(`${base}?of=all`)).body)).toHaveLength(4)
  expect((await ann.get(`${base}?cursor=nonsense`)).body).toMatchObject({ errors: [{ field: 'cursor' }] })

  // One that cannot be taken: none is begun.
  const unfit = [
    { text: '!say One.', id: 'unfit' },
    { text: 'x', session: 'none' },
  ]
  expect((await ann.post(`${base}/batch`, { tasks: unfit })).status).toBe(404)
  expect((await ann.get(`${base}/unfit`)).status).toBe(404)
  const batch = await ann.post(`${base}/batch`, {
    id: 'b',
    tasks: [
      { text: '!say One.' },
      { text: '!say Two.', options: { permissionMode: 'bypassPermissions' } },
      { text: '!say Three.' },
    ],
  })
  expect(batch.status).toBe(200)
  const results = [{ result: { text: 'One.' } }, { state: 'failed' }, { result: { text: 'Three.' } }]
  expect(batch.body.tasks).toMatchObject(results)
  expect((await ann.get(`${base}/batch/b`)).body.tasks).toMatchObject(results)
  const figures = await (await ops.fetch('/metrics')).text()
  for (const figure of [
    'parley_tasks_total{state="answered"} 4',
    'parley_tasks_total{state="cancelled"} 2',
    'parley_tasks_total{state="failed"} 1',
    'parley_tasks{state="waiting"} 0',
    'parley_task_duration_seconds_count 5',
    'parley_warm_processes',
    'parley_undelivered_replies 0',
    'parley_cost_usd_total',
    'parley_http_request_duration_seconds_bucket',
  ])
    expect(figures).toContain(figure)
}, 120_000)

test('events are resumed from any of them, by both ways; a task goes on in a session', async () => {
  const { url, ann, bot, dir } = await startHttpRig()
  const session = await ann.session()
  await ann.post(base, { text: '!write a.txt hello\n!say It is there.', id: 'w', session })
  const seen = []
  for await (const event of ann.events(`${base}/w/events`)) {
    seen.push(event)
    if (event.type === 'permission') break
  }
  const { id: last = 0, data } = seen.at(-1) ?? {}
  await ann.post(`/api/v1/sessions/${session}/permissions/${String(data?.prompt)}`, { decision: 'allow' })
  const resumed = await all(ann.events(`${base}/w/events`, { headers: { 'last-event-id': String(last) } }))
  expect(resumed[0]?.id).toBe(last + 1)
  expect(textOf([...seen, ...resumed])).toBe('It is there.')

  const at = `${url.replace('http', 'ws')}${base}/w/events?after=${last}`
  const socket = new WebSocket(at, { headers: { authorization: 'Bearer ann-0123456789-0123456789' } })
  const told: unknown[] = []
  socket.addEventListener('message', (message) => told.push(JSON.parse(String(message.data))))
  await once(socket, 'close')
  expect(told).toEqual(resumed)
  const stranger = new WebSocket(at)
  await once(stranger, 'error')
  expect(stranger.readyState).toBe(WebSocket.CLOSED)
  // What was refused holds nothing open.
  await bot.stop()
  expect(await readFile(join(dir, 'parley.log'), 'utf8')).not.toContain('did not stop in time')
}, 60_000)

test('webhooks are signed, tried again, kept over a restart, and never lead inside', async () => {
  const hooks = await openHooks()
  const rig = await startHttpRig({ adapters: { http: { webhooks: { secret, allowPrivate: true } } } })
  hooks.status = 500
  await rig.ann.post(base, { text: '!say Told.', id: 'told', webhook: hooks.url })
  await expect.poll(() => hooks.got.length, slow).toBe(1)
  await expect.poll(() => webhookOf(rig.ann, 'told'), slow).toMatchObject({ attempts: 1 })
  expect(await webhookOf(rig.ann, 'told')).toMatchObject({ state: 'waiting', error: 'it answered 500' })
  hooks.status = 204
  await rig.restart()
  await expect.poll(() => webhookOf(rig.ann, 'told'), slow).toMatchObject({ state: 'delivered', attempts: 2 })
  expect(hooks.got).toHaveLength(2)
  for (const { headers, body } of hooks.got) {
    const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`
    const signature = createHmac('sha256', secret).update(signed).digest('base64')
    expect(headers['webhook-signature']).toBe(`v1,${signature}`)
    expect(JSON.parse(body)).toMatchObject({
      type: 'task.answered',
      data: { id: 'told', result: { text: 'Told.' } },
    })
  }
}, 60_000)

test('a webhook into a private network is refused', async () => {
  const { ann } = await startHttpRig({ adapters: { http: { webhooks: { secret } } } })
  const inside = [
    'http://127.0.0.1:9/',
    'http://[::1]/',
    'http://169.254.169.254/latest/meta-data',
    'http://0x7f000001/',
    'http://[::ffff:10.0.0.1]/',
    'http://user:secret@example.com/',
    'ftp://example.com/',
  ]
  for (const webhook of inside)
    expect((await ann.post(base, { text: 'x', webhook })).body).toMatchObject({
      status: 422,
      errors: [{ field: 'webhook' }],
    })
  // A name is looked up when it is asked: one that leads inside is not connected to.
  await ann.post(base, { text: '!say x', id: 'name', webhook: 'http://localhost:9/' })
  await expect.poll(() => webhookOf(ann, 'name'), slow).toMatchObject({ attempts: 1 })
  expect(await webhookOf(ann, 'name')).toMatchObject({ error: 'localhost leads into a private network' })
})

test('a webhook that answers drop by drop is given up after 10 s, and tried again', async () => {
  const port = await freePort()
  const server = createServer((_request, { socket }) => {
    socket?.write('HTTP/1.1 200 OK\r\nx: ')
    const drops = setInterval(() => socket?.write('x'), 500)
    socket?.once('close', () => clearInterval(drops)).on('error', () => undefined)
  }).listen(port, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const webhooks = { secret, allowPrivate: true }
  const { ann } = await startHttpRig({ claude: quickClaude, adapters: { http: { webhooks } } })
  await ann.post(base, { text: '!say x', id: 'drops', webhook: `http://127.0.0.1:${port}/` })
  await expect.poll(() => webhookOf(ann, 'drops'), slow).toMatchObject({ attempts: 1 })
  expect(await webhookOf(ann, 'drops')).toMatchObject({ error: 'it did not answer in time' })
}, 60_000)

test('kill -9 with tasks running and waiting: each is done, in order, and told once', async () => {
  const tasks = { concurrency: 1 }
  const { ann, run } = await startHttpProgram({ claude: quickClaude, adapters: { http: { tasks } } })
  const first = await run()
  await ann.post(base, { text: '!slow 2 20\n!say One.', id: 'one' })
  await ann.post(base, { text: '!say Low.', id: 'low', priority: 2 })
  await ann.post(base, { text: '!say High.', id: 'high', priority: 8 })
  const seen: Event[] = []
  for await (const event of ann.events(`${base}/one/events`)) {
    seen.push(event)
    // Some of them are on disk by then.
    if (seen.length > 8) break
  }
  await first.kill()
  const second = await run()
  // Whoever reads goes on where they were: the text begins anew, and is whole in the end.
  const last = seen.at(-1)?.id ?? 0
  const resumed = ann.events(`${base}/one/events`, { headers: { 'last-event-id': String(last) } })
  const whole = [...seen, ...(await all(resumed))]
  expect(whole.every(({ id }, at) => at === 0 || id > (whole[at - 1]?.id ?? 0))).toBe(true)
  expect(whole.at(-1)).toMatchObject({ type: 'complete', data: { text: textOf(whole) } })
  // The priority still holds; what is sent again under its id is the same task.
  expect((await ann.post(base, { text: '!say Low.', id: 'low' })).body).toMatchObject({ priority: 2 })
  const low = await all(ann.events(`${base}/low/events`))
  expect(low.at(-1)).toMatchObject({ type: 'complete', data: { text: 'Low.' } })
  const [one, high, least] = await Promise.all(
    ['one', 'high', 'low'].map((id) => ann.get(`${base}/${id}/result`)),
  )
  expect(one?.body.result).toMatchObject({ text: expect.stringMatching(/One\.$/) })
  expect(high?.body.result).toMatchObject({ text: 'High.' })
  expect(String(high?.body.startedAt) < String(least?.body.startedAt)).toBe(true)
  const { lines } = (await ann.get(`/api/v1/sessions/${String(high?.body.session)}/history`)).body
  expect(lines).toMatchObject([{ role: 'user' }, { role: 'assistant', text: 'High.' }])
  await second.end()
  // The same for what has ended, from its beginning: what the process that was killed has told is there, too.
  const third = await run()
  const again = await all(ann.events(`${base}/one/events`))
  expect(again.at(-1)).toEqual(whole.at(-1))
  expect(again.map(({ id }) => id)).toEqual(expect.arrayContaining(seen.slice(0, 3).map(({ id }) => id)))
  expect(textOf(again)).toBe(textOf(whole))
  await third.end()
}, 60_000)

test('tasks of one session take one place: others go on beside them', async () => {
  const tasks = { concurrency: 2 }
  const { ann } = await startHttpRig({ claude: quickClaude, adapters: { http: { tasks } } })
  const session = await ann.session()
  await ann.post(base, { text: '!slow 3 30', id: 'long', session })
  await ann.post(base, { text: '!say Low.', id: 'low', session, priority: 9 })
  await ann.post(base, { text: '!say High.', id: 'high', session, priority: 9 })
  await ann.post(base, { text: '!say Other.', id: 'other', priority: 1 })
  expect((await all(ann.events(`${base}/other/events`))).at(-1)).toMatchObject({ type: 'complete' })
  expect(await stateOf(ann, 'long')).toBe('running')
  // What waits for its session can still be put last.
  expect((await ann.call('PATCH', `${base}/low`, { priority: 1 })).status).toBe(200)
  for (const id of ['low', 'high']) await all(ann.events(`${base}/${id}/events`))
  const begun = await Promise.all(['high', 'low'].map(async (id) => (await ann.get(`${base}/${id}`)).body))
  expect(String(begun[0]?.startedAt) < String(begun[1]?.startedAt)).toBe(true)
}, 60_000)

async function stateOf(client: Client, id: string): Promise<unknown> {
  return (await client.get(`${base}/${id}`)).body.state
}

const Hook = z.object({ state: z.string(), attempts: z.number(), error: z.string().optional() })

async function webhookOf(client: Client, id: string): Promise<z.infer<typeof Hook> | undefined> {
  return Hook.optional().parse((await client.get(`${base}/${id}`)).body.webhook)
}

function idsOf({ tasks }: Body): string[] {
  return z
    .array(z.object({ id: z.string() }))
    .parse(tasks)
    .map(({ id }) => id)
}

interface Hooks {
  readonly url: string
  /** What each is answered with. */
  status: number
  readonly got: { readonly headers: IncomingHttpHeaders; readonly body: string }[]
}

async function openHooks(): Promise<Hooks> {
  const got: Hooks['got'] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      got.push({ headers: request.headers, body: Buffer.concat(chunks).toString() })
      response.writeHead(hooks.status).end()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = z.custom<AddressInfo>((value) => typeof value === 'object').parse(server.address())
  const hooks = { url: `http://127.0.0.1:${port}/`, status: 204, got }
  return hooks
}
