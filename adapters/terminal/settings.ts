/** The terminal's settings. The verbs of the `parley` command give more than config.yaml can. */
import { z } from 'zod'
import type { AdapterSettings } from '../../src/contract.ts'

const schema = z.strictObject({
  /** `auto`: chat where input and output are a terminal, else one answer per line of input. */
  mode: z.enum(['auto', 'chat', 'pipe']).default('auto'),
  /** Path of the file that keeps what was typed, for the arrow keys; absent: kept until the end only. */
  historyFile: z.string().min(1).optional(),
})

export interface TerminalSettings {
  readonly mode?: 'auto' | 'chat' | 'pipe' | undefined
  readonly historyFile?: string | undefined
  /** Asks this alone, prints the answer and leaves. */
  readonly ask?: string
  /** What is typed, by itself, when the input ends or stays silent before its first line. */
  readonly script?: readonly string[]
  /** Prints every event as a line of JSON, see {@link TerminalEvent}. Not in a chat. */
  readonly json?: boolean
  /** True when nothing is kept for a next start. */
  readonly temporary?: boolean
  /** Aborted on SIGINT: the turn is stopped, then the terminal leaves. */
  readonly interrupt?: AbortSignal
}

export const settings: AdapterSettings<z.infer<typeof schema>> = { schema, environment: {} }
