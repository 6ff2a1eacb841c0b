/** Decides what to answer. Pure: the same conversation after as many failures gives the same answer. */
import { randomUUID } from 'node:crypto'
import { isAbsolute, join } from 'node:path'
import { ApiError } from './api.ts'
import type { Conversation } from './conversation.ts'
import { afterBackground, bash, parseMoves, use, type Move, type ToolMove } from './directives.ts'
import { longMarkdown } from './long.ts'
import { report } from './report.ts'
import { converse } from './smalltalk.ts'
import type { Answer, Block } from './stream.ts'

/** What the stand-in does about a request. `failing` counts as a failure of this turn. */
interface Reaction {
  readonly answer: Answer | ApiError
  readonly failing: boolean
}

/** What the closing words are made of, gathered move by move. */
interface Closing {
  readonly words: string[]
  seconds: number
  thinks: boolean
  silent: boolean
}

/** @param failures how often this turn has failed so far */
export function react(conversation: Conversation, failures: number): Reaction {
  const { texts, background, outcomes } = conversation.turn
  if (background) return { answer: afterTask(conversation), failing: false }
  const closing: Closing = { words: [], seconds: 0, thinks: false, silent: false }
  const waiting = outcomes.filter(({ id }) => !id.startsWith(searchPrefix))
  let failuresLeft = failures
  for (const text of texts) {
    const reports: string[] = []
    const spoken = closing.words.length
    for (const move of movesFor(text, conversation)) {
      if (move.do === 'tool') {
        const outcomes = waiting.splice(0, move.copies ?? 1)
        if (outcomes.length === 0) return { answer: toolTurn(move, conversation, closing), failing: false }
        for (const outcome of outcomes) if (outcome.failed || !move.quiet) reports.push(report(outcome))
      } else if ('times' in move) {
        if (failuresLeft < move.times) return { answer: fail(move), failing: true }
        failuresLeft -= move.times
      } else {
        gather(move, closing, conversation)
      }
    }
    if (closing.words.length === spoken) closing.words.push(...reports)
  }
  return { answer: close(closing, failures), failing: false }
}

/** The turn in which a background task reports. */
function afterTask(conversation: Conversation): Answer {
  const { outcomes } = conversation.turn
  const command = conversation.texts.map(afterBackground).findLast((found) => found !== undefined)
  const closing: Closing = { words: [], seconds: 0, thinks: false, silent: false }
  const outcome = outcomes.find(({ id }) => !id.startsWith(searchPrefix))
  if (command !== undefined && outcome === undefined) return toolTurn(bash(command), conversation, closing)
  const told = outcome === undefined ? '' : ` ${report(outcome)}`
  return words(`The background task finished.${told}`)
}

type Step = Exclude<Move, { do: 'plan' }>

function movesFor(text: string, conversation: Conversation): Step[] {
  const asked = parseMoves(text)
  const earlier = conversation.texts.slice(0, conversation.texts.lastIndexOf(text))
  const moves = asked.length > 0 ? asked : converse(text, earlier)
  return moves.flatMap((move) => (move.do === 'plan' ? presenting(move.plan, conversation) : [move]))
}

/** A plan is written to a file that the CLI names in plan mode, and then presented. */
function presenting(plan: string, conversation: Conversation): Step[] {
  const file = conversation.planFile()
  return [
    ...(conversation.planning() ? [] : [use('EnterPlanMode', {}, true)]),
    ...(file === undefined ? [] : [use('Write', { file_path: file, content: plan }, true)]),
    use('ExitPlanMode', {}),
  ]
}

function words(text: string): Answer {
  return { blocks: [{ type: 'text', text }], overMs: 0 }
}

function gather(
  move: Exclude<Step, { do: 'tool' } | { times: number }>,
  closing: Closing,
  conversation: Conversation,
): void {
  switch (move.do) {
    case 'say':
      closing.words.push(move.text)
      break
    case 'long':
      closing.words.push(longMarkdown(Math.round(move.kilobytes * 1024)))
      break
    case 'slow':
      closing.words.push(counting(move.words))
      closing.seconds += move.seconds
      break
    case 'recall':
      closing.words.push(conversation.texts.map((text, index) => `${index + 1}. ${text}`).join('\n'))
      break
    case 'think':
      closing.thinks = true
      break
    case 'empty':
      closing.silent ||= timesEmpty(conversation) <= move.first
      break
  }
}

/** How often an empty answer was asked for in this conversation, this time included. */
function timesEmpty({ texts }: Conversation): number {
  return texts.filter((text) => parseMoves(text).some((move) => move.do === 'empty')).length
}

function counting(words: number): string {
  return Array.from({ length: words }, (_, index) => `word${index + 1}`).join(' ')
}

const searchPrefix = 'toolu_search'

/** One tool use. A tool that the CLI keeps back until it is searched for is searched for first. */
function toolTurn(move: ToolMove, conversation: Conversation, { thinks }: Closing): Answer {
  const query = `select:${move.tool}`
  const searched = conversation.turn.outcomes.some(({ input }) => input.query === query)
  const known = searched || conversation.tools.has(move.tool) || !conversation.tools.has('ToolSearch')
  const blocks = known
    ? Array.from({ length: move.copies ?? 1 }, () =>
        toolUse('toolu_', move.tool, placed(move.input, conversation.workspace())),
      )
    : [toolUse(searchPrefix, 'ToolSearch', { query, max_results: 5 })]
  return { blocks: [...thoughts(thinks), ...blocks], overMs: 0 }
}

function toolUse(prefix: string, name: string, input: object): Block {
  return { type: 'tool_use', id: `${prefix}${randomUUID().replaceAll('-', '')}`, name, input }
}

/** The CLI's file tools want absolute paths. */
function placed(input: Readonly<Record<string, unknown>>, workspace: string | undefined): object {
  const path = input.file_path
  if (typeof path !== 'string' || isAbsolute(path) || workspace === undefined) return input
  return { ...input, file_path: join(workspace, path) }
}

function fail(move: Extract<Move, { do: 'error' | 'drop' | 'stall' }>): Answer | ApiError {
  if (move.do === 'error')
    return new ApiError(move.status, `The stand-in was asked for ${move.status}`, move.retryAfter)
  const text = 'This answer will not be whole. It begins well enough, with a sentence or two, and then it'
  return { ...words(text), breaks: move.do }
}

function close({ words: said, seconds, thinks, silent }: Closing, failures: number): Answer {
  if (silent) return { blocks: thoughts(thinks), overMs: 0 }
  const text = said.length > 0 ? said.join('\n\n') : plain(thinks, failures)
  return { blocks: [...thoughts(thinks), { type: 'text', text }], overMs: seconds * 1000 }
}

function plain(thinks: boolean, failures: number): string {
  if (failures > 0) return `That worked, after ${failures === 1 ? 'one failure' : `${failures} failures`}.`
  return thinks ? 'I thought about it, and all is well.' : 'I see no words in that.'
}

function thoughts(thinks: boolean): Block[] {
  return thinks
    ? [{ type: 'thinking', thinking: 'The user wants me to think first. So I do: all is well.' }]
    : []
}
