/**
 * Messages in which wide tables are pictures, each in its place: only messages that are made of components
 * (https://docs.discord.com/developers/components/reference) hold pictures between their words.
 */
import { ComponentType, MessageFlags, type RawFile } from 'discord.js'
import type { Log, TextReply } from '../../../src/contract.ts'
import { displayed } from '../displays.ts'
import { tableAsCode } from '../table.ts'
import { cut, type Stretch, stretchesOf } from '../text.ts'
import { painted } from './painter.ts'

/** Of one message, which takes ten files: a picture may bring its text along. */
const mostPictures = 4
/** What is read out in place of a picture. */
const longestDescription = 1024

export interface Pictured {
  readonly components: readonly object[]
  /** Of the files, in order. */
  readonly attachments: readonly object[]
  readonly files: RawFile[]
  readonly flags: number
  /** As {@link displayed} reads them: what the message is known by later on. */
  readonly words: string
}

type Part = { readonly text: string } | { readonly table: readonly string[]; readonly png: Buffer }

/** Undefined: all of it is text. Never rejects. */
export async function pictured(
  { markdown }: Pick<TextReply, 'markdown'>,
  log: Log,
): Promise<Pictured | undefined> {
  const stretches = stretchesOf(markdown)
  if (!stretches.some((stretch) => 'table' in stretch)) return undefined
  try {
    const parts = await partsOf(stretches)
    return parts.length === 1 && 'text' in (parts[0] ?? {}) ? undefined : messageOf(parts)
  } catch (error) {
    log.warn({ err: error }, 'a table could not be drawn: it is sent as text')
    return undefined
  }
}

/** What stays text is joined. */
async function partsOf(stretches: readonly Stretch[]): Promise<Part[]> {
  const parts: Part[] = []
  let pictures = 0
  for (const stretch of stretches) {
    const png = 'table' in stretch && pictures < mostPictures ? await painted(stretch.table) : undefined
    if (png !== undefined && 'table' in stretch) {
      pictures += 1
      parts.push({ table: stretch.table, png })
      continue
    }
    const text = 'text' in stretch ? stretch.text : tableAsCode(stretch.table)
    const before = parts.at(-1)
    if (before !== undefined && 'text' in before)
      parts[parts.length - 1] = { text: `${before.text}\n${text}` }
    else parts.push({ text })
  }
  return parts
}

function messageOf(parts: readonly Part[]): Pictured {
  const components: object[] = []
  const attachments: object[] = []
  const files: RawFile[] = []
  const attach = (name: string, data: Buffer, contentType: string, more: object = {}): string => {
    attachments.push({ id: files.length, filename: name, ...more })
    files.push({ name, data, contentType })
    return `attachment://${name}`
  }
  for (const part of parts) {
    if ('text' in part) {
      // Discord refuses an empty one, and takes white space off both ends.
      const content = part.text.trim()
      if (content === '') continue
      components.push({ type: ComponentType.TextDisplay, content })
      continue
    }
    const number = files.filter(({ contentType }) => contentType === 'image/png').length + 1
    const written = part.table.join('\n')
    const description = cut(written, longestDescription)
    const url = attach(`table-${number}.png`, part.png, 'image/png', { description })
    components.push({ type: ComponentType.MediaGallery, items: [{ media: { url }, description }] })
    if (description === written) continue
    const whole = attach(`table-${number}.md`, Buffer.from(`${written}\n`), 'text/markdown')
    components.push({ type: ComponentType.File, file: { url: whole } })
  }
  return {
    components,
    attachments,
    files,
    flags: MessageFlags.IsComponentsV2,
    words: displayed(components),
  }
}
