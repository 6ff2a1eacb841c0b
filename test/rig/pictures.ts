import { crc32 } from 'node:zlib'

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
