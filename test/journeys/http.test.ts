/** Programs that use Claude over HTTP, on the real CLI. */
import { expect, test } from 'vitest'
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
