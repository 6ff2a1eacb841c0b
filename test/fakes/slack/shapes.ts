/** What Slack lets through: Block Kit and streaming chunks, strict, with the limits that its documentation names. */
import { z } from 'zod'

const text = (most: number) => z.string().min(1).max(most)
const plain = (most: number) =>
  z.strictObject({ type: z.literal('plain_text'), text: text(most), emoji: z.boolean().optional() })
const mrkdwn = (most: number) =>
  z.strictObject({ type: z.literal('mrkdwn'), text: text(most), verbatim: z.boolean().optional() })
const blockId = text(255).optional()
const actionId = text(255)

const button = z.strictObject({
  type: z.literal('button'),
  action_id: actionId,
  text: plain(75),
  value: text(2000).optional(),
  style: z.enum(['primary', 'danger']).optional(),
})

const option = z.strictObject({ text: plain(75), value: text(150), description: plain(75).optional() })

const checkboxes = z.strictObject({
  type: z.literal('checkboxes'),
  action_id: actionId,
  options: z.array(option).min(1).max(10),
})

const input = z.strictObject({
  type: z.literal('plain_text_input'),
  action_id: actionId,
  multiline: z.boolean().optional(),
  max_length: z.int().max(3000).optional(),
  focus_on_load: z.boolean().optional(),
})

export const Block = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('markdown'), text: text(12_000) }),
  z.strictObject({ type: z.literal('header'), text: plain(150), block_id: blockId }),
  z.strictObject({
    type: z.literal('section'),
    text: z.union([mrkdwn(3000), plain(3000)]),
    accessory: button.optional(),
    block_id: blockId,
  }),
  z.strictObject({
    type: z.literal('context'),
    elements: z
      .array(z.union([mrkdwn(3000), plain(3000)]))
      .min(1)
      .max(10),
    block_id: blockId,
  }),
  z.strictObject({
    type: z.literal('actions'),
    elements: z
      .array(z.discriminatedUnion('type', [button, checkboxes]))
      .min(1)
      .max(25),
    block_id: blockId,
  }),
  z.strictObject({ type: z.literal('input'), block_id: blockId, label: plain(2000), element: input }),
])
export type Block = z.infer<typeof Block>

/** A press or a choice can be told apart by its ids only: Slack refuses two of the same in one message. */
const blocksOf = (most: number) =>
  z
    .array(Block)
    .max(most)
    .refine((blocks) => {
      const ids = blocks.flatMap(pressable)
      return new Set(ids.map(({ action_id: id }) => id)).size === ids.length
    }, 'action ids are not unique')
export const Blocks = blocksOf(50)

/** What can be pressed in a block. */
export function pressable(block: Block): readonly (z.infer<typeof button> | z.infer<typeof checkboxes>)[] {
  if (block.type === 'actions') return block.elements
  return block.type === 'section' && block.accessory !== undefined ? [block.accessory] : []
}

export const Chunk = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('markdown_text'), text: text(12_000) }),
  z.strictObject({
    type: z.literal('task_update'),
    id: text(255),
    title: text(255),
    status: z.enum(['pending', 'in_progress', 'complete', 'error']),
    details: text(2000).optional(),
    output: text(2000).optional(),
  }),
  z.strictObject({ type: z.literal('plan_update'), title: text(255) }),
])
export type Chunk = z.infer<typeof Chunk>

export const Metadata = z.strictObject({
  event_type: z.string().regex(/^\w{1,100}$/),
  event_payload: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
})

export const View = z.strictObject({
  type: z.literal('modal'),
  callback_id: text(255).optional(),
  title: plain(24),
  submit: plain(24).optional(),
  close: plain(24).optional(),
  private_metadata: z.string().max(3000).optional(),
  blocks: z.array(Block).max(100),
})
export type View = z.infer<typeof View>

/** The home tab takes no markdown blocks. */
export const HomeView = z.strictObject({
  type: z.literal('home'),
  private_metadata: z.string().max(3000).optional(),
  blocks: blocksOf(100).refine((blocks) => blocks.every(({ type }) => type !== 'markdown'), 'no markdown'),
})
export type HomeView = z.infer<typeof HomeView>

/** What people read of a message's blocks, with the words on its buttons. */
export function readable(blocks: readonly Block[]): string {
  return blocks.map(readBlock).join('\n')
}

function readBlock(block: Block): string {
  switch (block.type) {
    case 'markdown':
      return block.text
    case 'header':
      return block.text.text
    case 'section': {
      const label = block.accessory === undefined ? '' : ` [${block.accessory.text.text}]`
      return `${block.text.text}${label}`
    }
    case 'context':
      return block.elements.map((element) => element.text).join(' ')
    case 'input':
      return block.label.text
    case 'actions':
      return block.elements
        .flatMap((element) =>
          element.type === 'button' ? [element.text.text] : element.options.map((each) => each.text.text),
        )
        .map((label) => `[${label}]`)
        .join(' ')
  }
}
