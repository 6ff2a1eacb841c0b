/** What whoever runs the bot sees and does over HTTP. */
import { readFile, writeFile } from 'node:fs/promises'
import { expect, test, vi } from 'vitest'
import { z } from 'zod'
import { startRig } from '../rig/bot.ts'
import { Client, secrets } from '../rig/http.ts'
import { freePort } from '../rig/port.ts'
import { startProgramRig } from '../rig/program.ts'

const boss = 'boss-0123456789-0123456789'
const apiKeys = {
  ann: { key: secrets.ann },
  ops: { key: secrets.ops, scope: 'operate' },
  boss: { key: boss, scope: 'admin' },
}

const patient = { timeout: 20_000 }

const Sessions = z.object({ sessions: z.array(z.looseObject({ id: z.string(), state: z.string() })) })

test('an operator sees what runs anywhere, stops it, decides, moves tasks, drains; others are refused', async () => {
  const port = await freePort()
  const http = { port, apiKeys, requestsPerMinute: 0, tasks: { concurrency: 1 } }
  const { chat, bot } = await startRig({ adapters: { http } })
  const url = `http://127.0.0.1:${port}`
  const [ann, ops] = [new Client(url, secrets.ann), new Client(url, secrets.ops)]
  const turns = async (): Promise<z.infer<typeof Sessions>['sessions']> =>
    Sessions.parse((await ops.get('/api/v1/operator/turns')).body).sessions

  await chat.say('kim', '!slow 100 1000')
  await chat.see('kim', ({ reply }) => reply.kind === 'text' && reply.draft === true)
  expect((await ops.get('/api/v1/operator')).body).toMatchObject({
    state: 'running',
    running: 1,
    waiting: 0,
    adapters: [
      { name: 'scripted', state: 'ready' },
      { name: 'http', state: 'ready' },
    ],
  })
  const [running, ...none] = await turns()
  expect([running, none]).toMatchObject([{ state: 'works', owner: 'scripted:kim', own: false }, []])
  expect((await ops.post(`/api/v1/sessions/${running?.id}/interrupt`)).body).toEqual({ interrupted: true })
  await chat.seeEnd('kim', /Stopped/)

  await chat.say('kim', '!write made.txt here')
  await chat.see('kim', ({ reply }) => reply.kind === 'prompt')
  expect(await turns()).toMatchObject([{ state: 'decides' }])
  expect((await ops.get('/api/v1/operator')).body).toMatchObject({ approvals: 1 })
  const { body } = await ops.get('/api/v1/permissions?of=all')
  const [{ session, prompt }] = z
    .tuple([z.object({ session: z.string(), prompt: z.string() })])
    .parse(body.permissions)
  const allowed = await ops.post(`/api/v1/sessions/${session}/permissions/${prompt}`, { decision: 'allow' })
  expect(allowed.body).toEqual({ decided: true })
  await chat.seeEnd('kim', /made\.txt|written|wrote|done/i)

  const submit = (id: string, text: string): Promise<unknown> => ann.post('/api/v1/tasks', { id, text })
  await submit('long', '!slow 100 1000')
  await submit('short', '!say Short.')
  const moved = await ops.call('PATCH', '/api/v1/operator/tasks/ann/short', { priority: 9 })
  expect(moved.body).toMatchObject({ id: 'short', user: 'ann', priority: 9 })
  expect((await ops.post('/api/v1/operator/tasks/ann/long/cancel')).status).toBe(202)
  await vi.waitFor(
    async () =>
      expect((await ann.get('/api/v1/tasks/short/result')).body).toMatchObject({ state: 'answered' }),
    patient,
  )
  expect((await ops.call('PATCH', '/api/v1/operator/tasks/ann/short', { priority: 1 })).status).toBe(409)
  expect((await ops.post('/api/v1/operator/tasks/ann/none/cancel')).status).toBe(404)

  const drained = await ops.call('PUT', '/api/v1/operator/drain', { drain: true })
  expect(drained.body).toMatchObject({ state: expect.stringMatching(/drain/) })
  for await (const { type, data } of ops.events('/api/v1/operator/log')) {
    expect([type, data]).toMatchObject(['line', { level: expect.any(String), fields: expect.anything() }])
    if (/is drained/.test(String(data.message))) break
  }
  expect((await ops.get('/ready')).status).toBe(503)
  const refused = await ann.post('/api/v1/tasks', { text: '!say No.' })
  expect([refused.status, refused.body.code, refused.headers.get('retry-after')]).toEqual([
    503,
    'draining',
    '5',
  ])
  await chat.say('kim', '!say Kept for later.')
  await chat.see('kim', /about to be started anew/)
  await vi.waitFor(async () => expect(await turns()).toMatchObject([{ state: 'waits' }]), patient)
  const drainedNow = { state: 'drained', waiting: 1, running: 0 }
  await vi.waitFor(
    async () => expect((await ops.get('/api/v1/operator')).body).toMatchObject(drainedNow),
    patient,
  )
  expect((await ops.call('PUT', '/api/v1/operator/drain', { drain: false })).body).toMatchObject({
    state: 'running',
  })
  await chat.seeEnd('kim', /^Kept for later\.$/)
  expect((await ops.get('/ready')).status).toBe(200)

  const closed: readonly (readonly [string, string, object?])[] = [
    ['GET', '/api/v1/operator'],
    ['GET', '/api/v1/operator/turns'],
    ['PUT', '/api/v1/operator/drain', { drain: true }],
    ['PATCH', '/api/v1/operator/tasks/ann/short', { priority: 9 }],
    ['POST', '/api/v1/operator/tasks/ann/short/cancel', {}],
    ['GET', '/api/v1/operator/log'],
    ['GET', '/api/v1/operator/settings'],
    ['PATCH', '/api/v1/operator/settings', { key: 'language', value: 'zh' }],
  ]
  for (const [method, path, sent] of closed)
    expect([path, (await ann.call(method, path, sent)).status]).toEqual([path, 403])
  // Only an admin changes settings, or has the program end.
  for (const [method, path, sent] of [
    ...closed.slice(-1),
    ['PUT', closed[2]?.[1] ?? '', { drain: true, leave: true }] as const,
  ])
    expect([path, (await ops.call(method, path, sent)).status]).toEqual([path, 403])

  // As SIGTERM does: what runs may end, and whoever sends requests here on is told first.
  await chat.say('kim', '!slow 2 20')
  await chat.see('kim', ({ reply }) => reply.kind === 'text' && reply.draft === true)
  const stopped = bot.stop()
  expect((await ops.get('/ready')).body).toMatchObject({
    ready: false,
    checks: expect.arrayContaining([{ ok: false, what: expect.stringContaining('nothing new is begun') }]),
  })
  expect((await ann.post('/api/v1/tasks', { text: '!say No.' })).status).toBe(503)
  await chat.seeEnd('kim', /word20/)
  await stopped
}, 60_000)

test('an admin changes settings in the file, is told what waits for a restart, and has the bot end', async () => {
  const port = await freePort()
  const { file, start } = await startProgramRig({ adapters: { http: { port, apiKeys } } })
  await writeFile(file, `# Ours.\n${await readFile(file, 'utf8')}`)
  const program = start()
  const admin = new Client(`http://127.0.0.1:${port}`, boss)
  await vi.waitFor(() => admin.get('/health'), patient)
  const path = '/api/v1/operator/settings'
  const change = async (key: string, value: unknown): Promise<unknown> => {
    const { status, body } = await admin.call('PATCH', path, { key, value })
    return status === 200 ? body : [status, body.detail]
  }

  const { body } = await admin.get(path)
  expect(body.settings).toContainEqual({ key: 'sessions.maxWarm', value: 8, live: true, editable: true })
  expect(body.settings).toContainEqual(
    expect.objectContaining({ key: 'access.allow', value: ['*'], editable: false }),
  )
  expect(JSON.stringify(body)).not.toMatch(/stand-in|0123456789/)

  expect(await change('replies.maxMessages', 3)).toEqual({
    key: 'replies.maxMessages',
    value: 3,
    live: true,
    editable: true,
  })
  expect(await change('sessions.idleTimeout', '20m')).toMatchObject({ value: '20m' })
  expect(await change('budgets.user.day.usd', 2.5)).toMatchObject({ value: 2.5, live: true })
  expect(await change('budgets.user.day.usd', null)).not.toHaveProperty('value')
  expect(await change('log.format', 'pretty')).toMatchObject({
    value: 'json',
    live: false,
    waiting: 'pretty',
  })
  expect(await change('sessions.maxWarm', 0)).toEqual([422, expect.stringContaining('sessions.maxWarm')])
  expect(await change('claude.model', '${HOME}')).toEqual([422, expect.stringContaining('Variables')])
  expect(await change('claude.command', '/bin/sh')).toEqual([403, expect.stringContaining('file alone')])
  expect(await change('claude.permissionMode', 'bypassPermissions')).toMatchObject([403, expect.anything()])
  expect(await change('claude.env', 'x')).toEqual([404, expect.stringContaining('claude.env')])
  const text = await readFile(file, 'utf8')
  expect(text).toMatch(/^# Ours\./)
  expect(text).toMatch(/maxMessages"?: 3/)
  expect(text).not.toContain('bypass')

  const leave = await admin.call('PUT', '/api/v1/operator/drain', { drain: true, leave: true })
  expect(leave.status).toBe(200)
  expect(await program.ended()).toBe(0)
}, 60_000)
