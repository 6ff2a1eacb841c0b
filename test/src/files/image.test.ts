import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { imageType, mostImageBytes } from '../../../src/files/image.ts'
import { type Format, picture } from '../../rig/pictures.ts'

const formats: readonly Format[] = ['png', 'gif', 'webp', 'jpeg']

test.each(formats)('a %s is known by its content', (format) => {
  expect(imageType(picture(format))).toBe(`image/${format}`)
})

test('what is too large for the API is none, in bytes or in pixels', () => {
  const large = Buffer.concat([picture('png'), Buffer.alloc(mostImageBytes)])
  expect(imageType(large)).toBeUndefined()
  const wide = picture('png')
  wide.writeUInt32BE(8001, 16)
  expect(imageType(wide)).toBeUndefined()
})

test('no content makes it fail, cut pictures neither', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...formats),
      fc.nat(200),
      fc.uint8Array({ maxLength: 40 }),
      (format, cut, more) => {
        imageType(Buffer.concat([picture(format).subarray(0, cut), more]))
      },
    ),
  )
  expect(imageType(Buffer.from('no picture'))).toBeUndefined()
})
