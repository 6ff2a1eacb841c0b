/** An agent in this process, on the real CLI and the stand-in model. */
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type StandIn, startStandIn } from '../../../src/demo/stand-in.ts'
import {
  type Agent,
  type AgentAnswer,
  AgentError,
  type AgentEvent,
  type AgentOptions,
  createAgent,
} from '../../../src/index.ts'
import { standInEnv } from '../../rig/bot.ts'
import { testDir } from '../../rig/dir.ts'

export interface AgentRig {
  readonly agent: Agent
  readonly model: StandIn
  readonly dir: string
  /** Closes the agent and opens another on the same data. */
  readonly restart: (changes?: AgentOptions) => Promise<Agent>
}

export async function startAgent(options: AgentOptions = {}): Promise<AgentRig> {
  const dir = await testDir('agent-')
  const model = await startStandIn()
  onTestFinished(() => model.close())
  const open = async (changes: AgentOptions): Promise<Agent> => {
    const { claude, ...others } = { ...options, ...changes }
    const agent = await createAgent({
      dataDir: join(dir, 'data'),
      log: { file: join(dir, 'agent.log'), format: 'json' },
      ...others,
      claude: { ...claude, env: { ...standInEnv(model.url), ...claude?.env } },
    })
    onTestFinished(() => agent.close())
    return agent
  }
  const agent = await open({})
  const restart = async (changes: AgentOptions = {}): Promise<Agent> => {
    await agent.close()
    return open(changes)
  }
  return { agent, model, dir, restart }
}

export async function eventsOf(stream: AsyncIterable<AgentEvent>): Promise<AgentEvent[]> {
  const events: AgentEvent[] = []
  for await (const event of stream) events.push(event)
  return events
}

/** How a message ended: the text of its answer, or the code of its error. */
export async function endOf(answer: Promise<AgentAnswer>): Promise<string> {
  try {
    return (await answer).text
  } catch (error) {
    if (error instanceof AgentError) return error.code
    throw error
  }
}

/** The text that a reader of these events ends up with. */
export function textOf(events: readonly AgentEvent[]): string {
  return events.reduce((text, event) => {
    if (event.type === 'text-void') return ''
    return event.type === 'text' ? text + event.delta : text
  }, '')
}

/** What Claude was asked, apart from the CLI's own requests. */
export function asked(model: StandIn, text: string): number {
  return model.requests.filter(({ lastUserText }) => lastUserText.includes(text)).length
}
