/** What a bot may send as a message of which type. */
import { z } from 'zod'
import { cardIn } from './cards.ts'
import { Refusal } from './endpoint.ts'
import type { FakeLark } from './lark.ts'

const text = z.strictObject({ text: z.string().min(1) })
const image = z.strictObject({ image_key: z.string().startsWith('img_') })
const file = z.strictObject({ file_key: z.string().startsWith('file_') })
const media = z.strictObject({ file_key: z.string().startsWith('file_'), image_key: z.string().optional() })
const part = z.union([
  z.strictObject({ tag: z.literal('text'), text: z.string() }),
  z.strictObject({ tag: z.literal('a'), text: z.string(), href: z.string() }),
])
/** Markdown and pictures are paragraphs of their own. */
const alone = z.union([
  z.strictObject({ tag: z.literal('md'), text: z.string().min(1) }),
  z.strictObject({ tag: z.literal('img'), image_key: z.string().startsWith('img_') }),
])
const paragraph = z.union([z.tuple([alone]), z.array(part)])
const post = z.partialRecord(
  z.enum(['zh_cn', 'en_us']),
  z.strictObject({ title: z.string().optional(), content: z.array(paragraph).min(1) }),
)
const entity = z.strictObject({ type: z.literal('card'), data: z.strictObject({ card_id: z.string() }) })

const shapes: Readonly<Record<string, { shape: z.ZodType; most: number }>> = {
  text: { shape: text, most: 150 * 1024 },
  post: { shape: post, most: 30 * 1024 },
  image: { shape: image, most: 1024 },
  file: { shape: file, most: 1024 },
  audio: { shape: file, most: 1024 },
  media: { shape: media, most: 1024 },
}

/** The content as it is kept. Throws {@link Refusal}. */
export function stored(type: string, content: string, lark: FakeLark): string {
  if (type === 'interactive') {
    if (entityId(content) === undefined) cardIn(content, lark.tenant.files)
    return content
  }
  const known = shapes[type]
  if (known === undefined) throw new Refusal(230001, `invalid msg_type ${type}`)
  if (Buffer.byteLength(content) > known.most)
    throw new Refusal(230025, 'The length of the message content reaches its limit.')
  const parsed = known.shape.safeParse(parse(content))
  if (!parsed.success)
    throw new Refusal(230001, `invalid message content: ${parsed.error.issues[0]?.message}`)
  const key = z
    .object({ image_key: z.string().optional(), file_key: z.string().optional() })
    .safeParse(parsed.data)
  const uploaded = key.data?.file_key ?? key.data?.image_key
  const held = uploaded === undefined ? undefined : lark.tenant.files.get(uploaded)
  if (uploaded !== undefined && held === undefined)
    throw new Refusal(230055, 'The file is not one of the bot')
  return held === undefined ? content : JSON.stringify({ ...Object(parsed.data), file_name: held.name })
}

/** The card entity that a message is to show; undefined: its content is the card itself. */
export function entityId(content: string): string | undefined {
  return entity.safeParse(parse(content)).data?.data.card_id
}

function parse(content: string): unknown {
  try {
    return JSON.parse(content) as unknown
  } catch {
    return undefined
  }
}
