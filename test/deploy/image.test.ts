/** What the image and compose.yaml would run, run here: the tree without dev dependencies, the config, the probes, Redis. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { z } from 'zod'
import { locate } from '../../src/claude/locate.ts'
import { loadConfig } from '../../src/config.ts'
import { startStandIn } from '../../src/demo/stand-in.ts'
import { redisFindings } from '../../src/store/redis-findings.ts'
import { standInEnv } from '../rig/bot.ts'
import { testDir } from '../rig/dir.ts'
import { describeWith } from '../rig/needs.ts'
import { freePort } from '../rig/port.ts'
import { compose, dockerfile, instruction, pinned, read, root, statefulSet } from './files.ts'

const Lock = z.object({ packages: z.record(z.string(), z.object({ dev: z.boolean().optional() })) })

/** /opt/parley of the image: the sources, and of the packages those alone that `npm prune --omit=dev` leaves. */
async function imageTree(): Promise<string> {
  const tree = join(await testDir('image-'), 'parley')
  for (const name of ['src', 'adapters', 'package.json'])
    await cp(join(root, name), join(tree, name), { recursive: true })
  const { packages } = Lock.parse(JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')))
  for (const [path, { dev }] of Object.entries(packages)) {
    if (dev === true || path.lastIndexOf('node_modules/') !== 0) continue
    await mkdir(dirname(join(tree, path)), { recursive: true })
    await symlink(join(root, path), join(tree, path))
  }
  return tree
}

/** Redis as compose.yaml starts it, on a port and in folders of the test's own. */
async function composeRedis(
  password: string,
): Promise<{ readonly url: string; readonly run: (line: string) => number | null }> {
  const dir = await testDir('compose-redis-')
  const port = await freePort()
  const [sh = '', flag = '', line = ''] = compose.services.redis.command ?? []
  const here = line.replaceAll('$$', '$').replaceAll('/run/redis', dir).replace('--dir /data', `--dir ${dir}`)
  const env = { PATH: process.env.PATH, REDIS_PASSWORD: password }
  const server = spawn(sh, [flag, `${here} --port ${port} --bind 127.0.0.1`], {
    cwd: dir,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(server, 'exit')
  onTestFinished(async () => {
    server.kill('SIGKILL')
    await exited
  })
  let said = ''
  for await (const chunk of server.stdout) {
    said += String(chunk)
    if (said.includes('Ready to accept')) break
  }
  server.stdout.resume()
  const run = (probe: string): number | null =>
    spawnSync('sh', ['-c', probe.replaceAll('$$', '$').replace('redis-cli', `redis-cli -p ${port}`)], { env })
      .status
  return { url: `redis://:${password}@127.0.0.1:${port}`, run }
}

describeWith('redis-server', 'what the image runs', () => {
  test('with its config, without dev dependencies, on that Redis: healthy, ready, an answer, and a clean end', async () => {
    const tree = await imageTree()
    const redis = await composeRedis('p4ss-word')
    expect((await redisFindings(redis.url, 'store.url')).filter(({ ok }) => !ok)).toEqual([])
    expect(redis.run(compose.services.redis.healthcheck?.test[1] ?? '')).toBe(0)

    const port = await freePort()
    const config = join(dirname(tree), 'config.yaml')
    const shipped = await read('deploy/config.yaml')
    const moved = shipped
      .replace('dataDir: /data', `dataDir: ${dirname(tree)}/data`)
      .replace('port: 8080', `port: ${port}`)
    await writeFile(config, moved.replace('host: 0.0.0.0', 'host: 127.0.0.1'))
    const model = await startStandIn()
    onTestFinished(() => model.close())
    const key = 'a-key-of-24-characters-or-more'
    const { path: claude } = await locate()
    const bin = join(dirname(tree), 'bin')
    await mkdir(bin)
    await symlink(claude, join(bin, 'claude'))
    const env = {
      PATH: `${bin}:${dirname(process.execPath)}:/usr/bin:/bin`,
      HOME: dirname(tree),
      REDIS_URL: redis.url,
      PARLEY_API_KEY: key,
      ...standInEnv(model.url),
    }
    const words: unknown = JSON.parse(await instruction('ENTRYPOINT'))
    const [tini, separator, node, ...entry] = z.array(z.string()).parse(words)
    expect([tini, separator, node]).toEqual(['tini', '--', 'node'])
    const command = [...entry, ...z.array(z.string()).parse(JSON.parse(await instruction('CMD')))].map(
      (word) => word.replace('/opt/parley', tree).replace('/etc/parley/config.yaml', config),
    )
    const bot = spawn(process.execPath, command, {
      cwd: dirname(tree),
      env,
      stdio: 'ignore',
    })
    const exited = once(bot, 'exit')
    onTestFinished(async () => {
      bot.kill('SIGKILL')
      await exited
    })
    const [, probe = '[]'] = / CMD (\[.*\])$/.exec(await instruction('HEALTHCHECK')) ?? []
    const [, ...check] = z.array(z.string()).parse(JSON.parse(probe))
    const healthy = (): number | null =>
      spawnSync(
        process.execPath,
        check.map((word) => word.replace('8080', String(port))),
      ).status
    await vi.waitFor(() => expect(healthy()).toBe(0), { timeout: 20_000, interval: 200 })
    const here = `http://127.0.0.1:${port}`
    const probes = (await statefulSet('parley')).spec.template.spec.containers[0]
    for (const each of [probes?.startupProbe, probes?.livenessProbe, probes?.readinessProbe])
      expect((await fetch(`${here}${each?.httpGet?.path}`)).status).toBe(200)
    const answer = await fetch(`${here}/api/claude`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ prompt: '!say from the image' }),
    })
    expect(await answer.json()).toMatchObject({ success: true, result: 'from the image' })
    bot.kill('SIGTERM')
    await exited
    expect(bot.exitCode).toBe(0)
    expect(healthy()).not.toBe(0)
  })
})

test('the image: the Node and the CLI that Parley is tested with, not root, nothing secret copied into it', async () => {
  const args = (await dockerfile()).filter(({ name }) => name === 'ARG').map(({ rest }) => rest)
  expect(args).toEqual([
    `NODE_IMAGE=node:${pinned.devDependencies.node}-bookworm-slim`,
    `CLAUDE_VERSION=${pinned.devDependencies['@anthropic-ai/claude-code']}`,
  ])
  expect(compose.services.parley.build?.args['CLAUDE_VERSION']).toBe(
    `\${CLAUDE_VERSION:-${pinned.devDependencies['@anthropic-ai/claude-code']}}`,
  )
  const [uid = ''] = (await instruction('USER')).split(':')
  expect(Number(uid)).toBeGreaterThan(999)
  expect(await instruction('RUN')).toContain(`useradd --uid ${uid} `)
  const ignored = (await read('.dockerignore')).split('\n')
  for (const secret of ['**/.env', 'config.yaml', 'data', 'deploy/kubernetes/secret.yaml'])
    expect(ignored).toContain(secret)
  // What the instructions copy from the context is there.
  for (const { name, rest } of await dockerfile()) {
    if (name !== 'COPY' || rest.startsWith('--from')) continue
    for (const source of rest.split(' ').slice(0, -1))
      await expect(read(source === '.' ? 'package.json' : source)).resolves.not.toBe('')
  }
})

test('the config is one that Parley takes; every variable that it wants is passed on, and asked for in env.example', async () => {
  const { parley, redis } = compose.services
  const values = Object.fromEntries(
    Object.keys(parley.environment).map((name) => [name, 'redis://a-value-of-24-characters']),
  )
  const config = await loadConfig({ file: `${root}deploy/config.yaml`, env: values, cwd: root })
  expect(Object.keys(config.adapters)).toEqual(['http'])
  expect(config).toMatchObject({ dataDir: '/data', sandbox: 'auto', hints: [] })
  expect(parley.volumes.map((volume) => volume.split(':')[1])).toEqual(['/data', '/etc/parley/config.yaml'])
  const asked = Array.from(
    JSON.stringify([parley.environment, redis.environment]).matchAll(/\$\{(\w+)/g),
    ([, name]) => name,
  )
  const example = await read('deploy/env.example')
  for (const name of new Set(asked)) expect(example).toMatch(new RegExp(`^#?${name}=$`, 'm'))
  expect(await read('src/claude/login.ts')).toMatch(/ANTHROPIC_API_KEY[^]*CLAUDE_CODE_OAUTH_TOKEN/)
  // Only this machine reaches it; and a stop has the time that it takes.
  expect(parley.ports).toEqual(['127.0.0.1:8080:8080'])
  expect(Number.parseInt(parley.stop_grace_period, 10)).toBeGreaterThanOrEqual(30)
})

test('Redis is started alike by compose and Kubernetes: appending, never evicting, with a password that no argument shows', async () => {
  const [, , line = ''] = compose.services.redis.command ?? []
  const { args = [] } = (await statefulSet('redis')).spec.template.spec.containers[0] ?? {}
  expect(args[0]).toBe(line.replaceAll('$$', '$'))
  expect(line).toMatch(/--appendonly yes .*--maxmemory-policy noeviction/)
  expect(line).not.toMatch(/--requirepass/)
})
