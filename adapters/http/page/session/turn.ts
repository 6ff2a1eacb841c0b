/** One message and what Claude makes of it, event by event. Pure. */
import { z } from 'zod'
import { FileView } from '../../shapes/sent-file.ts'
import type { ServerEvent } from '../api/event-stream.ts'

const Figures = z.object({ costUsd: z.number(), durationMs: z.number() })
const ToolUse = z.object({
  id: z.string(),
  name: z.string(),
  input: z.record(z.string(), z.unknown()),
  /** Id of the tool use of the subagent that uses it. */
  parent: z.string().exactOptional(),
})
export const Notice = z.object({
  markdown: z.string(),
  tone: z.enum(['answer', 'notice', 'error']),
  /** It is a file that Claude has sent. */
  file: FileView.exactOptional(),
})
const End = z.object({
  state: z.enum(['answered', 'failed', 'cancelled']),
  text: z.string().default(''),
  figures: Figures.exactOptional(),
  inTurnOf: z.string().exactOptional(),
})

/** What happens with a message. Of what else comes nothing is shown. */
const Event = z.discriminatedUnion('type', [
  z.object({ type: z.literal('started'), data: z.object({}) }),
  z.object({ type: z.literal('message'), data: z.object({ delta: z.string() }) }),
  z.object({ type: z.literal('message_reset'), data: z.object({ text: z.string() }) }),
  z.object({ type: z.literal('tool_use'), data: ToolUse }),
  z.object({
    type: z.literal('tool_result'),
    data: z.object({ id: z.string(), ok: z.boolean(), text: z.string() }),
  }),
  z.object({ type: z.literal('status'), data: z.object({ status: z.string() }) }),
  z.object({ type: z.literal('notice'), data: Notice }),
  z.object({ type: z.literal('complete'), data: End }),
  z.object({ type: z.literal('error'), data: End }),
])
const known: ReadonlySet<string> = new Set(Event.options.map(({ shape }) => shape.type.value))

export type NoticeShown = z.infer<typeof Notice>

export interface Tool extends z.infer<typeof ToolUse> {
  readonly state: 'running' | 'done' | 'failed'
  readonly result: string
  /** How much of the answer was said before it. */
  readonly at: number
}

export interface Turn {
  readonly id: string
  /** What was said to Claude. */
  readonly text: string
  readonly state: 'sending' | 'waiting' | 'running' | z.infer<typeof End>['state']
  /** Markdown. */
  readonly answer: string
  readonly tools: readonly Tool[]
  readonly notices: readonly NoticeShown[]
  readonly status?: string
  readonly figures?: z.infer<typeof Figures>
  /** Its answer stands with that other message. */
  readonly inTurnOf?: string
}

export function newTurn(id: string, text: string, state: Turn['state']): Turn {
  return { id, text, state, answer: '', tools: [], notices: [] }
}

export function isOver({ state }: Pick<Turn, 'state'>): boolean {
  return state === 'answered' || state === 'failed' || state === 'cancelled'
}

export function withEvent(turn: Turn, { type, data }: ServerEvent): Turn {
  if (!known.has(type)) return turn
  const event = Event.parse({ type, data: JSON.parse(data) })
  switch (event.type) {
    case 'started':
      return running(turn)
    case 'message':
      return { ...running(turn), answer: turn.answer + event.data.delta }
    case 'message_reset':
      return { ...running(turn), answer: event.data.text }
    case 'tool_use':
      return { ...running(turn), tools: [...turn.tools, used(event.data, turn.answer.length)] }
    case 'tool_result':
      return {
        ...turn,
        tools: turn.tools.map((tool) => (tool.id === event.data.id ? ended(tool, event.data) : tool)),
      }
    case 'status':
      return { ...turn, status: event.data.status }
    case 'notice':
      return { ...turn, notices: [...turn.notices, event.data] }
    case 'complete':
    case 'error':
      return over(turn, event.data)
  }
}

/** Whatever went on is no news any more once something else happens. */
function running({ status: _status, ...turn }: Turn): Turn {
  return { ...turn, state: 'running' }
}

function used(data: z.infer<typeof ToolUse>, at: number): Tool {
  return { ...data, state: 'running', result: '', at }
}

function ended(tool: Tool, { ok, text }: { readonly ok: boolean; readonly text: string }): Tool {
  return { ...tool, state: ok ? 'done' : 'failed', result: text }
}

function over(turn: Turn, { state, text, ...more }: z.infer<typeof End>): Turn {
  const tools = turn.tools.map((tool) =>
    tool.state === 'running' ? ended(tool, { ok: false, text: '' }) : tool,
  )
  return { ...running(turn), ...more, state, answer: text, tools }
}

/** The answer with the tools at their places in it. */
export type Piece = { readonly text: string } | { readonly tools: readonly Tool[] }

export function piecesOf({ answer, tools }: Pick<Turn, 'answer' | 'tools'>): readonly Piece[] {
  const pieces: Piece[] = []
  let said = 0
  const say = (to: number): void => {
    const text = answer.slice(said, to)
    if (text.trim() !== '') pieces.push({ text })
    said = Math.max(said, to)
  }
  for (const tool of tools) {
    // A subagent's tools are its own business.
    if (tool.parent !== undefined) continue
    const at = Math.min(Math.max(tool.at, said), answer.length)
    say(at)
    const last = pieces.at(-1)
    if (last !== undefined && 'tools' in last) pieces[pieces.length - 1] = { tools: [...last.tools, tool] }
    else pieces.push({ tools: [tool] })
  }
  say(answer.length)
  return pieces
}
