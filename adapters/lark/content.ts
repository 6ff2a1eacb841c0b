/** Messages of every type as text and files: one small converter each, and one for what is not known. Pure. */
import { z } from 'zod'
import type { Attachment } from '../../src/contract.ts'

/** A message as people see it; mentions are still placeholders. */
export interface Content {
  readonly text: string
  readonly attachments: readonly Attachment[]
}

/** `message`: its id, through which its files are fetched. */
type Convert = (content: unknown, message: string) => Content

const key = z.string().regex(/^[\w-]+$/)
const Text = z.object({ text: z.string() })
const Image = z.object({ image_key: key })
const File = z.object({ file_key: key, file_name: z.string().nullish() })
const Part = z.object({
  tag: z.string(),
  text: z.string().optional(),
  href: z.string().optional(),
  user_id: z.string().optional(),
  image_key: key.optional(),
  file_key: key.optional(),
  language: z.string().optional(),
  emoji_type: z.string().optional(),
})
type Part = z.infer<typeof Part>
const Post = z.object({ title: z.string().default(''), content: z.array(z.array(Part)) })
const Place = z.object({ name: z.string().default(''), longitude: z.string(), latitude: z.string() })
const Shared = z.object({ chat_id: z.string().optional(), user_id: z.string().optional() })

/** Deeper than any card: whoever sends such a thing means no good. */
const deepest = 40
/** Under what names texts stand. */
const texts: ReadonlySet<string> = new Set(['text', 'content', 'title', 'topic', 'summary'])

const converters: Readonly<Record<string, Convert>> = {
  text: (content) => said(Text.parse(content).text),
  post: (content, message) => ({
    text: postText(Post.parse(content)),
    attachments: postFiles(Post.parse(content), message),
  }),
  image: (content, message) => file(message, Image.parse(content).image_key, 'image', 'image.png'),
  file: (content, message) => named(content, message, 'file'),
  audio: (content, message) => named(content, message, 'audio.opus'),
  media: (content, message) => named(content, message, 'video.mp4'),
  folder: (content) => said(`[folder ${File.parse(content).file_name ?? ''}]`),
  location: (content) => {
    const { name, latitude, longitude } = Place.parse(content)
    return said(`[place ${name} ${latitude},${longitude}]`)
  },
  share_chat: (content) => said(`[chat ${Shared.parse(content).chat_id ?? ''}]`),
  share_user: (content) => said(`[person ${Shared.parse(content).user_id ?? ''}]`),
  merge_forward: () => said('[forwarded messages]'),
  interactive: (content) => said(textsIn(content).join('\n') || '[card]'),
}

/**
 * What has no converter (stickers, tasks, votes, calls, calendars, whatever is new), or is not as documented, becomes a word
 * for its type, with the texts in it: nothing that somebody sent is passed over in silence.
 */
export function contentOf(type: string, json: string, message: string): Content {
  const content = parsed(json)
  const convert = Object.hasOwn(converters, type) ? converters[type] : undefined
  try {
    if (convert !== undefined) return convert(content, message)
  } catch {
    // Told below.
  }
  return said([`[${type.replaceAll(/[^\w ]/g, '')}]`, ...textsIn(content)].join(' '))
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

function said(text: string): Content {
  return { text, attachments: [] }
}

function named(content: unknown, message: string, fallback: string): Content {
  const { file_key: id, file_name: name } = File.parse(content)
  return file(message, id, 'file', name ?? fallback)
}

function file(message: string, id: string, type: 'image' | 'file', name: string): Content {
  return { text: '', attachments: [{ id: `${type}:${message}:${id}`, name }] }
}

function postText({ title, content }: z.infer<typeof Post>): string {
  const lines = content.map((parts) => parts.map(partText).join(''))
  return [...(title === '' ? [] : [`# ${title}`, '']), ...lines].join('\n').trim()
}

function partText({ tag, text = '', href, user_id: user, language, emoji_type: emoji }: Part): string {
  if (tag === 'a') return href === undefined || href === text ? text : `${text} (${href})`
  // A placeholder, as in texts.
  if (tag === 'at') return user ?? ''
  if (tag === 'emotion') return `:${emoji ?? ''}:`
  if (tag === 'code_block') return `\n\`\`\`${language?.toLowerCase() ?? ''}\n${text.trimEnd()}\n\`\`\`\n`
  if (tag === 'hr') return '\n---\n'
  return text
}

function postFiles({ content }: z.infer<typeof Post>, message: string): Attachment[] {
  return content.flat().flatMap(({ tag, image_key: image, file_key: id }) => {
    if (tag === 'img' && image !== undefined) return file(message, image, 'image', 'image.png').attachments
    if (tag === 'media' && id !== undefined) return file(message, id, 'file', 'video.mp4').attachments
    return []
  })
}

/** All texts of a card, or of what else people send, however it is built. */
function textsIn(value: unknown, depth = 0): string[] {
  if (typeof value !== 'object' || value === null || depth > deepest) return []
  if (Array.isArray(value)) return value.flatMap((inner) => textsIn(inner, depth + 1))
  return Object.entries(value).flatMap(([name, inner]) =>
    texts.has(name) && typeof inner === 'string' && inner !== '' ? [inner] : textsIn(inner, depth + 1),
  )
}
