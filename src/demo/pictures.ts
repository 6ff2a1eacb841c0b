/** Whether a picture can be decoded, as the API finds out. Only PNG is looked into; of the others all is believed. */
import { inflateSync } from 'node:zlib'

/** More than any test's picture holds. */
const mostBytes = 64 * 1024 * 1024

export function canBeDecoded(content: Buffer): boolean {
  if (content.toString('latin1', 1, 4) !== 'PNG') return true
  try {
    return inflateSync(Buffer.concat(dataOf(content)), { maxOutputLength: mostBytes }).length > 0
  } catch {
    return false
  }
}

/** What stands in the IDAT chunks. */
function dataOf(png: Buffer): Buffer[] {
  const found: Buffer[] = []
  for (let at = 8; at + 8 <= png.length; at += 12 + png.readUInt32BE(at)) {
    const [begin, type] = [at + 8, png.toString('latin1', at + 4, at + 8)]
    if (type === 'IDAT') found.push(png.subarray(begin, begin + png.readUInt32BE(at)))
  }
  return found
}
