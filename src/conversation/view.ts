/** A turn as it is shown: what has happened so far, folded into one view. Pure. */
import type { ToolView, TurnView } from '../contract.ts'
import type { TurnEvent } from '../claude/turn.ts'
import type { Words } from '../words/en.ts'
import { toolTitle } from './tool-title.ts'

/** Text blocks that are whole, the one being written, tools in the order of their start. */
export interface Progress {
  readonly blocks: readonly string[]
  readonly open: string
  readonly tools: readonly ToolView[]
  readonly status: string | undefined
}

export const nothingYet: Progress = { blocks: [], open: '', tools: [], status: undefined }

/** The next state; the same object when the event changes nothing that is shown. `workspace`: its absolute path. */
export function advance(
  before: Progress,
  event: TurnEvent,
  workspace: string,
  { turns: texts }: Words,
): Progress {
  switch (event.type) {
    case 'text':
      return { ...before, open: before.open + event.delta, status: undefined }
    case 'text-block':
      return { ...before, blocks: [...before.blocks, event.text], open: '', status: undefined }
    case 'text-void':
      return { ...before, open: '' }
    case 'tool':
      return { ...before, tools: [...before.tools, startedTool(event, workspace)], status: undefined }
    case 'tool-result':
      return { ...before, tools: before.tools.map((tool) => ended(tool, event)), status: undefined }
    case 'api-retry':
      return { ...before, status: texts.retrying(event.status, event.inMs, event.attempt, event.of) }
    case 'compacting':
      return { ...before, status: texts.compacting }
    case 'approval':
      return { ...before, status: texts.deciding }
    case 'approval-withdrawn':
      return { ...before, status: undefined }
    case 'started':
    case 'thinking':
    case 'result':
      return before
  }
}

export function viewOf(progress: Progress): TurnView {
  const markdown = [...progress.blocks, progress.open].filter((text) => text !== '').join('\n\n')
  return {
    markdown,
    tools: progress.tools,
    ...(progress.status === undefined ? {} : { status: progress.status }),
  }
}

function startedTool({ id, name, input }: Extract<TurnEvent, { type: 'tool' }>, workspace: string): ToolView {
  return { id, name, title: toolTitle(name, input, workspace), state: 'running' }
}

function ended(tool: ToolView, event: Extract<TurnEvent, { type: 'tool-result' }>): ToolView {
  return tool.id === event.id ? { ...tool, state: event.ok ? 'done' : 'failed' } : tool
}
