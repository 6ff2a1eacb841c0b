import { crc32, inflateSync } from 'node:zlib'

/** The smallest whole pictures of each format that Claude's API takes. */
const base64 = {
  png: 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  gif: 'R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7',
  webp: 'UklGRiQAAABXRUJQVlA4IBgAAAAwAQCdASoBAAEAAgA0JaQAA3AA/vuUAAA=',
  jpeg: '/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA=',
}

export type Format = keyof typeof base64

/** A PNG of which each part is whole, and in which there is no picture. */
export function brokenPicture(): Buffer {
  const png = picture('png')
  const data = png.indexOf('IDAT') + 4
  const end = data + png.readUInt32BE(data - 8)
  png.fill(0, data, end)
  png.writeUInt32BE(crc32(png.subarray(data - 4, end)), end)
  return png
}

export function picture(format: Format): Buffer {
  return Buffer.from(base64[format], 'base64')
}

/** Of a PNG that is whole: each part by its sum, the pixels by how many they are. Throws where it is not. */
export function pngSize(png: Buffer | undefined): { readonly width: number; readonly height: number } {
  if (png === undefined) throw new Error('there is no picture')
  if (png.toString('latin1', 0, 8) !== '\x89PNG\r\n\x1a\n') throw new Error('it does not begin as a PNG')
  const data: Buffer[] = []
  let last = ''
  for (let at = 8; at < png.length; at += png.readUInt32BE(at) + 12) {
    const end = at + 8 + png.readUInt32BE(at)
    last = png.toString('latin1', at + 4, at + 8)
    if (crc32(png.subarray(at + 4, end)) !== png.readUInt32BE(end)) throw new Error(`${last} is broken`)
    if (last === 'IDAT') data.push(png.subarray(at + 8, end))
  }
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)]
  // Eight bits of red, green, blue and alpha.
  if (png.readUInt16BE(24) !== 0x0806) throw new Error('its pixels are of another kind')
  if (last !== 'IEND' || inflateSync(Buffer.concat(data)).length !== height * (1 + width * 4))
    throw new Error('pixels are missing')
  return { width, height }
}
