/** A terminal of streams: what is typed goes in, what is seen comes out. */
import { PassThrough } from 'node:stream'
import { onTestFinished } from 'vitest'
import { createTerminal } from '../../../adapters/terminal/index.ts'
import type { TerminalSettings } from '../../../adapters/terminal/settings.ts'
import type { Adapter } from '../../../src/contract.ts'
import { Emulator } from './emulator.ts'

export const address = { adapter: 'terminal', channel: 'terminal' }

export const asker = { id: 'ann' }

export interface Streams {
  readonly adapter: Adapter
  readonly input: PassThrough
  readonly output: PassThrough & { columns?: number; rows?: number }
  readonly error: PassThrough
  /** All of standard output so far. */
  out(): string
  /** All of standard error so far. */
  err(): string
  /** Standard output as a terminal shows it. */
  readonly screen: Emulator
}

export function openStreams(
  settings: TerminalSettings,
  {
    tty = false,
    columns = 100,
    rows = 40,
    env = {},
  }: { tty?: boolean; columns?: number; rows?: number; env?: Record<string, string> } = {},
): Streams {
  const screen = new Emulator(columns)
  const input = Object.assign(new PassThrough(), { isTTY: tty })
  const output = Object.assign(new PassThrough(), { isTTY: tty, ...(tty ? { columns, rows } : {}) })
  const error = Object.assign(new PassThrough(), { isTTY: tty })
  let out = ''
  let err = ''
  output.setEncoding('utf8').on('data', (chunk: string) => {
    out += chunk
    if (tty) screen.write(chunk)
  })
  error.setEncoding('utf8').on('data', (chunk: string) => (err += chunk))
  const adapter = createTerminal(settings, { input, output, error, env: { TERM: 'xterm', ...env } })
  onTestFinished(() => adapter.stop())
  return { adapter, input, output, error, out: () => out, err: () => err, screen }
}
