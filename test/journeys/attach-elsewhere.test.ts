/** `parley attach --server`: somebody else's session, followed and taken part in over the API alone. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { startRig } from '../rig/bot.ts'
import { testDir } from '../rig/dir.ts'
import { Client, secrets } from '../rig/http.ts'
import { describeWith } from '../rig/needs.ts'
import { freePort } from '../rig/port.ts'
import { type Ended, parley } from '../src/cli/parley.ts'
import { openTerminal } from '../src/cli/tmux.ts'

const boss = 'boss-0123456789-0123456789'
const apiKeys = {
  ann: { key: secrets.ann },
  ops: { key: secrets.ops, scope: 'operate' },
  boss: { key: boss, scope: 'admin' },
}
const Sessions = z.object({
  sessions: z.array(z.object({ id: z.string(), own: z.boolean(), joinable: z.boolean() })),
})

describeWith('tmux', 'in a terminal', () => {
  test('what a chat says and is answered shows live; an admin decides, speaks and stops there, an operator all but speaks', async () => {
    const port = await freePort()
    const { chat } = await startRig({ adapters: { http: { port, apiKeys } } })
    const url = `http://127.0.0.1:${port}`
    const ops = new Client(url, secrets.ops)
    await chat.say('kim', '!say Nice to meet you.')
    await chat.seeEnd('kim', /^Nice/)
    const listed = Sessions.parse((await ops.get('/api/v1/sessions?of=all')).body).sessions
    expect(listed).toMatchObject([{ own: false, joinable: false }])
    const id = listed[0]?.id ?? ''

    const dir = await testDir()
    await writeFile(join(dir, 'key'), boss)
    const attached = await openTerminal(
      ['attach', '--server', url, '--session', id, '--key-file', 'key'],
      dir,
    )
    await attached.sees(
      /as http:boss[^]*of\s+scripted:kim[^]*scripted:kim[^]*!say Nice[^]*Nice to meet you\.[^]*❯$/,
    )
    await chat.say('kim', '!slow 100 1000')
    await attached.sees(/!slow 100 1000[^]*word3 /)
    await attached.type('/stop')
    await attached.press('Enter')
    await chat.seeEnd('kim', /Stopped/)
    await attached.sees(/Stopped/)
    await chat.say('kim', '!write made.txt here')
    await attached.sees(/Claude wants to use Write[^]*made\.txt[^]*y Allow once[^]*❯$/)
    await attached.press('y')
    await attached.sees(/└ Allow once/)
    await chat.seeEnd('kim', /made\.txt|written|wrote|done/i)
    await attached.type('!recall')
    await attached.press('Enter')
    // The same session: what kim was told is known to whoever speaks in it.
    await attached.sees(/❯ !recall[^]*Nice to meet you[^]*❯$/)
    await attached.press('C-d')
    await attached.sees(/exit 0$/)

    const tries = (key: string, input: string, session = id): Promise<Ended> =>
      parley(['attach', '--server', url, '--session', session], { dir, env: { PARLEY_KEY: key }, input })
    const operator = await tries(secrets.ops, '!say I am in.\n')
    expect(operator.out + operator.err).toMatch(/Nice to meet you\.[^]*belongs to a chat/)
    expect((await tries(secrets.ann, '!say I am in.\n')).err).toMatch(/There is no session[^]*\[refused\]/)
    const post = await ops.post(`/api/v1/sessions/${id}/messages`, { text: '!say I am in.' })
    expect(post.status).toBe(409)
    const history = await ops.get(`/api/v1/sessions/${id}/history`)
    expect(JSON.stringify(history.body)).toContain('http:boss')
    expect(JSON.stringify(history.body)).not.toContain('I am in')
    expect(
      chat
        .in('kim')
        .map(({ text }) => text)
        .join(),
    ).not.toContain('recall')
  }, 60_000)
})

test('it says in words what is missing', async () => {
  const dir = await testDir()
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [['--session', 'x'], /add --server URL[^]*\[no-server\]/],
    [['--server', 'http://127.0.0.1:9'], /Say which session[^]*\[no-session\]/],
  ]
  for (const [args, words] of cases) expect((await parley(['attach', ...args], { dir })).err).toMatch(words)
})
