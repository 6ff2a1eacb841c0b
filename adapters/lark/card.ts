/** Card JSON 2.0, as much of it as is used here. */

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

export interface TableElement {
  readonly tag: 'table'
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
  readonly behaviors: readonly [{ readonly type: 'callback'; readonly value: object }]
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
  readonly width: 'fill'
  readonly options: readonly { readonly text: PlainText; readonly value: string }[]
}

interface ColumnSet {
  readonly tag: 'column_set'
  readonly flex_mode: 'flow'
  readonly columns: readonly {
    readonly tag: 'column'
    readonly width: 'auto'
    readonly elements: readonly Button[]
  }[]
}

interface Form {
  readonly tag: 'form'
  readonly name: string
  readonly elements: readonly (Input | MultiSelect | ColumnSet)[]
}

export interface Panel {
  readonly tag: 'collapsible_panel'
  readonly element_id: string
  readonly expanded: boolean
  readonly header: { readonly title: PlainText }
  readonly elements: readonly MarkdownElement[]
}

export type Element = MarkdownElement | TableElement | Button | ColumnSet | Form | Panel
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

export function buttonRow(buttons: readonly Button[]): ColumnSet {
  const columns = buttons.map((button) => ({ tag: 'column', width: 'auto', elements: [button] }) as const)
  return { tag: 'column_set', flex_mode: 'flow', columns }
}
