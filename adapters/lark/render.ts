/** Replies as Feishu's cards. Pure. All that others wrote passes through `harmless` or stands as plain text. */
import type { PageButton, TextReply } from '../../src/contract.ts'
import { placeOf } from './answers.ts'
import {
  type Button,
  button,
  buttonRow,
  type CardJson,
  type Element,
  type MarkdownElement,
  type TableElement,
} from './card.ts'
import { type Block, blocksOf, cellsOf, delimiterRow, harmless, line, type PictureKeys } from './text.ts'
import type { Words } from './words.ts'

/** A card takes 30 KB; some is left for what is around the text. */
const mostBytes = 29_000
/** Documented are five; seen refused are more than three. */
const mostTables = 3
const mostColumns = 20
const longestSummary = 120
/** What a cell costs as a component beyond its text, in bytes. */
const cellBytes = 12
/** The longest text of one card, by `measure`: a card takes 30 KB, and some is left for tools, buttons and the footer. */
export const mostText = 22_000

/** Length as Feishu counts it: bytes of the card's JSON; or the card's share that so many tables take, if that is more. */
export function measure(markdown: string): number {
  return Math.max(measureText(markdown), Math.floor((tablesIn(markdown) * mostText) / mostTables))
}

/** The same, of what is shown without components. */
export function measureText(markdown: string): number {
  const text = harmless(markdown)
  const cells = text.length - text.replaceAll('|', '').length
  return Buffer.byteLength(JSON.stringify(text)) - 2 + cells * cellBytes
}

/** Those that become components. */
function tablesIn(markdown: string): number {
  if (!delimiterRow.test(markdown)) return 0
  return blocksOf(markdown).filter(({ kind, lines: [head = ''] }) => kind === 'table' && fits(head)).length
}

type Text = Pick<TextReply, 'markdown' | 'tone' | 'figures' | 'buttons'>

/** `pictures`: those that can be shown. */
export function textCard(
  { markdown, tone, figures, buttons = [] }: Text,
  words: Words,
  pictures?: PictureKeys,
): CardJson {
  const shown = tone === 'error' ? warned(markdown) : markdown
  const footer = figures === undefined ? [] : [small(figuresText(figures, words))]
  const offered = buttons.length === 0 ? [] : [buttonRow(buttons.map(commandButton))]
  return card(shown, (tables) => [...elementsOf(shown, tables, pictures), ...footer, ...offered])
}

/** With a sign: before a word on its line; before anything else, which may be the begin of code or a table, on its own. */
export function warned(markdown: string): string {
  return `${/^[\p{L}\p{N}]/u.test(markdown) ? '⚠️ ' : '⚠️\n\n'}${markdown}`
}

/** A card of these elements; with tables as components as long as there is room for them. */
export function card(summary: string, elements: (tables: number) => readonly Element[]): CardJson {
  const made = (tables: number): CardJson => ({
    schema: '2.0',
    config: { update_multi: true, summary: { content: line(summary.slice(0, 1000), longestSummary) } },
    body: { elements: elements(tables) },
  })
  const rich = made(mostTables)
  return Buffer.byteLength(JSON.stringify(rich)) > mostBytes ? made(0) : rich
}

/** `tables`: so many are shown as such, the rest as they were written. */
export function elementsOf(markdown: string, tables: number, pictures?: PictureKeys): Element[] {
  let left = tables
  const elements: Element[] = []
  let text: string[] = []
  const flush = (): void => {
    const content = text.join('\n')
    if (content.trim() !== '') elements.push({ tag: 'markdown', content })
    text = []
  }
  for (const block of blocksOf(markdown, pictures)) {
    const table = block.kind === 'table' && left > 0 ? tableElement(block) : undefined
    if (table === undefined) text.push(...asWritten(block))
    else {
      flush()
      elements.push(table)
      left -= 1
    }
  }
  flush()
  // Feishu refuses a card of nothing.
  return elements.length === 0 ? [{ tag: 'markdown', content: '…' }] : elements
}

/** Text without components: of a streamed element, or of a message that is no card. */
export function streamText(markdown: string): string {
  return blocksOf(markdown).flatMap(asWritten).join('\n')
}

/** Tables beyond those that a card takes stand as they were written, so that Feishu does not count them. */
function asWritten({ kind, lines }: Block): readonly string[] {
  return kind === 'text' ? lines : ['```', ...lines, '```']
}

function tableElement({ lines }: Block): TableElement | undefined {
  const [head = '', delimiter = '', ...rows] = lines
  const heads = cellsOf(head)
  if (!fits(head)) return undefined
  const aligns = cellsOf(delimiter).map(alignOf)
  return {
    tag: 'table',
    page_size: 10,
    row_height: 'auto',
    header_style: { bold: true },
    columns: heads.map((display_name, index) => ({
      name: `c${index}`,
      display_name,
      data_type: 'markdown',
      width: 'auto',
      ...aligns[index],
    })),
    // Cells beyond the head are not shown by anybody who shows tables.
    rows: rows.map((row) =>
      Object.fromEntries(
        cellsOf(row)
          .slice(0, heads.length)
          .map((cell, index) => [`c${index}`, cell]),
      ),
    ),
  }
}

function fits(head: string): boolean {
  return cellsOf(head).length <= mostColumns
}

function alignOf(cell: string): { horizontal_align?: 'center' | 'right' } {
  if (!cell.endsWith(':')) return {}
  return { horizontal_align: cell.startsWith(':') ? 'center' : 'right' }
}

export function figuresText(
  { costUsd, durationMs }: NonNullable<TextReply['figures']>,
  words: Words,
): string {
  return `$${costUsd.toFixed(costUsd < 0.1 ? 4 : 2)} · ${words.seconds((durationMs / 1000).toFixed(1))}`
}

export function small(content: string): MarkdownElement {
  return { tag: 'markdown', content, text_size: 'notation' }
}

/** Says something, as if whoever presses had typed it. */
export function commandButton({ label, style, says, address }: PageButton): Button {
  return button({ label, style }, { say: says, place: placeOf(address) })
}
