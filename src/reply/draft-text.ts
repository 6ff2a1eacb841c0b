/** A turn's view as the Markdown of one message: its text, and under it what is going on. Pure. */
import type { ToolView, TurnView } from '../contract.ts'
import { latest } from './markdown/close.ts'
import type { Measure } from './split.ts'

const longestTitle = 80
const mostTools = 3
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** At most `limit` by `measure`; empty while there is nothing to show. */
export function draftText(view: TurnView, limit: number, measure: Measure): string {
  const below = footer(view)
  const gap = below === '' ? '' : '\n\n'
  if (view.markdown.trim() === '') return measure(below) <= limit ? below : ''
  const text = latest(view.markdown, limit - measure(gap + below), measure)
  const whole = text + gap + below
  return measure(whole) <= limit ? whole : latest(view.markdown, limit, measure)
}

function footer({ tools, status }: TurnView): string {
  const running = tools.filter(({ state }) => state === 'running').slice(-mostTools)
  const lines = running.map(toolLine)
  if (status !== undefined) lines.push(`*${words(status).replaceAll(/[*\\_]/g, '')} …*`)
  return lines.join('\\\n')
}

function toolLine({ name, title }: ToolView): string {
  const what = words(title)
  return `*${name.replaceAll(/[^\w.-]/g, ' ').replaceAll('_', '\\_')}*${what === '' ? '' : ` \`${what}\``} …`
}

/** One line that cannot leave inline code. */
function words(text: string): string {
  const line = text.replaceAll('`', "'").replaceAll(/\s+/g, ' ').trim()
  const parts = Array.from(graphemes.segment(line.slice(0, longestTitle * 12)), ({ segment }) => segment)
  return parts.length > longestTitle ? `${parts.slice(0, longestTitle - 1).join('')}…` : parts.join('')
}
