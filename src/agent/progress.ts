/** What has happened between two views of a turn. Pure. */
import type { ToolView, TurnView } from '../contract.ts'
import type { AgentEvent } from './answer.ts'

export const nothingYet: TurnView = { markdown: '', tools: [] }

/** In the order in which it must have happened: a tool's end, what Claude writes about it, the next tool's start. */
export function eventsBetween(before: TurnView, after: TurnView): AgentEvent[] {
  const each = after.tools.map((tool, index) => toolEvents(before.tools[index], tool))
  return [
    ...each.flatMap(({ ended }) => ended),
    ...textEvents(before.markdown, after.markdown),
    ...each.flatMap(({ started }) => started),
    ...statusEvents(before.status, after.status),
  ]
}

/** A tool that was quicker than the views has started all the same. */
function toolEvents(before: ToolView | undefined, tool: ToolView): Record<'started' | 'ended', AgentEvent[]> {
  const known = before?.id === tool.id
  if (known && before.state === tool.state) return { started: [], ended: [] }
  const event: AgentEvent = { type: 'tool', tool }
  if (tool.state === 'running') return { started: [event], ended: [] }
  const start: AgentEvent[] = known ? [] : [{ type: 'tool', tool: { ...tool, state: 'running' } }]
  return { started: [], ended: [...start, event] }
}

function textEvents(before: string, after: string): AgentEvent[] {
  if (!after.startsWith(before)) return [{ type: 'text-void' }, ...textEvents('', after)]
  return after === before ? [] : [{ type: 'text', delta: after.slice(before.length) }]
}

function statusEvents(before: string | undefined, after: string | undefined): AgentEvent[] {
  return after === undefined || after === before ? [] : [{ type: 'status', status: after }]
}
