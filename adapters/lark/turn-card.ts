/** A turn as a card: while it runs, and at its end. Pure. */
import type { Address, TextReply, ToolView, TurnView } from '../../src/contract.ts'
import { buttonRow, type CardJson, type MarkdownElement, marked, type Panel, plain } from './card.ts'
import { markOf } from './finder.ts'
import { card, commandButton, measureText, small, streamText, textCard } from './render.ts'
import { harmless, line, type PictureKeys } from './text.ts'
import type { Words } from './words.ts'

/** Names of the elements that change. */
export const ids = {
  text: 'answer',
  panel: 'tools',
  tools: 'tool_list',
  status: 'status',
  controls: 'controls',
} as const

const marks = { running: '◌', done: '✓', failed: '✗' } as const
const mostTools = 30
const longestTool = 120

/** What a card shows now, by element. Empty: nothing, for the panel: there is none. */
export interface Shown {
  readonly text: string
  readonly tools: string
  readonly status: string
}

/** `most`: the longest text, by `measureText`; what is longer stays as it stood. */
export function shownOf(
  { markdown, tools, status }: TurnView,
  most: number,
  stood: string,
  words: Words,
): Shown {
  // A half of a pair would be shown as something else.
  const text = streamText(markdown.replace(/[\uD800-\uDBFF]$/, ''))
  const isLong = measureText(text) > most
  const going = isLong ? words.rest : words.thinking
  return {
    text: isLong ? stood : text,
    tools: toolLines(tools),
    status: status === undefined ? going : line(status, longestTool),
  }
}

/** `mark`: what it is found by; all other elements have names of their own. */
export function streamingCard(shown: Shown, to: Address, words: Words, mark: string): CardJson {
  const panel = shown.tools === '' ? [] : [toolPanel(shown.tools, true, words)]
  const stop = { ...commandButton({ label: words.stop, says: '/stop', address: to }), element_id: mark }
  const made = card(words.thinking, () => [
    ...panel,
    { tag: 'markdown', element_id: ids.text, content: shown.text },
    { tag: 'markdown', element_id: ids.status, content: shown.status, text_size: 'notation' },
    buttonRow([stop], ids.controls),
  ])
  return { ...made, config: { ...made.config, streaming_mode: true } }
}

export function finalCard(
  reply: TextReply,
  tools: readonly ToolView[],
  words: Words,
  pictures?: PictureKeys,
): CardJson {
  const made = marked(textCard(reply, words, pictures), markOf(reply.key))
  const lines = toolLines(tools.map((tool) => (tool.state === 'running' ? { ...tool, state: 'done' } : tool)))
  const config = { ...made.config, streaming_mode: false }
  if (lines === '') return { ...made, config }
  return { ...made, config, body: { elements: [toolPanel(lines, false, words), ...made.body.elements] } }
}

/** What stands of a turn in a card that is full, while it goes on in the next one. */
export function fullCard(markdown: string, key: string, tools: readonly ToolView[], words: Words): CardJson {
  const made = finalCard({ kind: 'text', key, markdown, tone: 'answer' }, tools, words)
  return { ...made, body: { elements: [...made.body.elements, small(words.goesOn)] } }
}

export function toolPanel(lines: string, expanded: boolean, words: Words): Panel {
  const list: MarkdownElement = {
    tag: 'markdown',
    element_id: ids.tools,
    content: lines,
    text_size: 'notation',
  }
  return {
    tag: 'collapsible_panel',
    element_id: ids.panel,
    expanded,
    header: { title: plain(words.tools) },
    elements: [list],
  }
}

function toolLines(tools: readonly ToolView[]): string {
  return tools
    .slice(-mostTools)
    .map(({ name, title, state }) => {
      const what = line(title, longestTool).replaceAll('`', "'")
      const named = line(name, 60)
        .replaceAll(/[^\w .-]/g, ' ')
        .replaceAll('_', String.raw`\_`)
      return harmless(`${marks[state]} **${named}**${title === '' ? '' : ` \`${what}\``}`)
    })
    .join('\n')
}
