/** The events of a turn -> the turn as it stands. Pure. */
import type { ToolView, TurnView } from '../contract.ts'
import { toolTitle } from '../conversation/tool-title.ts'
import type { Told } from './shapes.ts'

export const nothingYet: TurnView = { markdown: '', tools: [] }

/** The same view where the event shows nothing of the turn. */
export function withTold(view: TurnView, told: Told): TurnView {
  const { status: _status, ...moving } = view
  switch (told.type) {
    case 'started':
      // Told again: a bot that was started anew begins the turn anew.
      return nothingYet
    case 'message':
      return { ...moving, markdown: view.markdown + told.data.delta }
    case 'message_reset':
      return { ...moving, markdown: told.data.text }
    case 'tool_use': {
      const { id, name, input } = told.data
      const tool: ToolView = { id, name, title: toolTitle(name, input, ''), state: 'running' }
      return { ...moving, tools: [...view.tools.filter((each) => each.id !== id), tool] }
    }
    case 'tool_result': {
      const { id, ok } = told.data
      const state = ok ? 'done' : 'failed'
      return { ...moving, tools: view.tools.map((tool) => (tool.id === id ? { ...tool, state } : tool)) }
    }
    case 'status':
      return { ...view, status: told.data.status }
    case 'permission':
    case 'permission_settled':
    case 'notice':
    case 'complete':
    case 'error':
      return view
  }
}
