import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatDuration, formatSize, parseDuration, parseSize } from '../../../src/config/units.ts'

describe('durations', () => {
  test.each([
    ['500ms', 500],
    ['90s', 90_000],
    ['30m', 1_800_000],
    ['1h30m', 5_400_000],
    ['1h 30m', 5_400_000],
    ['1.5h', 5_400_000],
    ['1.1s', 1100],
    ['2d', 172_800_000],
    ['0s', 0],
  ])('%s is %i ms', (words, ms) => {
    expect(parseDuration(words)).toBe(ms)
  })

  test.each([
    '',
    '5',
    'm',
    '-5m',
    '1m1h',
    '1m1m',
    '5 minutes',
    '0.5ms',
    '1..5s',
    '5mm',
    '1e3s',
    '∞',
    '9'.repeat(50) + 'd',
  ])('%j is none', (words) => {
    expect(parseDuration(words)).toBeUndefined()
  })

  test('come back from their words', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 31 }), (ms) => {
        expect(parseDuration(formatDuration(ms))).toBe(ms)
      }),
    )
  })
})

describe('sizes', () => {
  test.each([
    ['10MB', 10 * 1024 * 1024],
    ['1.5kb', 1536],
    ['100B', 100],
    ['2 GB', 2 * 1024 ** 3],
  ])('%s is %i bytes', (words, bytes) => {
    expect(parseSize(words)).toBe(bytes)
  })

  test.each(['', '10', 'MB', '-1MB', '1TB', '0.3B', '1MB1KB', '10M'])('%j is none', (words) => {
    expect(parseSize(words)).toBeUndefined()
  })

  test('come back from their words', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.nat(),
          fc.nat({ max: 4096 }).map((mb) => mb * 1024 ** 2),
        ),
        (bytes) => {
          expect(parseSize(formatSize(bytes))).toBe(bytes)
        },
      ),
    )
  })
})
