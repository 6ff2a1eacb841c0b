/** What the HTTP API refuses, and how it says so. */
import { request } from 'node:http'
import { expect, test } from 'vitest'
import { settings } from '../../adapters/http/settings.ts'
import { startHttpRig } from '../rig/http.ts'

const anId = '0b0f9f8e-8d8c-4b8a-9a8b-0c0d0e0f1011'

test('keys, shapes, sizes and forms are checked, and what is wrong is named', async () => {
  const { url, ann, bob } = await startHttpRig()
  const sessions = '/api/v1/sessions'
  expect(await problem(await fetch(`${url}${sessions}`))).toMatchObject({ status: 401, code: 'no-key' })
  const wrong = { headers: { 'x-api-key': 'not-the-key-0123456789012' } }
  expect(await problem(await fetch(`${url}${sessions}`, wrong))).toMatchObject({
    status: 401,
    code: 'wrong-key',
  })
  const other = { headers: { 'x-api-key': 'bob-0123456789-0123456789' } }
  expect((await fetch(`${url}${sessions}`, other)).status).toBe(200)
  expect(await problem(await ann.fetch('/nowhere'))).toMatchObject({ status: 404, code: 'unknown' })

  const bad = await ann.post(sessions, { maxTurns: 0, modle: 'x' })
  expect(bad.body).toMatchObject({ status: 400, code: 'invalid' })
  expect(bad.body.errors).toMatchObject([
    { field: 'maxTurns' },
    { message: expect.stringContaining('modle') },
  ])
  expect((await ann.post(sessions, { model: 'no such\nmodel' })).body).toMatchObject({
    status: 422,
    errors: [{ field: 'model' }],
  })
  expect((await ann.post(sessions, { project: 'none' })).body).toMatchObject({
    errors: [{ field: 'project' }],
  })
  expect((await ann.post(sessions, { permissionMode: 'bypassPermissions' })).body).toMatchObject({
    status: 403,
    errors: [{ field: 'permissionMode' }],
  })
  expect((await ann.post(sessions, { resume: anId })).body).toMatchObject({ errors: [{ field: 'resume' }] })
  expect((await ann.post(sessions, { id: anId })).status).toBe(201)
  expect((await ann.post(sessions, { id: anId })).body).toMatchObject({ status: 409 })
  // Ids are each key's own.
  expect((await bob.post(sessions, { id: anId })).status).toBe(201)

  const messages = `${sessions}/${anId}/messages`
  const form = { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'text=hello' }
  expect(await problem(await ann.fetch(messages, form))).toMatchObject({ status: 415 })
  const broken = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"text":' }
  expect(await problem(await ann.fetch(messages, broken))).toMatchObject({ status: 400 })
  expect((await ann.post(messages, { text: 'x'.repeat(2 * 1024 * 1024) })).body).toMatchObject({
    status: 413,
    code: 'too-large',
  })
  expect(
    (await ann.post(`${sessions}/${encodeURIComponent('../../etc')}/messages`, { text: 'x' })).status,
  ).toBe(404)
  expect((await ann.get(`${sessions}/~${Buffer.from('user/http%3Abob').toString('base64url')}`)).status).toBe(
    404,
  )
  const decide = `${sessions}/${anId}/permissions/none`
  expect((await ann.post(decide, { decision: 'allow' })).status).toBe(404)
  expect((await ann.get('/api/v1/permissions?of=all')).status).toBe(403)
})

test('it describes itself, and says whether it is alive and ready', async () => {
  const { url } = await startHttpRig()
  const get = async (path: string): Promise<unknown> => (await fetch(`${url}${path}`)).json()
  expect(await get('/health')).toMatchObject({ status: 'ok', version: expect.any(String) })
  expect(await get('/ready')).toMatchObject({ ready: true })
  const api = await get('/openapi.json')
  expect(api).toMatchObject({ openapi: '3.1.0' })
  expect(api).toHaveProperty(['paths', '/api/v1/sessions/{id}/messages', 'post', 'requestBody'])
  expect(api).toHaveProperty(['paths', '/v1/chat/completions', 'post', 'requestBody'])
  expect(api).toHaveProperty(['paths', '/api/v1/usage', 'get', 'parameters'])
  expect((await fetch(`${url}/docs/`)).headers.get('content-security-policy')).toContain("default-src 'self'")
})

test('without keys only programs of this machine are served', async () => {
  const { url } = await startHttpRig({ adapters: { http: { apiKeys: {} } } })
  const path = '/api/v1/sessions'
  expect((await fetch(`${url}${path}`)).status).toBe(200)
  expect((await fetch(`${url}${path}`, { headers: { origin: 'https://evil.example' } })).status).toBe(403)
  // A name that was made to lead here.
  const rebound = await new Promise((resolve, reject) => {
    const asked = request(`${url}${path}`, { headers: { host: 'evil.example' } }, ({ statusCode }) =>
      resolve(statusCode),
    )
    asked.on('error', reject)
    asked.end()
  })
  expect(rebound).toBe(403)
  const elsewhere = settings.schema
  expect(() => elsewhere.parse({ host: '0.0.0.0' })).toThrow('make a key')
  expect(() => elsewhere.parse({ apiKeys: { me: { key: 'short' } } })).toThrow('is no key')
})

test('whoever asks too often is told when to come again, and whoever is denied to stay away', async () => {
  const access = { deny: ['http:ops'] }
  const { ann, bob, ops } = await startHttpRig({ access, adapters: { http: { requestsPerMinute: 3 } } })
  const statuses = []
  for (let n = 0; n < 4; n++) statuses.push((await ann.get('/api/v1/permissions')).status)
  expect(statuses).toEqual([200, 200, 200, 429])
  const late = await ann.get('/api/v1/permissions')
  expect(late.body).toMatchObject({ status: 429, code: 'too-many' })
  expect(late.headers.get('retry-after')).not.toBeNull()
  expect((await bob.get('/api/v1/permissions')).status).toBe(200)
  // Whoever is denied has no use of a key.
  expect((await ops.get('/api/v1/permissions')).body).toMatchObject({ status: 403, code: 'forbidden' })
})

async function problem(response: Response): Promise<unknown> {
  expect(response.headers.get('content-type')).toContain('application/problem+json')
  return response.json()
}
