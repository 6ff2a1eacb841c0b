/** Card JSON 2.0, as much of it as a bot of ours may use; what is not documented is refused. */
import { z } from 'zod'
import { Refusal } from './endpoint.ts'

const elementId = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_]{0,19}$/)
  .optional()
const plainText = z.strictObject({ tag: z.literal('plain_text'), content: z.string() })
const shortText = z.strictObject({ tag: z.literal('plain_text'), content: z.string().max(100) })
const textObject = z.union([
  plainText,
  z.strictObject({ tag: z.enum(['lark_md', 'markdown']), content: z.string() }),
])
const textSize = z.enum(['normal', 'notation', 'heading', 'heading-1', 'heading-2', 'heading-3', 'heading-4'])

const markdown = z.strictObject({
  tag: z.literal('markdown'),
  element_id: elementId,
  content: z.string(),
  text_size: textSize.optional(),
  text_align: z.enum(['left', 'center', 'right']).optional(),
})
const hr = z.strictObject({ tag: z.literal('hr'), element_id: elementId })
const image = z.strictObject({
  tag: z.literal('img'),
  element_id: elementId,
  img_key: z.string().startsWith('img_'),
  alt: plainText,
})
const table = z.strictObject({
  tag: z.literal('table'),
  element_id: elementId,
  page_size: z.int().min(1).max(10).optional(),
  row_height: z.enum(['low', 'middle', 'high', 'auto']).optional(),
  header_style: z.strictObject({ bold: z.boolean().optional(), lines: z.int().min(1).optional() }).optional(),
  columns: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        display_name: z.string(),
        data_type: z.enum(['text', 'lark_md', 'markdown', 'number', 'options', 'persons', 'date']),
        width: z.string().optional(),
        horizontal_align: z.enum(['left', 'center', 'right']).optional(),
      }),
    )
    .min(1)
    .max(50),
  rows: z.array(z.record(z.string(), z.string())),
})
const button = z.strictObject({
  tag: z.literal('button'),
  element_id: elementId,
  text: shortText,
  type: z.enum(['default', 'primary', 'danger', 'text', 'primary_filled', 'danger_filled']).optional(),
  size: z.enum(['tiny', 'small', 'medium', 'large']).optional(),
  name: z.string().max(100).optional(),
  form_action_type: z.enum(['submit', 'reset']).optional(),
  behaviors: z
    .array(z.strictObject({ type: z.literal('callback'), value: z.record(z.string(), z.unknown()) }))
    .optional(),
})
const input = z.strictObject({
  tag: z.literal('input'),
  element_id: elementId,
  name: z.string().min(1).max(100),
  placeholder: shortText.optional(),
  required: z.boolean().optional(),
  input_type: z.enum(['text', 'multiline_text', 'password']).optional(),
  rows: z.int().optional(),
  max_length: z.int().min(1).max(1000).optional(),
  width: z.enum(['default', 'fill']).optional(),
})
const multiSelect = z.strictObject({
  tag: z.literal('multi_select_static'),
  element_id: elementId,
  name: z.string().min(1),
  placeholder: shortText.optional(),
  required: z.boolean().optional(),
  width: z.enum(['default', 'fill']).optional(),
  options: z.array(z.strictObject({ text: plainText, value: z.string() })).min(1),
})

const div = z.strictObject({
  tag: z.literal('div'),
  element_id: elementId,
  text: z.strictObject({
    tag: z.enum(['plain_text', 'lark_md']),
    content: z.string(),
    text_size: textSize.optional(),
    lines: z.int().min(1).optional(),
  }),
})

/** Tables and forms stand in the card itself, in nothing else. */
const leaf = [markdown, div, hr, image, button, input, multiSelect] as const
const column = z.strictObject({
  tag: z.literal('column'),
  width: z.enum(['auto', 'weighted']).optional(),
  weight: z.int().optional(),
  elements: z.array(z.discriminatedUnion('tag', leaf)),
})
const columnSet = z.strictObject({
  tag: z.literal('column_set'),
  element_id: elementId,
  flex_mode: z.enum(['none', 'stretch', 'flow', 'bisect', 'trisect']).optional(),
  horizontal_spacing: z.string().optional(),
  columns: z.array(column).min(1),
})
const form = z.strictObject({
  tag: z.literal('form'),
  element_id: elementId,
  name: z.string().min(1),
  elements: z.array(z.discriminatedUnion('tag', [...leaf, columnSet])).min(1),
})
const panel = z.strictObject({
  tag: z.literal('collapsible_panel'),
  element_id: elementId,
  expanded: z.boolean().optional(),
  header: z.strictObject({ title: textObject }),
  elements: z.array(z.discriminatedUnion('tag', [...leaf, columnSet])),
})
export const Element = z.discriminatedUnion('tag', [...leaf, table, columnSet, form, panel])
export type Element = z.infer<typeof Element>

const timing = z.strictObject({ default: z.int() })
export const Config = z.strictObject({
  streaming_mode: z.boolean().optional(),
  streaming_config: z
    .strictObject({
      print_frequency_ms: timing.optional(),
      print_step: timing.optional(),
      print_strategy: z.enum(['fast', 'delay']).optional(),
    })
    .optional(),
  summary: z.strictObject({ content: z.string() }).optional(),
  update_multi: z.literal(true).optional(),
  enable_forward: z.boolean().optional(),
  width_mode: z.enum(['default', 'compact', 'fill']).optional(),
})

export const CardJson = z.strictObject({
  schema: z.literal('2.0'),
  config: Config.optional(),
  header: z
    .strictObject({
      title: plainText,
      template: z.enum(['blue', 'green', 'red', 'orange', 'grey', 'yellow', 'default']).optional(),
    })
    .optional(),
  body: z.strictObject({ elements: z.array(Element) }),
})
export type CardJson = z.infer<typeof CardJson>

const mostBytes = 30 * 1024
const mostElements = 200
const mostTables = 3

/** What stands in a card, in order, containers before what is in them. */
export function elementsOf(card: CardJson): readonly Part[] {
  return card.body.elements.flatMap(within)
}
type Part = Element | z.infer<typeof column>

function within(element: Part): readonly Part[] {
  const inner: readonly Part[] =
    element.tag === 'column_set' ? element.columns : 'elements' in element ? element.elements : []
  return [element, ...inner.flatMap(within)]
}

/** Throws {@link Refusal} where a card is beyond what can be shown. */
export function checkCard(card: CardJson): void {
  const parts = elementsOf(card)
  const ids = parts.flatMap((part) =>
    'element_id' in part && part.element_id !== undefined ? [part.element_id] : [],
  )
  const texts = parts.flatMap((part) => (part.tag === 'markdown' ? [part.content] : []))
  const tables =
    parts.filter(({ tag }) => tag === 'table').length + texts.reduce((sum, text) => sum + tablesIn(text), 0)
  const names = parts.flatMap((part) => ('name' in part && part.name !== undefined ? [part.name] : []))
  const inForms = new Set(parts.flatMap((part) => (part.tag === 'form' ? part.elements.flatMap(within) : [])))
  if (Buffer.byteLength(JSON.stringify(card)) > mostBytes) throw unshown(200860, 'card exceeds the limit')
  if (parts.length > mostElements) throw new Refusal(300305, 'element exceeds the limit')
  if (new Set(ids).size < ids.length) throw unshown(300301, 'element_id is not unique')
  if (new Set(names).size < names.length) throw unshown(200621, 'name is not unique')
  if (parts.some((part) => part.tag === 'button' && inForms.has(part) && part.name === undefined))
    throw unshown(200621, 'a button of a form has a name')
  if (tables > mostTables) throw unshown(11310, 'card table number over limit')
  if (texts.some((text) => /!\[[^\]]*\]\((?!img_)/.test(proseOf(text))))
    throw unshown(11246, 'invalid image key')
  if (
    parts.some((part) => (part.tag === 'input' || part.tag === 'multi_select_static') && !inForms.has(part))
  ) {
    throw unshown(200621, 'what is filled in belongs into a form')
  }
}

function unshown(inner: number, message: string): Refusal {
  return new Refusal(230099, `Failed to create card content, ext=ErrCode: ${inner}; ErrMsg: ${message};`)
}

/** Tables outside of code. */
function tablesIn(text: string): number {
  return proseOf(text).match(/^ {0,3}\|?[ :-]*-[ :-]*\|[ |:-]*$/gm)?.length ?? 0
}

/** Without blocks of code. */
function proseOf(text: string): string {
  return text.replaceAll(/^ {0,3}(```+|~~~+)[^]*?(?:^ {0,3}\1|(?![^]))/gm, '')
}

/** What a client asks for before it sends a form; undefined: all is there. */
export function missingIn(
  card: CardJson,
  button: object,
  given: Readonly<Record<string, unknown>>,
): string | undefined {
  const form = card.body.elements.find(
    (element) => element.tag === 'form' && within(element).some((part) => part === button),
  )
  const fields = form === undefined ? [] : within(form)
  const wanted = fields.find(
    (part) =>
      (part.tag === 'multi_select_static' &&
        part.required !== false &&
        [given[part.name] ?? []].flat().length === 0) ||
      (part.tag === 'input' && part.required === true && (given[part.name] ?? '') === ''),
  )
  return wanted !== undefined && 'name' in wanted ? wanted.name : undefined
}

/** As a person reads it. */
export function cardText(card: CardJson): string {
  const head = card.header === undefined ? [] : [card.header.title.content]
  return [...head, ...elementsOf(card).flatMap(textOf)].join('\n')
}

function textOf(part: Part): string[] {
  if (part.tag === 'markdown') return [part.content]
  if (part.tag === 'div') return [part.text.content]
  if (part.tag === 'button') return [`[${part.text.content}]`]
  if (part.tag === 'collapsible_panel') return [part.header.title.content]
  if (part.tag === 'multi_select_static') return part.options.map(({ text }) => `( ) ${text.content}`)
  if (part.tag !== 'table') return []
  const heads = part.columns.map(({ display_name: name }) => name).join(' | ')
  return [heads, ...part.rows.map((row) => part.columns.map(({ name }) => row[name] ?? '').join(' | '))]
}
