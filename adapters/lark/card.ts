/** Card JSON 2.0, as much of it as is used here. */
import type { ButtonValue } from './answers.ts'
import { line } from './text.ts'

export const longestLabel = 60

interface PlainText {
  readonly tag: 'plain_text'
  readonly content: string
}

export interface MarkdownElement {
  readonly tag: 'markdown'
  readonly element_id?: string
  readonly content: string
  readonly text_size?: 'notation'
}

/** Text in which nothing is markup. */
interface PlainElement {
  readonly tag: 'div'
  readonly element_id?: string
  readonly text: PlainText
}

export interface TableElement {
  readonly tag: 'table'
  readonly element_id?: string
  readonly page_size: number
  readonly row_height: 'auto' | 'low'
  readonly header_style: { readonly bold: boolean }
  readonly columns: readonly {
    readonly name: string
    readonly display_name: string
    readonly data_type: 'markdown'
    readonly width: 'auto'
    readonly horizontal_align?: 'left' | 'center' | 'right'
  }[]
  readonly rows: readonly Readonly<Record<string, string>>[]
}

export interface Button {
  readonly tag: 'button'
  readonly element_id?: string
  readonly text: PlainText
  readonly type: 'default' | 'primary' | 'danger'
  readonly name?: string
  readonly form_action_type?: 'submit'
  readonly behaviors: readonly [{ readonly type: 'callback'; readonly value: ButtonValue }]
}

interface Input {
  readonly tag: 'input'
  readonly name: string
  readonly placeholder: PlainText
  readonly input_type: 'multiline_text'
  readonly rows: number
  readonly max_length: number
  readonly width: 'fill'
}

interface MultiSelect {
  readonly tag: 'multi_select_static'
  readonly name: string
  readonly placeholder: PlainText
  readonly required: false
  readonly width: 'fill'
  readonly options: readonly { readonly text: PlainText; readonly value: string }[]
}

interface ColumnSet {
  readonly tag: 'column_set'
  readonly element_id?: string
  readonly flex_mode: 'flow'
  readonly columns: readonly {
    readonly tag: 'column'
    readonly width: 'auto'
    readonly elements: readonly Button[]
  }[]
}

interface Form {
  readonly tag: 'form'
  readonly element_id?: string
  readonly name: string
  readonly elements: readonly (Input | MultiSelect | ColumnSet)[]
}

export interface Panel {
  readonly tag: 'collapsible_panel'
  readonly element_id: string
  readonly expanded: boolean
  readonly header: { readonly title: PlainText }
  readonly elements: readonly (MarkdownElement | PlainElement)[]
}

export type Element = MarkdownElement | PlainElement | TableElement | Button | ColumnSet | Form | Panel
export type FormElement = Form['elements'][number]

export interface CardJson {
  readonly schema: '2.0'
  readonly config: {
    readonly update_multi: true
    readonly streaming_mode?: boolean
    readonly summary: { readonly content: string }
  }
  readonly header?: { readonly title: PlainText; readonly template: 'blue' | 'grey' }
  readonly body: { readonly elements: readonly Element[] }
}

export function plain(content: string): PlainText {
  return { tag: 'plain_text', content }
}

/** `value`: what comes back when it is pressed. */
export function button(
  { label, style = 'default' }: { label: string; style?: 'primary' | 'danger' | 'default' | undefined },
  value: ButtonValue,
): Button {
  const behaviors = [{ type: 'callback', value }] as const
  return { tag: 'button', text: plain(line(label, longestLabel)), type: style, behaviors }
}

/** `id`: what it goes by when it is to be taken out of a card. */
export function buttonRow(buttons: readonly Button[], id?: string): ColumnSet {
  const columns = buttons.map((button) => ({ tag: 'column', width: 'auto', elements: [button] }) as const)
  return { tag: 'column_set', ...(id !== undefined && { element_id: id }), flex_mode: 'flow', columns }
}

/** The same card with a name by which it is found again: that of the first element which has none. */
export function marked(card: CardJson, mark: string): CardJson {
  const { elements } = card.body
  const nameless = elements.find((element) => element.element_id === undefined)
  const named = elements.map((each) => (each === nameless ? { ...each, element_id: mark } : each))
  return { ...card, body: { elements: named } }
}

/** The same card in a form of which no markup can be refused: for a card that Feishu did not take. */
export function plainly(card: CardJson): CardJson {
  return { ...card, body: { elements: card.body.elements.map(plainElement) } }
}

function plainElement(element: Element): Element {
  if (element.tag === 'markdown') return asPlain(element)
  if (element.tag === 'collapsible_panel') return { ...element, elements: element.elements.map(asPlain) }
  if (element.tag !== 'table') return element
  const heads = element.columns.map(({ display_name: name }) => name)
  const rows = element.rows.map((row) => element.columns.map(({ name }) => row[name] ?? ''))
  const lines = [heads, ...rows].map((cells) => cells.join(' | '))
  return { tag: 'div', ...idOf(element), text: plain(lines.join('\n')) }
}

function asPlain(element: MarkdownElement | PlainElement): PlainElement {
  return element.tag === 'div' ? element : { tag: 'div', ...idOf(element), text: plain(element.content) }
}

function idOf({ element_id: id }: Element): { readonly element_id?: string } {
  return id === undefined ? {} : { element_id: id }
}
