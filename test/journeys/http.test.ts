/** Programs that use Claude over HTTP, on the real CLI. */
import { readdir, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { type Client, type Event, startHttpRig, textOf } from '../rig/http.ts'

test('a session is made, spoken to in both forms, looked at, renamed, forked and forgotten', async () => {
  const rig = await startHttpRig()
  const { ann, bob, ops } = rig
  const made = await ann.post('/api/v1/sessions', { name: 'first', systemPrompt: 'Be brief.' })
  expect(made.status).toBe(201)
  const id = String(made.body.id)
  const path = `/api/v1/sessions/${id}`
  expect(made.headers.get('location')).toBe(path)
  expect(made.body).toMatchObject({ name: 'first', state: 'none', turns: 0, own: true, owner: 'http:ann' })

  const said = await ann.post(`${path}/messages`, { text: '!say One **word**.', id: 'm1' })
  const figures = { outputTokens: expect.any(Number), costUsd: expect.any(Number) }
  expect(said.body).toMatchObject({
    id: 'm1',
    state: 'answered',
    result: { text: 'One **word**.', figures },
  })
  // The same id is the same message.
  const again = await ann.post(`${path}/messages`, { text: '!say One **word**.', id: 'm1' })
  expect(again.body).toEqual(said.body)
  expect((await ann.post(`${path}/messages`, { text: 'Something else', id: 'm1' })).body).toMatchObject({
    status: 409,
    errors: [{ field: 'id' }],
  })

  const events = await ann.say(id, '!write notes.txt hello\n!say It is written.', allow(ann))
  const types = events.map(({ type }) => type)
  expect(types).toEqual(
    expect.arrayContaining([
      'started',
      'tool_use',
      'permission',
      'permission_settled',
      'tool_result',
      'progress',
    ]),
  )
  expect(types.at(-1)).toBe('complete')
  const answer = events.at(-1)?.data
  expect(answer).toMatchObject({ state: 'answered', session: id })
  expect(textOf(events)).toBe(answer?.text)
  expect(events.find(({ type }) => type === 'permission')?.data).toMatchObject({ tool: 'Write', session: id })

  // Others do not even learn that it is there; operators see it, and cannot speak in it.
  expect((await bob.get(path)).body).toMatchObject({ status: 404, code: 'unknown' })
  expect((await bob.get('/api/v1/sessions')).body).toEqual({ sessions: [] })
  expect((await bob.get('/api/v1/sessions?of=all')).status).toBe(403)
  const seen = await ops.get('/api/v1/sessions?of=all')
  expect(seen.body.sessions).toMatchObject([{ owner: 'http:ann', own: false, turns: 2 }])

  const renamed = await ann.call('PUT', `${path}/name`, { name: 'second' })
  expect(renamed.body).toMatchObject({ name: 'second' })
  expect((await ann.call('PUT', `${path}/model`, { model: 'haiku' })).body).toMatchObject({ model: 'haiku' })
  expect((await ann.call('PUT', `${path}/model`, { model: null })).body.model).not.toBe('haiku')
  const refused = await ann.call('PUT', `${path}/permission-mode`, { mode: 'bypassPermissions' })
  expect(refused.body).toMatchObject({ status: 422, errors: [{ field: 'mode' }] })
  expect((await ann.call('PUT', `${path}/permission-mode`, { mode: 'plan' })).body).toMatchObject({
    permissionMode: 'plan',
  })

  const fork = await ann.post(`${path}/fork`, { name: 'third' })
  const forked = String(fork.body.id)
  expect(fork.body).toMatchObject({ name: 'third', permissionMode: 'plan' })
  const recalled = await ann.say(forked, '!recall')
  expect(textOf(recalled)).toContain('One **word**.')
  const { body: available } = await ann.get('/api/v1/sessions/available')
  expect(available.transcripts).toMatchObject([{ session: forked }, { session: id, id }])
  expect((await ann.post('/api/v1/sessions', { resume: id })).status).toBe(409)

  // A link in one's own folder of transcripts shows nobody those of others.
  await bob.say(await bob.session(), '!say Mine.')
  const users = join(rig.dir, 'data', 'users')
  const homes = await readdir(users)
  const placeOf = async (who: string): Promise<string> => {
    const projects = join(
      users,
      homes.find((name) => name.startsWith(`user-http-${who}-`)) ?? '',
      'claude/projects',
    )
    const [folder = ''] = await readdir(projects)
    return join(projects, folder)
  }
  const [hers, his] = [await placeOf('ann'), await placeOf('bob')]
  expect((await bob.get('/api/v1/sessions/available')).body.transcripts).toHaveLength(1)
  await rm(his, { recursive: true })
  await symlink(hers, his)
  expect((await bob.get('/api/v1/sessions/available')).body).toMatchObject({ transcripts: [] })

  const { body: history } = await ann.get(`${path}/history?limit=2`)
  expect(history.lines).toMatchObject([{ role: 'user' }, { role: 'assistant' }])
  expect((await ann.call('DELETE', path)).status).toBe(204)
  expect((await ann.get(path)).status).toBe(404)
  // Its transcript is nobody's now, and can be taken up.
  const resumed = await ann.session({ resume: id })
  expect(textOf(await ann.say(resumed, '!recall'))).toContain('One **word**.')
}, 120_000)

/** Allows whatever is asked. */
function allow(client: Client): (event: Event) => Promise<void> {
  return async ({ type, data }) => {
    if (type !== 'permission') return
    const path = `/api/v1/sessions/${String(data.session)}/permissions/${String(data.prompt)}`
    expect((await client.post(path, { decision: 'allow' })).body).toEqual({ decided: true })
  }
}

test('two people whose programs name their sessions alike do not end each other’s turns', async () => {
  const { ann, bob } = await startHttpRig()
  const id = '11111111-1111-4111-8111-111111111111'
  const path = `/api/v1/sessions/${id}/messages`
  for (const each of [ann, bob]) expect((await each.post('/api/v1/sessions', { id })).status).toBe(201)
  const said = await ann.say(id, '!slow 3 30', async ({ type }) => {
    if (type !== 'started') return
    expect((await bob.post(path, { text: '!say Mine.' })).body).toMatchObject({ state: 'answered' })
  })
  expect(said.at(-1)).toMatchObject({ type: 'complete', data: { state: 'answered' } })
})

test('files go in and out of the workspace and nowhere else; a command is one when it is meant so', async () => {
  const { ann, bob } = await startHttpRig({ files: { maxBytes: '1KB' } })
  const id = await ann.session()
  const path = `/api/v1/sessions/${id}`
  const upload = (content: string, name: string): Promise<Response> => {
    const body = new FormData()
    body.append('file', new Blob([content]), name)
    return ann.fetch(`${path}/files`, { method: 'POST', body })
  }
  const sent = await upload('alpha', '../../notes.txt')
  expect([sent.status, await sent.json()]).toEqual([201, { path: 'inbox/notes.txt', bytes: 5 }])
  expect(await (await upload('x'.repeat(5000), 'large.txt')).json()).toMatchObject({
    status: 422,
    errors: [{ field: 'file' }],
  })
  // A form that says not what parts it.
  const form = { method: 'POST', headers: { 'content-type': 'multipart/form-data' }, body: 'x' }
  expect((await ann.fetch(`${path}/files`, form)).status).toBe(400)
  expect(textOf(await ann.say(id, '!read inbox/notes.txt'))).toContain('alpha')
  const { body: list } = await ann.get(`${path}/files?folder=inbox`)
  expect(list.entries).toMatchObject([{ name: 'notes.txt', kind: 'file', bytes: 5 }])
  const file = await ann.fetch(`${path}/files/inbox/notes.txt`)
  expect(file.headers.get('content-disposition')).toContain('attachment')
  expect(await file.text()).toBe('alpha')
  for (const out of ['%2e%2e%2f%2e%2e%2fstore.db', '%2fetc%2fpasswd', 'inbox', 'none.txt', 'a%00b'])
    expect([403, 404, 422]).toContain((await ann.fetch(`${path}/files/${out}`)).status)
  expect((await ann.get(`${path}/files?folder=${encodeURIComponent('../..')}`)).status).toBe(403)
  expect((await bob.fetch(`${path}/files/inbox/notes.txt`)).status).toBe(404)

  // Without leave a text is for Claude, whatever it looks like.
  expect(textOf(await ann.say(id, '/model haiku'))).not.toContain('haiku` from now')
  expect((await ann.get(path)).body.model).not.toBe('haiku')
  const obeyed = await ann.post(`${path}/messages`, { text: '/model haiku', commands: true })
  expect(obeyed.body).toMatchObject({ state: 'answered' })
  expect((await ann.get(path)).body).toMatchObject({ model: 'haiku' })
  // Only what this key would get is there to choose.
  const permissionModes = ['default', 'acceptEdits', 'plan', 'dontAsk']
  expect((await ann.get('/api/v1/info')).body).toMatchObject({
    person: 'http:ann',
    scope: 'chat',
    permissionModes,
  })
}, 60_000)

test('whoever hangs up, asks for later or meets a restart finds the result; a turn is refused, stopped, fails', async () => {
  const rig = await startHttpRig()
  const { ann, bob } = rig
  const id = await ann.session()
  const path = `/api/v1/sessions/${id}/messages`
  const leave = new AbortController()
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ text: '!slow 1 20', id: 'left' })
  const events = ann.events(path, { method: 'POST', headers, body, signal: leave.signal })
  for await (const { type } of events) if (type === 'message') break
  leave.abort()
  const later = await ann.post(path, { text: '!say Later.', id: 'later' }, { prefer: 'respond-async' })
  expect(later.status).toBe(202)
  expect(later.headers.get('location')).toBe('/api/v1/tasks/later')
  // Sent again under its id it waits for the same turn.
  expect((await ann.post(path, { text: '!slow 1 20', id: 'left' })).body).toMatchObject({ state: 'answered' })

  const denied = await ann.say(id, '!bash touch x.txt\n!say After.', async ({ type, data }) => {
    if (type !== 'permission') return
    const permission = `/api/v1/sessions/${id}/permissions/${String(data.prompt)}`
    expect((await bob.post(permission, { decision: 'allow' })).status).toBe(404)
    expect((await ann.post(permission, { choices: ['never'] })).body).toMatchObject({ status: 422 })
    await ann.post(permission, { decision: 'deny', reason: 'Not today.' })
    expect((await ann.post(permission, { decision: 'allow' })).status).toBe(404)
  })
  expect(denied.find(({ type }) => type === 'tool_result')?.data).toMatchObject({
    ok: false,
    text: expect.stringContaining('Not today.'),
  })

  const stopped = await ann.say(id, '!slow 20 40', async ({ type }) => {
    if (type !== 'message') return
    await ann.post(`/api/v1/sessions/${id}/interrupt`)
  })
  expect(stopped.at(-1)).toMatchObject({ type: 'error', data: { state: 'cancelled' } })
  const failed = await ann.post(path, { text: '!error 400' })
  expect(failed.body).toMatchObject({ status: 502, code: 'failed', task: { state: 'failed' } })

  // What waits for a decision outlives the process, too.
  const open = async (): Promise<unknown[]> =>
    z.array(z.unknown()).parse((await ann.get('/api/v1/permissions')).body.permissions)
  await ann.post(path, { text: '!write b.txt b', id: 'asks' }, { prefer: 'respond-async' })
  await expect.poll(open, { timeout: 20_000 }).toHaveLength(1)
  await rig.restart()
  expect((await ann.get(`${path}/later`)).body).toMatchObject({
    state: 'answered',
    result: { text: 'Later.' },
  })
  expect((await bob.get(`${path}/later`)).status).toBe(404)
  const [{ prompt }] = z.tuple([z.object({ prompt: z.string() })]).parse(await open())
  await ann.post(`/api/v1/sessions/${id}/permissions/${prompt}`, { decision: 'allow' })
  expect((await ann.post(path, { text: '!write b.txt b', id: 'asks' })).body).toMatchObject({
    state: 'answered',
  })
}, 120_000)

test('whoever watches a session sees its messages, what is asked, and what Claude says by itself', async () => {
  const { ann, bob, ops } = await startHttpRig()
  const id = await ann.session({ allowedTools: ['Bash'] })
  const path = `/api/v1/sessions/${id}/events`
  expect((await bob.get(path)).status).toBe(404)
  const leave = new AbortController()
  const seen: Event[] = []
  const begun = Promise.withResolvers<void>()
  const notice = Promise.withResolvers<Event>()
  const watching = (async () => {
    const response = ann.events(path, { signal: leave.signal }, () => begun.resolve())
    for await (const event of response) {
      seen.push(event)
      if (event.type === 'notice') notice.resolve(event)
    }
  })().catch(() => undefined)
  await begun.promise
  // An operator decides for others, and sees their turn as it runs.
  await ann.say(id, '!write a.txt a', async ({ type }) => {
    if (type !== 'permission') return
    const { body } = await ops.get('/api/v1/permissions?of=all')
    const [open] = z.tuple([z.object({ session: z.string(), prompt: z.string() })]).parse(body.permissions)
    const theirs = `/api/v1/sessions/${open.session}`
    expect((await ops.get(theirs)).body).toMatchObject({
      state: 'decides',
      turn: { tools: [{ name: 'Write' }] },
    })
    expect((await ops.post(`${theirs}/messages`, { text: 'x' })).status).toBe(409)
    expect((await ops.get(`${theirs}/files`)).status).toBe(404)
    const decided = await ops.post(`${theirs}/permissions/${open.prompt}`, { decision: 'allow' })
    expect(decided.body).toEqual({ decided: true })
  })
  await ann.post(`/api/v1/sessions/${id}/messages`, { text: '!background 0.5', id: 'back' })
  expect(String((await notice.promise).data.markdown)).toContain('finished')
  leave.abort()
  await watching
  const states = seen.filter(({ type }) => type === 'message').map(({ data }) => data.state)
  expect(states).toEqual(['running', 'answered', 'running', 'answered'])
  expect(seen.map(({ type }) => type)).toEqual(expect.arrayContaining(['permission', 'permission_settled']))
}, 60_000)
