/**
 * What the CLI writes, line by line. Fields that a version adds are ignored; a type that it adds becomes `unknown`,
 * to be logged once.
 */
import { z } from 'zod'
import * as shape from './shapes.ts'

const shapes = {
  'system/init': shape.init,
  'system/api_retry': shape.retry,
  'system/status': shape.status,
  'system/task_notification': shape.notification,
  'system/task_started': shape.taskStarted,
  'system/background_tasks_changed': shape.tasks,
  stream_event: shape.streamEvent,
  assistant: shape.assistant,
  user: shape.user,
  result: shape.result,
  command_lifecycle: shape.lifecycle,
  control_request: shape.controlRequest,
  control_response: shape.controlResponse,
  control_cancel_request: shape.withdrawal,
  // Known, and of no use to us.
  'system/compact_boundary': shape.nothing,
  'system/session_state_changed': shape.nothing,
  'system/task_updated': shape.nothing,
  'system/task_progress': shape.nothing,
  'system/thinking_tokens': shape.nothing,
  conversation_reset: shape.nothing,
  keep_alive: shape.nothing,
  rate_limit_event: shape.nothing,
  tool_progress: shape.nothing,
} as const

type Shapes = typeof shapes

/** A line of the CLI. `unknown` names a type that we do not know, or that is not shaped as we know it. */
export type Incoming =
  | { [K in keyof Shapes]: z.output<Shapes[K]> }[keyof Shapes]
  | { readonly kind: 'unknown'; readonly name: string; readonly problem: string | undefined }
export type ResultMessage = z.output<typeof shape.result>

const envelope = z.object({ type: z.string(), subtype: z.string().optional().catch(undefined) })

/** Undefined: the line is no JSON object with a type, so it is not the CLI's. */
export function parseLine(line: string): Incoming | undefined {
  let json: unknown
  try {
    json = JSON.parse(line)
  } catch {
    return undefined
  }
  const head = envelope.safeParse(json)
  if (!head.success) return undefined
  const name = head.data.type === 'system' ? `system/${head.data.subtype ?? ''}` : head.data.type
  if (!isKnown(name)) return { kind: 'unknown', name, problem: undefined }
  const parsed = shapes[name].safeParse(json)
  return parsed.success ? parsed.data : { kind: 'unknown', name, problem: z.prettifyError(parsed.error) }
}

function isKnown(name: string): name is keyof Shapes {
  return Object.hasOwn(shapes, name)
}
