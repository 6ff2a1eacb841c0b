/** `parley doctor`: everything that can be missing on a machine is named, with what to do about it. */
import { once } from 'node:events'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { type Server, createServer } from 'node:http'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { hashOf } from '../../../src/audit/chain.ts'
import { openStore } from '../../../src/store/store.ts'
import { testDir } from '../../rig/dir.ts'
import { describeWith } from '../../rig/needs.ts'
import { freePort } from '../../rig/port.ts'
import { startRedis } from '../../rig/redis.ts'
import { type Ended, parley } from './parley.ts'

/** The model's API, which knows one key; `skewMs`: how far its clock is from ours. */
async function api(skewMs = 0): Promise<{ readonly url: string; readonly server: Server }> {
  const server = createServer((request, response) => {
    response.setHeader('date', new Date(Date.now() + skewMs).toUTCString())
    response.statusCode = request.headers['x-api-key'] === 'right' && request.url === '/v1/models' ? 200 : 401
    response.end('{}')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const address = server.address()
  return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`, server }
}

async function doctor(dir: string, config: object, env: Readonly<Record<string, string>>): Promise<Ended> {
  await writeFile(join(dir, 'config.yaml'), JSON.stringify(config))
  return parley(['doctor'], { dir, env })
}

describeWith('redis-server', 'doctor', () => {
  test('a machine on which all is well: 0, and nothing is made on it', async () => {
    const dir = await testDir('doctor-')
    const port = await freePort()
    const redis = await startRedis({ password: 'right-secret', flags: ['--appendonly', 'yes'] })
    const key = { key: `sha256:${hashOf('secret')}`, scope: 'chat' }
    const config = {
      sandbox: 'none',
      dataDir: 'made/later',
      access: { allow: ['http:me'] },
      store: { url: `redis://:right-secret@127.0.0.1:${redis.port}` },
      adapters: { http: { port, apiKeys: { me: key } } },
    }
    const { url } = await api()
    const { code, out } = await doctor(dir, config, { ANTHROPIC_API_KEY: 'right', ANTHROPIC_BASE_URL: url })
    expect(out).not.toContain('✗')
    expect(out).toMatch(/^✓ Node 2\d\.[^]*✓ Claude CLI [\d.]+/)
    expect(out).toContain(`✓ the model can be reached at ${url}, and the login works\n✓ the clock is right`)
    expect(out).toMatch(/✓ [\d.]+ GB are free there/)
    expect(out).toMatch(/✓ Redis [\d.]+ answers at redis:\/\/127\.0\.0\.1:\d+ \(store\.url\)/)
    expect(out).toContain(`✓ http: keys: me\n✓ http: it can listen at 127.0.0.1:${port}`)
    expect(out).not.toContain('right-secret')
    expect(code).toBe(0)
    expect(await readdir(dir)).not.toContain('made')
  })

  test('a machine on which much is amiss: 1, each with what to do about it', async () => {
    const dir = await testDir('doctor-')
    const redis = await startRedis({ flags: ['--maxmemory-policy', 'allkeys-lru', '--appendonly', 'no'] })
    const { url } = await api(3_600_000)
    await mkdir(join(dir, 'data'))
    await writeFile(join(dir, 'data/queue.db'), 'this is no database, and long enough to be seen as none')
    const config = {
      sandbox: 'none',
      store: { url: redis.url },
      adapters: { http: { port: new URL(url).port === '' ? 0 : Number(new URL(url).port) } },
    }
    const { code, out } = await doctor(dir, config, { ANTHROPIC_API_KEY: 'wrong', ANTHROPIC_BASE_URL: url })
    expect(code).toBe(1)
    const advised = [
      `the model at ${url} refuses the key (401)`,
      `the clock of this machine is 3[56]\\d\\d s behind that of ${url}`,
      'queue\\.db cannot be used: file is not a database',
      'Redis throws away what it was given when its memory is full (maxmemory-policy allkeys-lru)',
      'Redis loses what came since its last snapshot when it dies (appendonly no)',
      'Redis wants no password',
      'the config lets nobody talk to the bot',
      'http: there is no key: every program of this machine may use the API, those that people have Claude run too',
      'http: it cannot listen at [\\d.:]+ \\(EADDRINUSE\\)',
    ]
    for (const what of advised) {
      const words = what.includes('\\') ? what : what.replaceAll(/[.()]/g, String.raw`\$&`)
      expect(out).toMatch(new RegExp(`✗ .*${words}.*\n {2}→ \\S`))
    }
  })

  test('a Redis, a model and a data directory that cannot be reached are named', async () => {
    const dir = await testDir('doctor-')
    const nowhere = await freePort()
    const store = await openStore({ file: join(dir, 'data/store.db') })
    await store.close()
    const config = { sandbox: 'none', store: { url: `redis://:hidden-word@127.0.0.1:${nowhere}` } }
    const base = `http://127.0.0.1:${nowhere}`
    const { code, out } = await doctor(dir, config, { ANTHROPIC_API_KEY: 'k', ANTHROPIC_BASE_URL: base })
    expect(code).toBe(1)
    expect(out).toMatch(
      /✗ the model cannot be reached at http:\S+: .*ECONNREFUSED.*\n {2}→ check the network/,
    )
    expect(out).toMatch(/✗ .*redis:\/\/127\.0\.0\.1:\d+ cannot be reached .*Check that Redis runs there/)
    expect(out).toMatch(/✓ .*store\.db can be read and written/)
    expect(out).not.toContain('hidden-word')
    const file = join(dir, 'a file')
    await writeFile(file, '')
    const second = await doctor(dir, { ...config, dataDir: join(file, 'data') }, { ANTHROPIC_BASE_URL: base })
    expect(second.out).toMatch(/✗ .*a file\/data cannot be written to\n {2}→ name another folder/)
    expect(second.out).toMatch(/✗ Claude is not logged in on this machine\n {2}→ run `npx claude`/)
  })
})
