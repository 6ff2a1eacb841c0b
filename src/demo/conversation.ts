/** Reads what the client sent as a conversation: who said what, without what the CLI wraps around it. Pure. */
import type { RequestMessage, TokenCountRequest } from './api.ts'
import { readText } from './wrapping.ts'

/** What came of a tool use. */
export interface ToolOutcome {
  readonly id: string
  readonly tool: string
  readonly input: Readonly<Record<string, unknown>>
  readonly failed: boolean
  readonly text: string
}

/** What the model is to answer now. */
interface OpenTurn {
  /** What began it, then what was said while it ran; empty when nothing was written. */
  readonly texts: string[]
  /** True when nobody said anything: a background task reported. */
  readonly background: boolean
  /** The tool uses that were answered in it, oldest first. */
  readonly outcomes: ToolOutcome[]
}

export interface Conversation {
  /** All that people wrote, oldest first. */
  readonly texts: readonly string[]
  readonly turn: OpenTurn
  /** Names of the tools that may be used now. */
  readonly tools: ReadonlySet<string>
  /** The directory that the CLI works in, where it says so. */
  workspace(): string | undefined
  /** Where the CLI wants a plan to be written; it says so once it is in plan mode. */
  planFile(): string | undefined
  /** Whether the CLI was in plan mode when the turn began. */
  planning(): boolean
}

export function readConversation(request: TokenCountRequest): Conversation {
  const { texts, turn, begin } = readTurns(request.messages)
  const firstReply = request.messages.findIndex(({ role }, index) => index > begin && role === 'assistant')
  const before = request.messages.slice(0, firstReply === -1 ? undefined : firstReply)
  const told = (messages: readonly RequestMessage[], pattern: RegExp): string | undefined =>
    [systemText(request), ...messages.filter(({ role }) => role !== 'assistant').flatMap(rawTexts)]
      .flatMap((text) => [...text.matchAll(pattern)])
      .at(-1)?.[1]
  return {
    texts,
    turn,
    tools: new Set(request.tools?.map((tool) => tool.name)),
    workspace: () => told(request.messages, /working directory: (.+)/gi),
    planFile: () => told(request.messages, /\bplan\b[^\n]* at (\/[^\n]+?\.md)\b/g),
    planning: () =>
      told(before, /^(?:## )?(Plan mode (?:is|still) active|Exited Plan Mode)/gm)?.startsWith('Plan') ??
      false,
  }
}

/** The system prompt's text. */
export function systemText(request: TokenCountRequest): string {
  const system = request.system ?? ''
  return typeof system === 'string' ? system : system.map((block) => block.text).join('\n\n')
}

/** The raw text blocks of a message. */
export function rawTexts(message: RequestMessage): string[] {
  if (typeof message.content === 'string') return [message.content]
  return message.content.flatMap((block) => (block.type === 'text' ? [String(block.text)] : []))
}

interface Turns {
  readonly texts: readonly string[]
  readonly turn: OpenTurn
  /** Index of the message that began the turn. */
  readonly begin: number
}

function readTurns(messages: readonly RequestMessage[]): Turns {
  const texts: string[] = []
  const uses = new Map<string, Pick<ToolOutcome, 'tool' | 'input'>>()
  let turn: OpenTurn = { texts: [], background: false, outcomes: [] }
  let begin = 0
  for (const [index, message] of messages.entries()) {
    for (const { id, name, input } of blocksOf(message, 'tool_use')) uses.set(id, { tool: name, input })
    if (message.role === 'assistant') continue
    const results = blocksOf(message, 'tool_result')
    turn.outcomes.push(...results.map((result) => outcomeOf(result, uses.get(result.tool_use_id))))
    const said = rawTexts(message).map((text) => readText(text, message.role))
    // A message without words is a picture or a document.
    if (message.role === 'user' && said.length === 0 && results.length === 0)
      said.push({ texts: [], place: 'new-turn' })
    for (const one of said) {
      texts.push(...one.texts)
      if (one.place === 'same-turn') turn.texts.push(...one.texts)
      if (one.place !== 'new-turn' && one.place !== 'background') continue
      turn = { texts: [...one.texts], background: one.place === 'background', outcomes: [] }
      begin = index
    }
  }
  return { texts, turn, begin }
}

function outcomeOf(
  result: BlockOf<'tool_result'>,
  use: Pick<ToolOutcome, 'tool' | 'input'> | undefined,
): ToolOutcome {
  const { tool = 'unknown', input = {} } = use ?? {}
  return {
    id: result.tool_use_id,
    tool,
    input,
    failed: result.is_error === true,
    text: resultText(result.content),
  }
}

type BlockOf<T extends string> = Extract<Exclude<RequestMessage['content'], string>[number], { type: T }>

function blocksOf<T extends 'tool_use' | 'tool_result'>(message: RequestMessage, type: T): BlockOf<T>[] {
  if (typeof message.content === 'string') return []
  return message.content.filter((block): block is BlockOf<T> => block.type === type)
}

function resultText(content: BlockOf<'tool_result'>['content']): string {
  if (content === undefined || typeof content === 'string') return content ?? ''
  return content.map((block) => block.text ?? `[${block.type}]`).join('\n')
}
