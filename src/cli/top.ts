/** `parley top`: the running bot on a full screen, over its API. */
import { loadConfig } from '../config.ts'
import { CommandLineError } from './prepare.ts'
import { keyIn, serverIn } from './server.ts'

export interface TopOptions {
  readonly config?: string
  readonly server?: string
  readonly keyFile?: string
}

export async function top({ config: file, server, keyFile }: TopOptions): Promise<number> {
  if (!process.stdin.isTTY || !process.stdout.isTTY)
    throw new CommandLineError('nothing-to-do', '`top` wants a terminal; `status --json` is for programs.')
  const key = await keyIn(keyFile)
  const from = { env: process.env, cwd: process.cwd() }
  const url = server ?? (await serverIn(await loadConfig({ file, ...from })))
  // Read when the colours are loaded; https://no-color.org
  if ((process.env['NO_COLOR'] ?? '') !== '') process.env['FORCE_COLOR'] = '0'
  // Else React checks itself all the while.
  process.env['NODE_ENV'] ??= 'production'
  const { top: open } = await import('../top/top.ts')
  const ending = new AbortController()
  const stop = (): void => ending.abort()
  process.once('SIGINT', stop).once('SIGTERM', stop)
  try {
    await open({ url, key, signal: ending.signal })
    return 0
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop)
  }
}
