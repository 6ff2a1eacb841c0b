/** What a picture is, by its content and never by its name. Pure. */

import type { ImageContent } from '../claude/turn.ts'

/** The formats that Claude's API takes. */
type ImageType = ImageContent['mime']

interface Picture {
  readonly mime: ImageType
  readonly width: number
  readonly height: number
}

/** The API's bounds of one picture: 5 MB in base64, and so many pixels a side. */
export const mostImageBytes = Math.floor((5 * 1024 * 1024 * 3) / 4)
const mostPixels = 8000

/** Undefined: not a picture, or not one that the API takes. */
export function imageType(content: Buffer): ImageType | undefined {
  if (content.length > mostImageBytes) return undefined
  const picture = png(content) ?? gif(content) ?? webp(content) ?? jpeg(content)
  if (picture === undefined) return undefined
  const { width, height, mime } = picture
  return width > 0 && height > 0 && width <= mostPixels && height <= mostPixels ? mime : undefined
}

function png(content: Buffer): Picture | undefined {
  if (content.length < 33 || content.toString('latin1', 0, 8) !== '\u0089PNG\r\n\u001A\n') return undefined
  if (content.toString('latin1', 12, 16) !== 'IHDR') return undefined
  return { mime: 'image/png', width: content.readUInt32BE(16), height: content.readUInt32BE(20) }
}

function gif(content: Buffer): Picture | undefined {
  if (content.length < 13 || !/^GIF8[79]a/.test(content.toString('latin1', 0, 6))) return undefined
  return { mime: 'image/gif', width: content.readUInt16LE(6), height: content.readUInt16LE(8) }
}

function webp(content: Buffer): Picture | undefined {
  if (content.length < 30) return undefined
  if (content.toString('latin1', 0, 4) !== 'RIFF' || content.toString('latin1', 8, 12) !== 'WEBP')
    return undefined
  const mime = 'image/webp'
  switch (content.toString('latin1', 12, 16)) {
    case 'VP8 ':
      return { mime, width: content.readUInt16LE(26) & 0x3fff, height: content.readUInt16LE(28) & 0x3fff }
    case 'VP8L': {
      const bits = content.readUInt32LE(21)
      return { mime, width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }
    }
    case 'VP8X':
      return { mime, width: content.readUIntLE(24, 3) + 1, height: content.readUIntLE(27, 3) + 1 }
    default:
      return undefined
  }
}

/** The size stands in the first frame header, behind metadata of any length. */
function jpeg(content: Buffer): Picture | undefined {
  if (content.length < 4 || content.readUInt16BE(0) !== 0xffd8) return undefined
  let at = 2
  while (at + 9 < content.length && content[at] === 0xff) {
    const marker = content[at + 1] ?? 0
    if (marker === 0xff) at += 1
    else if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      return { mime: 'image/jpeg', height: content.readUInt16BE(at + 5), width: content.readUInt16BE(at + 7) }
    } else at += 2 + content.readUInt16BE(at + 2)
  }
  return undefined
}
