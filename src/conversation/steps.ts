/** What happens in a turn, in the words of the contract. Pure. */
import type { TurnEvent } from '../claude/turn.ts'
import type { TurnStep } from '../contract.ts'

/** Undefined: it is told otherwise (what people are asked, waits), or of no use to anybody. */
export function stepOf(event: TurnEvent): TurnStep | undefined {
  switch (event.type) {
    case 'started':
      return { type: 'started', transcript: event.sessionId, model: event.model }
    case 'tool': {
      const { id, name, input, parent } = event
      return { type: 'tool', id, name, input, ...(parent === undefined ? {} : { parent }) }
    }
    case 'text':
    case 'text-block':
    case 'text-void':
    case 'thinking':
    case 'tool-result':
      return event
    case 'approval':
    case 'approval-withdrawn':
    case 'api-retry':
    case 'compacting':
    case 'result':
      return undefined
  }
}
