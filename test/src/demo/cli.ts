/** The real Claude CLI on a stand-in, driven bare: no more of its protocol than these tests need. */
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { z } from 'zod'
import type { StandIn } from '../../../src/demo/stand-in.ts'
import { testDir } from '../../rig/dir.ts'

const Line = z.looseObject({
  type: z.string(),
  subtype: z.string().optional(),
  result: z.string().optional(),
  is_error: z.boolean().optional(),
  error_status: z.number().nullish(),
  total_cost_usd: z.number().optional(),
  request_id: z.string().optional(),
  request: z
    .looseObject({ tool_name: z.string().optional(), input: z.record(z.string(), z.unknown()).optional() })
    .optional(),
})
type Line = z.infer<typeof Line>

/** What the CLI wants to know before it uses a tool. */
interface Ask {
  readonly tool: string
  readonly input: Readonly<Record<string, unknown>>
}

interface Cli {
  readonly workspace: string
  /** All that it wanted to know so far. */
  readonly asks: readonly Ask[]
  /** All lines so far. */
  readonly lines: readonly Line[]
  /** Sends a message; resolves with the result line that follows. */
  readonly turn: (text: string) => Promise<Line>
  /** The next result line that nobody waited for yet. */
  readonly nextResult: () => Promise<Line>
}

type Decide = (ask: Ask) => object

const allow: Decide = ({ input }) => ({ behavior: 'allow', updatedInput: input })

/** Starts the CLI; it ends with the test. */
export async function startCli(
  standIn: StandIn,
  options: { readonly args?: readonly string[]; readonly decide?: Decide } = {},
): Promise<Cli> {
  const dir = await testDir('cli-')
  const workspace = join(dir, 'workspace')
  await mkdir(workspace)
  const bin = fileURLToPath(new URL('../../../node_modules/.bin/', import.meta.url))
  const child = spawn(join(bin, 'claude'), [...standardArgs, ...(options.args ?? [])], {
    cwd: workspace,
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {
      PATH: `${bin}:/usr/bin:/bin`,
      HOME: dir,
      CLAUDE_CONFIG_DIR: join(dir, 'config'),
      ANTHROPIC_BASE_URL: standIn.url,
      ANTHROPIC_API_KEY: 'dummy',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      CLAUDE_CODE_MAX_RETRIES: '3',
      IS_SANDBOX: '1',
    },
  })
  const exited = once(child, 'exit')
  onTestFinished(async () => {
    child.stdin.end()
    await exited
  })

  const lines: Line[] = []
  const asks: Ask[] = []
  const results: Line[] = []
  const waiters: ((line: Line) => void)[] = []
  const send = (line: object): boolean => child.stdin.write(`${JSON.stringify(line)}\n`)
  createInterface({ input: child.stdout }).on('line', (text) => {
    const line = Line.parse(JSON.parse(text))
    lines.push(line)
    if (line.type === 'control_request') {
      const ask = { tool: line.request?.tool_name ?? '', input: line.request?.input ?? {} }
      asks.push(ask)
      const response = (options.decide ?? allow)(ask)
      send({
        type: 'control_response',
        response: { subtype: 'success', request_id: line.request_id, response },
      })
    }
    if (line.type !== 'result') return
    const waiter = waiters.shift()
    if (waiter === undefined) results.push(line)
    else waiter(line)
  })
  const nextResult = (): Promise<Line> => {
    const line = results.shift()
    return line === undefined ? new Promise((resolve) => waiters.push(resolve)) : Promise.resolve(line)
  }
  const turn = (text: string): Promise<Line> => {
    const message = { role: 'user', content: text }
    send({ type: 'user', message, parent_tool_use_id: null, session_id: '', uuid: randomUUID() })
    return nextResult()
  }
  return { workspace, asks, lines, turn, nextResult }
}

const standardArgs = [
  '-p',
  '--verbose',
  '--input-format=stream-json',
  '--output-format=stream-json',
  '--include-partial-messages',
  '--permission-prompt-tool=stdio',
  '--setting-sources=',
  '--strict-mcp-config',
]
