/** A Redis of the test's own. */
import { createClient } from '@redis/client'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'

export interface RedisServer {
  readonly url: string
  readonly port: number
  /** Sends it a signal; resolves when it has ended, where the signal ends it. */
  signal(name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): Promise<void>
  /** Bytes that it uses. */
  memory(): Promise<number>
}

export interface RedisOptions {
  readonly password?: string
  readonly port?: number
  /** Keeps what it is told through its own restart; `dir` is then where, made when absent. */
  readonly keeps?: string
  readonly flags?: readonly string[]
}

/** Starts redis-server on a free loopback port; it ends with the test. */
export async function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  const { end, ...server } = await launchRedis(options)
  onTestFinished(end)
  return server
}

/** The same for whoever ends it by itself: one for all tests of a file. */
export async function launchRedis(
  options: RedisOptions = {},
): Promise<RedisServer & { readonly end: () => Promise<void> }> {
  const root = process.env.PARLEY_TEST_DIR
  if (root === undefined) throw new Error('PARLEY_TEST_DIR is not set: run tests through vitest.config.ts')
  const dir = options.keeps ?? (await mkdtemp(join(root, 'redis-')))
  const port = options.port ?? (await freePort())
  const keeps = options.keeps === undefined ? 'no' : 'yes'
  const flags = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', dir]
  flags.push('--appendonly', keeps, '--appendfsync', 'always')
  if (options.password !== undefined) flags.push('--requirepass', options.password)
  // The last of several wins.
  flags.push(...(options.flags ?? []))
  const server = spawn('redis-server', flags, { cwd: dir, stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(server, 'exit')
  for await (const line of createInterface(server.stdout)) if (line.includes('Ready to accept')) break
  server.stdout.resume()
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    async signal(name) {
      server.kill(name)
      if (name === 'SIGKILL') await exited
    },
    async memory() {
      const client = createClient({ url: `redis://127.0.0.1:${port}` })
      await client.connect()
      const info = await client.info('memory')
      client.destroy()
      return Number(/^used_memory:(\d+)/m.exec(info)?.[1])
    },
    async end() {
      server.kill('SIGKILL')
      await exited
      if (options.keeps === undefined) await rm(dir, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
