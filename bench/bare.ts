/** The CLI driven bare: the least that writes a message and sees its result. What Parley is measured against. */
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import type { CliCommand } from '../src/claude/process.ts'

/** Milliseconds from writing the message. */
interface BareTurn {
  readonly firstText: number
  readonly result: number
  /** What Claude says in it. */
  readonly answer: string
}

const Result = z.object({ result: z.string() })

export interface Bare {
  turn(text: string): Promise<BareTurn>
  /** Closes its input, and resolves when it has ended. */
  end(): Promise<void>
}

export function startBare(command: CliCommand): Bare {
  const child = spawn(command.path, command.args, {
    cwd: command.cwd,
    env: command.env,
    stdio: ['pipe', 'pipe', 'ignore'],
    // As Parley starts it: Linux shares the processor between sessions first, so on a busy machine it would matter.
    detached: true,
  })
  const exited = once(child, 'exit')
  let firstText = Number.NaN
  let told = Promise.withResolvers<{ readonly at: number; readonly line: string }>()
  void exited.then(([code]) => told.reject(new Error(`the bare CLI ended in mid-turn (${String(code)})`)))
  // Rejected when nobody waits for a turn: the ordinary end.
  told.promise.catch(() => undefined)
  createInterface({ input: child.stdout }).on('line', (line) => {
    // Within a string the quotes would be escaped, so these are keys and values of the protocol.
    if (Number.isNaN(firstText) && line.includes('"type":"text_delta"')) firstText = performance.now()
    if (line.includes('"type":"result"')) told.resolve({ at: performance.now(), line })
  })
  return {
    async turn(text) {
      const message = { role: 'user', content: text }
      const rest = { parent_tool_use_id: null, session_id: '', uuid: randomUUID(), priority: 'later' }
      told = Promise.withResolvers()
      firstText = Number.NaN
      const start = performance.now()
      child.stdin.write(`${JSON.stringify({ type: 'user', message, ...rest })}\n`)
      const { at, line } = await told.promise
      const { result: answer } = Result.parse(JSON.parse(line))
      return { firstText: firstText - start, result: at - start, answer }
    },
    async end() {
      child.stdin.end()
      await exited
    },
  }
}

/** `claude -p --resume` for one message: from starting the process to its result, in milliseconds. Resolves when it has ended. */
export async function spawnTurn(command: CliCommand, text: string): Promise<number> {
  const start = performance.now()
  const cli = startBare(command)
  await cli.turn(text)
  const took = performance.now() - start
  await cli.end()
  return took
}
