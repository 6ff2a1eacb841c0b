/** Messages that came while the bot was away, as their author is told of them. Pure. */
import type { Message } from '../contract.ts'
import { excerpt } from '../words/quoted.ts'
import type { Words } from '../words/en.ts'

/** So many are quoted, each so far. */
const mostLines = 10
const mostChars = 120

export function missedText(messages: readonly Message[], { away, format }: Words): string {
  const lines = messages
    .slice(0, mostLines)
    .map(({ at, text }) => `- ${format.entry(format.moment(at), excerpt(text, mostChars) || away.file)}`)
  const more = messages.length - mostLines
  const rest = more > 0 ? [`- ${away.more(more)}`] : []
  return [`${away.arrived(messages.length)}\n`, ...lines, ...rest].join('\n')
}
