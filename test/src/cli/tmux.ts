/** A real terminal to sit in front of: tmux, with a server of the test's own. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, vi } from 'vitest'
import { environment, main } from './parley.ts'

export interface Terminal {
  /** Types text as it is. */
  type(text: string): Promise<void>
  /** Presses keys by tmux's names, e.g. `Enter`, `C-c`. */
  press(...keys: readonly string[]): Promise<void>
  /** The screen as it stands, with the sequences that style it. */
  styled(): Promise<string>
  /** Resolves with the screen, its scrollback included, once it matches. */
  sees(pattern: RegExp): Promise<string>
  resize(columns: number, rows: number): Promise<void>
}

/** Runs a verb in a terminal. When it has ended the terminal shows `exit <code>`. */
export async function openTerminal(
  args: readonly string[],
  dir: string,
  more: Readonly<Record<string, string>> = {},
): Promise<Terminal> {
  const socket = join(dir, 'tmux')
  const env = environment({ dir, env: { TERM: 'xterm-256color', ...more } })
  const run = promisify(execFile)
  const tmux = async (...command: readonly string[]): Promise<string> => {
    const { stdout } = await run('tmux', ['-S', socket, '-f', '/dev/null', ...command], { env, cwd: dir })
    return stdout
  }
  // The server ends with its last window, or here.
  onTestFinished(() => tmux('kill-server').then(ignore, ignore))
  const line = [process.execPath, main, ...args].map((word) => `'${word}'`).join(' ')
  await tmux('new-session', '-d', '-x', '80', '-y', '24', '/bin/sh', '-c', `${line}; echo exit $?; exec cat`)
  return {
    type: async (text) => void (await tmux('send-keys', '-l', text)),
    press: async (...keys) => void (await tmux('send-keys', ...keys)),
    resize: async (columns, rows) => void (await tmux('resize-window', '-x', `${columns}`, '-y', `${rows}`)),
    styled: () => tmux('capture-pane', '-p', '-e'),
    async sees(pattern) {
      let screen = ''
      await vi.waitFor(
        async () => {
          screen = (await tmux('capture-pane', '-p', '-S', '-')).trimEnd()
          expect(screen).toMatch(pattern)
        },
        { timeout: 15_000, interval: 50 },
      )
      return screen
    },
  }
}

function ignore(): void {}
