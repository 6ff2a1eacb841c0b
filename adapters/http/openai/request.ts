/** A request of OpenAI's chat completions -> what is new in it, and what was said before. Pure. */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { Problem } from '../problems.ts'

const Part = z.union([
  z.looseObject({ type: z.literal('text'), text: z.string() }),
  z.looseObject({ type: z.literal('refusal'), refusal: z.string() }),
  z.looseObject({ type: z.literal('image_url'), image_url: z.looseObject({ url: z.string() }) }),
  z.looseObject({
    type: z.literal('file'),
    file: z.looseObject({ file_data: z.string(), filename: z.string().max(200).nullish() }),
  }),
])

const Message = z.looseObject({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool', 'function']),
  content: z.union([z.string(), z.array(Part)]).nullish(),
})

/** What is not named here is taken and has no effect: clients send much (`temperature`, `user`, `metadata`). */
export const CompletionRequest = z.looseObject({
  model: z.string().min(1).max(120),
  messages: z.array(Message).min(1),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  n: z.literal(1, 'only one answer is given').nullish(),
  tools: z
    .array(z.unknown())
    .max(0, 'tools of the caller cannot be called: Claude uses its own here')
    .nullish(),
  response_format: z
    .looseObject({ type: z.literal('text', 'only text is answered: ask for JSON in words') })
    .nullish(),
})
export type CompletionRequest = z.infer<typeof CompletionRequest>

interface SentFile {
  readonly name: string
  readonly content: Buffer
}

export interface Line {
  readonly by: 'user' | 'assistant'
  readonly said: string
  /** Tells files that came with it from others. */
  readonly files: string
}

export interface Saying {
  readonly system: string | undefined
  /** Up to Claude's last words. */
  readonly earlier: readonly Line[]
  /** What was said since. */
  readonly fresh: readonly Line[]
  readonly text: string
  readonly files: readonly SentFile[]
}

type SentMessage = z.infer<typeof Message>

/** It becomes an argument of a command, which cannot be longer. */
const mostSystemBytes = 100_000

/** Throws {@link Problem} 400. */
export function readSaying({ messages }: CompletionRequest): Saying {
  const system = messages.filter(isSystem).map(textOf).join('\n\n')
  if (Buffer.byteLength(system) > mostSystemBytes)
    throw wrong('messages', `the system prompt is longer than ${mostSystemBytes} bytes`)
  if (system.includes('\0')) throw wrong('messages', 'the system prompt has a character NUL in it')
  const said = messages.filter((message) => !isSystem(message))
  const since = said.findLastIndex(({ role }) => role === 'assistant') + 1
  const fresh = said.slice(since)
  const text = fresh
    .map(textOf)
    .filter((each) => each !== '')
    .join('\n\n')
  const files = fresh.flatMap(filesOf)
  if (text === '' && files.length === 0)
    throw wrong('messages', 'the last message has to be the user’s, and to say something')
  return {
    system: system === '' ? undefined : system,
    earlier: said.slice(0, since).map(lineOf),
    fresh: fresh.map(lineOf),
    text,
    files,
  }
}

function isSystem({ role }: SentMessage): boolean {
  return role === 'system' || role === 'developer'
}

function wrong(field: string, message: string): Problem {
  return new Problem(400, 'invalid', message, { fields: [{ field, message }] })
}

function textOf({ content }: SentMessage): string {
  if (typeof content === 'string') return content.trim()
  return (content ?? [])
    .flatMap((part) => (part.type === 'text' ? [part.text] : []))
    .join('\n')
    .trim()
}

function lineOf(message: SentMessage): Line {
  const { role, content } = message
  const parts = typeof content === 'string' ? [] : (content ?? [])
  const files = parts.flatMap((part) => {
    if (part.type === 'image_url') return [part.image_url.url]
    return part.type === 'file' ? [part.file.file_data] : []
  })
  const by = role === 'assistant' ? 'assistant' : 'user'
  return { by, said: textOf(message), files: files.length === 0 ? '' : digestOf(files) }
}

export function digestOf(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}

function filesOf({ content }: SentMessage): SentFile[] {
  if (typeof content === 'string') return []
  return (content ?? []).flatMap((part) => {
    if (part.type === 'image_url') return [pictureOf(part.image_url.url)]
    if (part.type === 'file')
      return [{ name: part.file.filename ?? 'file', content: decoded(part.file.file_data).content }]
    return []
  })
}

function pictureOf(url: string): SentFile {
  const { mime, content } = decoded(url)
  const kind = /^image\/(png|jpeg|gif|webp)\b/.exec(mime)?.[1]
  if (kind === undefined) throw wrong('messages', `a picture is PNG, JPEG, GIF or WebP, not ${mime}`)
  return { name: `picture.${kind}`, content }
}

/** Nothing is fetched: an address could lead to what only this machine can reach. */
function decoded(url: string): { readonly mime: string; readonly content: Buffer } {
  const comma = url.indexOf(',')
  const head = /^data:([^;,]*)[^,]*;base64$/.exec(url.slice(0, Math.max(0, Math.min(comma, 300))))
  if (head === null)
    throw wrong('messages', 'pictures and files come as `data:<type>;base64,…`: nothing is fetched')
  const mime = (head[1] ?? '').slice(0, 80)
  return { mime, content: Buffer.from(url.slice(comma + 1), 'base64') }
}
