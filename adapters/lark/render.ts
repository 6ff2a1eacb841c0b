/** Replies as Feishu's cards. Pure. All that others wrote passes through `harmless` or stands as plain text. */
import type { Choice, PromptReply, TextReply } from '../../src/contract.ts'
import { type ButtonValue, fields, type Place } from './answers.ts'
import {
  type Button,
  buttonRow,
  type CardJson,
  type Element,
  type FormElement,
  type MarkdownElement,
  plain,
  type TableElement,
} from './card.ts'
import { type Block, blocksOf, cellsOf, delimiterRow, harmless, line } from './text.ts'
import type { Words } from './words.ts'

/** A card takes 30 KB; some is left for what is around the text. */
const mostBytes = 29_000
/** Documented are five; seen refused are more than three. */
const mostTables = 3
const mostColumns = 20
const longestLabel = 60
const longestTitle = 200
const longestSummary = 120
/** What Feishu takes in one field of a form. */
const longestWords = 1000
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

export function textCard(reply: Pick<TextReply, 'markdown' | 'tone' | 'figures'>, words: Words): CardJson {
  const { markdown, tone, figures } = reply
  const shown = tone === 'error' ? warned(markdown) : markdown
  const footer = figures === undefined ? [] : [small(figuresText(figures, words))]
  return card(shown, (tables) => [...elementsOf(shown, tables), ...footer])
}

/** With a sign: before a word on its line; before anything else, which may be the begin of code or a table, on its own. */
export function warned(markdown: string): string {
  return `${/^[\p{L}\p{N}]/u.test(markdown) ? '⚠️ ' : '⚠️\n\n'}${markdown}`
}

export function promptCard(prompt: PromptReply, place: Place, words: Words): CardJson {
  const { title, markdown, settled } = prompt
  const below = settled === undefined ? choiceElements(prompt, place, words) : [settledLine(settled)]
  const made = card(`${title}\n${markdown}`, (tables) => [...elementsOf(markdown, tables), ...below])
  const template = settled === undefined ? 'blue' : 'grey'
  return { ...made, header: { title: plain(line(title, longestTitle)), template } }
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
function elementsOf(markdown: string, tables: number): Element[] {
  let left = tables
  const elements: Element[] = []
  let text: string[] = []
  const flush = (): void => {
    const content = text.join('\n')
    if (content.trim() !== '') elements.push({ tag: 'markdown', content })
    text = []
  }
  for (const block of blocksOf(markdown)) {
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

function small(content: string): MarkdownElement {
  return { tag: 'markdown', content, text_size: 'notation' }
}

function settledLine({ label, by, at }: NonNullable<PromptReply['settled']>): MarkdownElement {
  const open = /^lark:(ou_\w+)$/.exec(by ?? '')?.[1]
  // A person's card pings nobody, a mention would.
  const who =
    open === undefined
      ? harmless(by ?? '')
      : `<person id='${open}' show_name=true show_avatar=false></person>`
  // Each reader sees the time of their own zone.
  const when = `<local_datetime millisecond='${Math.floor(at)}' format_type='date_num'></local_datetime>`
  return small([`**${line(label, 200)}**`, who, when].filter((part) => part !== '').join(' · '))
}

function choiceElements(prompt: PromptReply, place: Place, words: Words): Element[] {
  const { choices, multiple, ownText } = prompt
  const typed = multiple === true ? [] : choices.filter(({ text }) => text === true)
  const plainOnes = multiple === true ? [] : choices.filter(({ text }) => text !== true)
  const buttons = plainOnes.map((choice) =>
    choiceButton(choice, { prompt: prompt.prompt, choice: choice.id, place }),
  )
  const rows: Element[] = buttons.length === 0 ? [] : [buttonRow(buttons)]
  const filled = multiple === true || ownText === true || typed.length > 0
  return filled
    ? [...rows, { tag: 'form', name: 'form', elements: formElements(prompt, typed, place, words) }]
    : rows
}

function formElements(
  prompt: PromptReply,
  typed: readonly Choice[],
  place: Place,
  words: Words,
): FormElement[] {
  const { choices, multiple, ownText } = prompt
  const elements: FormElement[] = []
  if (multiple === true) {
    const options = choices.map(({ id, label }) => ({ text: plain(line(label, longestLabel)), value: id }))
    elements.push({
      tag: 'multi_select_static',
      name: fields.picks,
      placeholder: plain(words.choose),
      width: 'fill',
      options,
    })
  }
  if (ownText === true || typed.length > 0) {
    elements.push({
      tag: 'input',
      name: fields.words,
      placeholder: plain(words.ownTextHint),
      input_type: 'multiline_text',
      rows: 2,
      max_length: longestWords,
      width: 'fill',
    })
  }
  const value = { prompt: prompt.prompt, form: true, place }
  const buttons = typed.map((choice) =>
    submit(choiceButton(choice, { ...value, choice: choice.id }), choice.id),
  )
  if (multiple === true || ownText === true) {
    const label = multiple === true ? words.submit : words.ownText
    buttons.push(submit(choiceButton({ id: '', label, style: 'primary' }, value), 'submit'))
  }
  return [...elements, buttonRow(buttons)]
}

function submit(button: Button, name: string): Button {
  return { ...button, name: `b_${name.replaceAll(/\W/g, '_')}`.slice(0, 100), form_action_type: 'submit' }
}

function choiceButton({ label, style }: Choice, value: ButtonValue): Button {
  return {
    tag: 'button',
    text: plain(line(label, longestLabel)),
    type: style ?? 'default',
    behaviors: [{ type: 'callback', value }],
  }
}
