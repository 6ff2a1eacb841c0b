/** What a picture is, by its content and never by its name. Pure. */
import { crc32 } from 'node:zlib'
import type { ImageContent } from '../claude/turn.ts'

/** The formats that Claude's API takes. */
type ImageType = ImageContent['mime']

interface Picture {
  readonly mime: ImageType
  /** False: something of it is missing or was changed. */
  readonly whole: boolean
  readonly width: number
  readonly height: number
}

/** The API's bounds of one picture: 5 MB in base64, and so many pixels a side. */
export const mostImageBytes = Math.floor((5 * 1024 * 1024 * 3) / 4)
const mostPixels = 8000

/** Undefined: not a picture, or not one that the API takes. */
export function imageType(content: Buffer): ImageType | undefined {
  if (content.length > mostImageBytes) return undefined
  const picture = pictureIn(content)
  if (picture?.whole !== true) return undefined
  const { width, height, mime } = picture
  return width > 0 && height > 0 && width <= mostPixels && height <= mostPixels ? mime : undefined
}

/** A picture that was cut off or damaged on its way: the API would refuse the message that shows it. */
export function isDamaged(content: Buffer): boolean {
  return pictureIn(content)?.whole === false
}

function pictureIn(content: Buffer): Picture | undefined {
  return png(content) ?? gif(content) ?? webp(content) ?? jpeg(content)
}

function png(content: Buffer): Picture | undefined {
  if (content.length < 33 || content.toString('latin1', 0, 8) !== '\u0089PNG\r\n\u001A\n') return undefined
  if (content.toString('latin1', 12, 16) !== 'IHDR') return undefined
  const whole = hasWholeChunks(content)
  return { mime: 'image/png', width: content.readUInt32BE(16), height: content.readUInt32BE(20), whole }
}

/** Each chunk carries a checksum; the last one is IEND. */
function hasWholeChunks(content: Buffer): boolean {
  for (let at = 8; at + 12 <= content.length;) {
    const end = at + 8 + content.readUInt32BE(at)
    if (end + 4 > content.length) return false
    if (crc32(content.subarray(at + 4, end)) !== content.readUInt32BE(end)) return false
    if (content.toString('latin1', at + 4, at + 8) === 'IEND') return true
    at = end + 4
  }
  return false
}

function gif(content: Buffer): Picture | undefined {
  if (content.length < 13 || !/^GIF8[79]a/.test(content.toString('latin1', 0, 6))) return undefined
  // Some write more behind the trailer.
  const whole = content.includes(0x3b, 13)
  return { mime: 'image/gif', width: content.readUInt16LE(6), height: content.readUInt16LE(8), whole }
}

function webp(content: Buffer): Picture | undefined {
  if (content.length < 30) return undefined
  if (content.toString('latin1', 0, 4) !== 'RIFF' || content.toString('latin1', 8, 12) !== 'WEBP')
    return undefined
  const [mime, whole] = ['image/webp' as const, content.readUInt32LE(4) + 8 <= content.length]
  switch (content.toString('latin1', 12, 16)) {
    case 'VP8 ':
      return {
        mime,
        width: content.readUInt16LE(26) & 0x3fff,
        height: content.readUInt16LE(28) & 0x3fff,
        whole,
      }
    case 'VP8L': {
      const bits = content.readUInt32LE(21)
      return { mime, width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1, whole }
    }
    case 'VP8X':
      return { mime, width: content.readUIntLE(24, 3) + 1, height: content.readUIntLE(27, 3) + 1, whole }
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
      // Decoders show what there is of one that was cut off, as long as its picture has begun.
      const whole = content.indexOf('\u00ff\u00da', at, 'latin1') !== -1
      const [height, width] = [content.readUInt16BE(at + 5), content.readUInt16BE(at + 7)]
      return { mime: 'image/jpeg', height, width, whole }
    } else at += 2 + content.readUInt16BE(at + 2)
  }
  return undefined
}
