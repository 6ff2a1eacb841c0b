import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { imageType, isDamaged, mostImageBytes } from '../../../src/files/image.ts'
import { type Format, picture } from '../../rig/pictures.ts'

const formats: readonly Format[] = ['png', 'gif', 'webp', 'jpeg']

test.each(formats)('a %s is known by its content', (format) => {
  expect(imageType(picture(format))).toBe(`image/${format}`)
})

test.each(formats)('a %s that was cut off is damaged, not shown', (format) => {
  const whole = picture(format)
  expect(isDamaged(whole)).toBe(false)
  // Of a JPEG any part will do.
  const cut = whole.subarray(0, format === 'jpeg' ? whole.lastIndexOf(0xda) : whole.length - 2)
  expect(imageType(cut)).toBeUndefined()
  expect(isDamaged(cut)).toBe(true)
})

test('a PNG of which a byte was changed is damaged', () => {
  const changed = picture('png')
  changed[45] = 1 ^ (changed[45] ?? 0)
  expect(isDamaged(changed)).toBe(true)
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
        const content = Buffer.concat([picture(format).subarray(0, cut), more])
        expect(imageType(content) !== undefined && isDamaged(content)).toBe(false)
      },
    ),
  )
  expect(imageType(Buffer.from('no picture'))).toBeUndefined()
})
