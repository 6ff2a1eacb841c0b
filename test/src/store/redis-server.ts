/** A Redis of the test's own. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'
import { testDir } from '../../rig/dir.ts'

export interface RedisServer {
  readonly url: string
  readonly port: number
  /** Sends it a signal; resolves when it has ended, where the signal ends it. */
  signal(name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): Promise<void>
}

/** Starts redis-server on a free loopback port; it ends with the test. */
export async function startRedis(
  options: { password?: string; port?: number; flags?: readonly string[] } = {},
): Promise<RedisServer> {
  const dir = await testDir('redis-')
  const port = options.port ?? (await freePort())
  const flags = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
    '--dir',
    dir,
  ]
  if (options.password !== undefined) flags.push('--requirepass', options.password)
  // The last of several wins.
  flags.push(...(options.flags ?? []))
  const server = spawn('redis-server', flags, { cwd: dir, stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(server, 'exit')
  onTestFinished(async () => {
    server.kill('SIGKILL')
    await exited
  })
  for await (const line of createInterface(server.stdout)) if (line.includes('Ready to accept')) break
  server.stdout.resume()
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    async signal(name) {
      server.kill(name)
      if (name === 'SIGKILL') await exited
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
