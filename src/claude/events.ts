/** What the CLI says in a turn -> what happens in it. Pure. */
import type { Incoming } from './protocol.ts'
import type { TurnEvent } from './turn.ts'

/** What has to be remembered between two lines of one turn. */
export interface TurnProgress {
  /** Whole blocks of the main thread. */
  readonly blocks: readonly string[]
  /** Deltas have been told since the last whole block. */
  readonly drafting: boolean
  /** Output of a CLI command, told only when the result confirms it. */
  readonly output: string | undefined
}

export const noProgress: TurnProgress = { blocks: [], drafting: false, output: undefined }

type Step = readonly [TurnProgress, readonly TurnEvent[]]

/** What a turn's first line tells. */
export function startOf({
  sessionId,
  model,
  tools,
  commands,
}: Extract<Incoming, { kind: 'init' }>): Omit<Extract<TurnEvent, { type: 'started' }>, 'type'> {
  return { sessionId, model, tools, commands }
}

/** Takes the next line of a turn. Lines that mean nothing to a turn change nothing. */
export function advance(progress: TurnProgress, message: Incoming): Step {
  switch (message.kind) {
    case 'init':
      return [progress, [{ type: 'started', ...startOf(message) }]]
    case 'message-start':
      // After a dropped connection the CLI asks again and the deltas come a second time from the start.
      return progress.drafting ? [{ ...progress, drafting: false }, [{ type: 'text-void' }]] : [progress, []]
    case 'delta':
      return [{ ...progress, drafting: true }, [{ type: 'text', delta: message.text }]]
    case 'thinking':
      return [progress, [{ type: 'thinking' }]]
    case 'assistant':
      return advanceBy(progress, message)
    case 'tool-results':
      return [progress, message.results.map((result) => ({ type: 'tool-result', ...result }))]
    case 'retry': {
      const { attempt, of, status, inMs } = message
      return [progress, [{ type: 'api-retry', attempt, of, status, inMs }]]
    }
    case 'compacting':
      return [progress, [{ type: 'compacting' }]]
    case 'result':
      return conclude(progress, message.failed ? '' : message.text)
    case 'lifecycle':
    case 'notification':
    case 'nothing':
    case 'replay':
    case 'request':
    case 'response':
    case 'task-started':
    case 'tasks':
    case 'unknown':
    case 'withdrawn':
    default:
      return [progress, []]
  }
}

function advanceBy(progress: TurnProgress, message: Extract<Incoming, { kind: 'assistant' }>): Step {
  const events: TurnEvent[] = []
  let next = progress
  for (const block of message.blocks) {
    if (block.type === 'tool_use') {
      const { id, name, input } = block
      events.push({ type: 'tool', id, name, input, parent: message.parent })
    } else if (block.type === 'text' && message.parent === undefined) {
      if (message.author === 'cli') next = { ...next, output: block.text }
      if (message.author === 'model' && block.text !== '') {
        next = { ...next, blocks: [...next.blocks, block.text], drafting: false }
        events.push({ type: 'text-block', text: block.text })
      }
    }
  }
  return [next, events]
}

/**
 * Output of a command counts when the result brings it again: after /compact older outputs are repeated,
 * and a command without any says "(no content)". Deltas that no block confirmed are void.
 */
function conclude(progress: TurnProgress, text: string): Step {
  const events: TurnEvent[] = progress.drafting ? [{ type: 'text-void' }] : []
  const { output } = progress
  if (output === undefined || text === '' || output.trim() !== text.trim()) {
    return [{ ...progress, drafting: false }, events]
  }
  events.push({ type: 'text-block', text: output })
  return [{ blocks: [...progress.blocks, output], drafting: false, output: undefined }, events]
}

/** All text of the main thread. */
export function textOf(progress: TurnProgress): string {
  return progress.blocks.join('\n\n')
}
