/** The message that somebody asks about, as far as a modal can remember it. Pure. */
import type { Attachment } from '../../src/contract.ts'
import type { MessageAction } from './events.ts'
import { attachment } from './inbound.ts'
import { cut, plainText } from './text.ts'

/** A modal remembers 3000 characters, as JSON. */
const longestQuote = 1500
const longestJson = 2000
const mostFiles = 4
const longestName = 60
/** Blocks in blocks: deeper ones are nobody's words. */
const deepest = 8

export interface Quote {
  readonly quote: string
  readonly files: readonly Attachment[]
}

/** Of what has no text, as apps write, that of its blocks and attachments. */
export function quoted({ text, blocks, attachments, files = [] }: MessageAction['message']): Quote {
  const words = text.trim() === '' ? [...wordsIn(blocks), ...wordsIn(attachments)].join('\n') : text
  return {
    quote: remembered(plainText(words).trim()),
    files: files.slice(0, mostFiles).map((file) => {
      const { name, ...known } = attachment(file)
      return { ...known, name: cut(name, longestName) }
    }),
  }
}

function remembered(text: string): string {
  let most = longestQuote
  while (JSON.stringify(cut(text, most)).length > longestJson) most = Math.floor(most / 2)
  return cut(text, most)
}

/** What stands in blocks to be read, in order. */
function wordsIn(value: unknown, depth = 0): string[] {
  if (depth > deepest || typeof value !== 'object' || value === null) return []
  if (Array.isArray(value)) return value.flatMap((each) => wordsIn(each, depth + 1))
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) => {
    if (typeof inner !== 'string') return wordsIn(inner, depth + 1)
    return readable.has(key) && inner.trim() !== '' ? [inner] : []
  })
}

const readable: ReadonlySet<string> = new Set(['title', 'pretext', 'text'])
