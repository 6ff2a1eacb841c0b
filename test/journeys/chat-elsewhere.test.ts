/** `parley chat --server`: a bot elsewhere, in a terminal here, over the API alone. */
import { createServer } from 'node:http'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { z } from 'zod'
import { cuttable } from '../rig/cuttable.ts'
import { testDir } from '../rig/dir.ts'
import { Client, secrets, startHttpRig } from '../rig/http.ts'
import { describeWith } from '../rig/needs.ts'
import { freePort } from '../rig/port.ts'
import { startProgramRig } from '../rig/program.ts'
import { type Ended, ended, parley, start } from '../src/cli/parley.ts'
import { openTerminal } from '../src/cli/tmux.ts'

const key = { PARLEY_KEY: secrets.ann }

test('lines are answered, an approval is decided, commands are obeyed, and another day it goes on', async () => {
  const { ann, url } = await startHttpRig()
  const dir = await testDir()
  const input = '!say Hello from afar.\n!write made.txt here\ny\n/model haiku\n/sessions\n/nonsense\n'
  const { code, out, err } = await parley(['chat', '--server', url], { dir, env: key, input })
  expect(err).toContain(`as http:ann · ${url} · session `)
  expect(out).toContain('Hello from afar.')
  expect(err).toMatch(/Claude wants to use Write[^]*made\.txt/)
  expect(out).toMatch(/made\.txt[^]*haiku[^]*\| ?1/)
  expect(code).toBe(0)
  const session = /session (\S+)/.exec(err)?.[1] ?? ''
  const path = `/api/v1/sessions/${session}`
  expect((await ann.get(path)).body).toMatchObject({ model: 'haiku', own: true })
  expect(await (await ann.fetch(`${path}/files/made.txt`)).text()).toBe('here')

  await writeFile(join(dir, 'key'), `${secrets.ann}\n`)
  const again = [
    'chat',
    '--server',
    `${url}/`,
    '--session',
    session,
    '--key-file',
    'key',
    '--json',
    '--model',
    'sonnet',
  ]
  const later = await parley(again, { dir, input: '!recall\n!write other.txt x\nno such thing\n' })
  const events = later.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(events.find(({ type }) => type === 'reply')).toMatchObject({
    markdown: expect.stringContaining('afar'),
  })
  expect((await ann.get(path)).body).toMatchObject({ model: 'sonnet' })
  // A line that is none of the choices refuses.
  expect((await ann.fetch(`${path}/files/other.txt`)).status).toBe(404)
}, 60_000)

test('a file that Claude sends lies on this machine, and only its key can fetch it', async () => {
  const rig = await startHttpRig({ claude: { permissionMode: 'acceptEdits' } })
  const { ann, bob, ops, url } = rig
  const dir = await testDir()
  const send = '!tool mcp__chat__send_file {"path":"report.txt","caption":"Here it is"}'
  const { code, err } = await parley(['chat', '--server', url], {
    dir,
    env: key,
    input: `!write report.txt all is well\n${send}\n`,
  })
  const [, path = ''] = /report\.txt · 11 B ·[\s│]+(\S+)/.exec(err) ?? []
  expect([code, err.match(/Here it is/g)?.length]).toEqual([0, 1])
  expect(await readFile(path, 'utf8')).toBe('all is well')

  const session = /session (\S+)/.exec(err)?.[1] ?? ''
  const listed = { name: 'report.txt', bytes: 11, caption: 'Here it is', session }
  const { files } = (await ann.get(`/api/v1/sent-files?session=${session}`)).body
  expect(files).toMatchObject([listed])
  const [{ id, url: place, message }] = z
    .tuple([z.object({ id: z.string(), url: z.string(), message: z.string() })])
    .parse(files)
  expect((await ann.get(`/api/v1/sessions/${session}/messages/${message}`)).body).toMatchObject({
    files: [{ id, url: place }],
  })
  await rig.restart()
  const fetched = await ann.fetch(place)
  expect([await fetched.text(), fetched.headers.get('content-disposition')]).toEqual([
    'all is well',
    "attachment; filename*=UTF-8''report.txt",
  ])
  for (const other of [bob, ops]) expect((await other.fetch(place)).status).toBe(404)
  expect((await ann.fetch('/api/v1/sent-files/..%2F..%2Fstore.db')).status).toBe(404)
  expect((await bob.get('/api/v1/sent-files')).body).toEqual({ files: [] })
}, 60_000)

test('a connection that drops in mid-turn is taken up again where it was', async () => {
  const rig = await startHttpRig()
  const { url, cut, mend } = await cuttable(rig.url)
  const child = start(['chat', '--server', url], { dir: await testDir(), env: key }, 'pipe')
  const said: string[] = []
  child.stderr?.on('data', (chunk: Buffer) => said.push(chunk.toString()))
  const reached = (text: string): Promise<unknown> =>
    vi.waitFor(() => expect(rig.model.requests.at(-1)?.lastUserText).toContain(text), { timeout: 20_000 })
  const lost = (): Promise<unknown> =>
    vi.waitFor(() => expect(said.join('')).toContain(`no connection to ${url}`), { timeout: 20_000 })

  child.stdin?.write('!slow 2 20\n')
  await reached('!slow 2')
  expect(cut()).toBeGreaterThan(0)
  await lost()
  mend()
  // A message that is written while nobody can be reached waits here.
  child.stdin?.write('!say Still there.\n')
  const { code, out } = await ended(child, '!recall\n')
  expect([code, out.match(/word19\s+word20/g)?.length]).toEqual([0, 1])
  expect(out).toMatch(/word20[^]*Still there\.[^]*Still there/)
}, 90_000)

test('a bot that dies loses nothing that was said, asked or decided', async () => {
  const port = await freePort()
  const http = { port, apiKeys: { ann: { key: secrets.ann } } }
  const { dir, model, start: program } = await startProgramRig({ adapters: { http } })
  const url = `http://127.0.0.1:${port}`
  const ann = new Client(url, secrets.ann)
  const bot = program()
  await vi.waitFor(() => ann.get('/health'), { timeout: 20_000 })
  const child = start(['chat', '--server', url], { dir, env: key }, 'pipe')
  const said: string[] = []
  child.stderr?.on('data', (chunk: Buffer) => said.push(chunk.toString()))
  const told = (words: RegExp): Promise<void> =>
    vi.waitFor(() => expect(said.join('')).toMatch(words), { timeout: 20_000 })

  child.stdin?.write('!slow 2 20\n')
  await vi.waitFor(() => expect(model.requests.at(-1)?.lastUserText).toContain('!slow'), { timeout: 20_000 })
  await bot.kill()
  await told(/no connection to/)
  const second = program()
  child.stdin?.write('!write made.txt here\n')
  await told(/Claude wants to use Write/)
  await second.kill()
  const third = program()
  const { code, out } = await ended(child, 'y\n!say Bye.\n')
  const session = /session (\S+)/.exec(said.join(''))?.[1] ?? ''
  expect([code, out.match(/word19\s+word20/g)?.length]).toEqual([0, 1])
  expect(said.join('').match(/Claude wants to use Write/g)).toHaveLength(1)
  expect(await (await ann.fetch(`/api/v1/sessions/${session}/files/made.txt`)).text()).toBe('here')
  expect(await third.end()).toBe(0)
}, 90_000)

test('it says in words why it cannot begin', async () => {
  const { url, bob } = await startHttpRig()
  const dir = await testDir()
  const port = await freePort()
  const other = createServer((_, response) => response.end('{"version":"99.0.0"}')).listen(port, '127.0.0.1')
  onTestFinished(() => void other.close())
  const tries = (to: string, env: Record<string, string>, ...more: string[]): Promise<Ended> =>
    parley(['chat', '--server', to, ...more], { dir, env, input: '!say No.\n' })
  const mine = await bob.session()
  const cases: readonly (readonly [Promise<Ended>, RegExp])[] = [
    [tries(`http://127.0.0.1:${await freePort()}`, key), /Nothing answers at http[^]*\[no-answer\]/],
    [tries('bot.example.com', key), /is no address of a server[^]*\[bad-url\]/],
    [tries(url, {}), /wants an API key[^]*PARLEY_KEY[^]*\[no-key\]/],
    [tries(url, { PARLEY_KEY: 'pk_wrong' }), /does not know this API key[^]*\[wrong-key\]/],
    [tries(url, { PARLEY_KEY: 'two words' }), /holds no API key[^]*\[no-key\]/],
    [tries(`http://127.0.0.1:${port}`, key), /as Parley 99\.0\.0; this is[^]*\[other-version\]/],
    [tries(url, key, '--session', mine), /\[refused\]/],
    [parley(['chat', '--session', mine], { dir, input: '' }), /add --server URL[^]*\[no-server\]/],
  ]
  for (const [tried, words] of cases) {
    const { code, out, err } = await tried
    expect([code, out, err]).toEqual([1, '', expect.stringMatching(words)])
    expect(err).not.toContain(secrets.ann)
  }
}, 60_000)

describeWith('tmux', 'in a terminal', () => {
  test('words come as they are written, keys decide, Ctrl-C stops, and a dropped connection shows', async () => {
    const rig = await startHttpRig()
    const { url, cut, mend } = await cuttable(rig.url)
    const dir = await testDir()
    await writeFile(join(dir, 'key'), secrets.ann)
    const terminal = await openTerminal(['chat', '--server', url, '--key-file', 'key'], dir)
    const say = async (text: string): Promise<void> => {
      await terminal.type(text)
      await terminal.press('Enter')
    }
    await terminal.sees(/as http:ann[^]*❯$/)
    await say('!slow 30 300')
    await terminal.sees(/word3 [^]*working/)
    await terminal.press('C-c')
    await terminal.sees(/│ Stopped\.[^]*❯$/)
    await say('!bash touch made-here')
    await terminal.sees(/Claude wants to use Bash[^]*touch made-here[^]*y Allow once/)
    await terminal.press('d')
    await terminal.sees(/Deny and say why ❯$/)
    await say('not today')
    await terminal.sees(/└ Deny and say why[^]*⏺ Bash .*✗[^]*not today[^]*❯$/)
    await say('!bash touch made-there')
    await terminal.sees(/touch made-there[^]*y Allow once[^]*❯$/)
    cut()
    mend()
    // It is decided over another connection than the one that asked.
    await terminal.press('y')
    await terminal.sees(/└ Allow once[^]*⏺ Bash {2}touch made-there ✓[^]*\$0\.\d+\n\n❯$/)
    await say('!slow 4 40')
    await terminal.sees(/word5 /)
    cut()
    await terminal.sees(/no connection to http/)
    mend()
    const screen = await terminal.sees(/word40\s[^]*\$0\.\d+\n\n❯$/)
    expect(screen.match(/word39 /g)).toHaveLength(1)
    await say('/model haiku')
    await terminal.sees(/│ .*haiku[^]*❯$/)
    await say('!background 1')
    await terminal.sees(/The background task finished\.\n\n❯$/)
    await say('!slow 4 40')
    await terminal.sees(/word2 /)
    await say('!say Steered.')
    await terminal.sees(/waits/)
    await say('/queue steer')
    const last = await terminal.sees(/word40\s[^]*Steered\.[^]*❯ !say Steered\.[^]*❯$/)
    // Both messages have the one answer.
    expect(
      last
        .split('❯ !slow 4 40')
        .at(-1)
        ?.match(/word40/g),
    ).toHaveLength(1)
    await terminal.press('C-d')
    expect(await terminal.sees(/exit \d+$/)).toMatch(/exit 0$/)
  }, 60_000)
})
