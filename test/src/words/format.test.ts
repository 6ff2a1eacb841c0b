import { expect, test } from 'vitest'
import { formatIn } from '../../../src/words/format.ts'
import { languageOf } from '../../../src/words/languages.ts'

const [en, zh] = [formatIn('en-US'), formatIn('zh-CN')]
const at = Date.UTC(2026, 10, 21, 14, 5, 59)

test('each language writes dates, money and quantities its own way', () => {
  expect(en.moment(at)).toBe('Nov 21, 2026, 14:05 UTC')
  expect(zh.moment(at)).toBe('2026年11月21日 14:05 UTC')
  expect([en.day('2026-12-01'), zh.day('2026-12-01')]).toEqual(['Dec 1, 2026', '2026年12月1日'])
  expect([en.dollars(1234.5), zh.dollars(1234.5)]).toEqual(['$1,234.50', 'US$1,234.50'])
  expect(en.dollars(0.01234)).toBe('$0.0123')
  expect([en.duration(600_000), zh.duration(5_400_000)]).toEqual(['10 min', '1.5 小时'])
  expect([en.size(25 * 1024 ** 2), zh.size(1536)]).toEqual(['25 MB', '1.5 KB'])
  expect([en.list(['a', 'b', 'c']), zh.list(['a', 'b', 'c'])]).toEqual(['a, b, and c', 'a、b 和 c'])
  expect([en.choice(['a', 'b']), zh.choice(['a', 'b'])]).toEqual(['a or b', 'a 或 b'])
  expect([en.items(['a', 'b']), zh.items(['a', 'b'])]).toEqual(['a, b', 'a、b'])
  expect([en.sentences(['A.', '', 'B.']), zh.sentences(['甲。', '', '乙。'])]).toEqual(['A. B.', '甲。乙。'])
  expect([en.entry('a', 'b'), zh.entry('a', 'b')]).toEqual(['a: b', 'a：b'])
})

test('what is nearly used up is not called used up', () => {
  expect([en.percent(0.999), zh.percent(0.8)]).toEqual(['99%', '80%'])
})

test.each([
  ['zh-CN', 'zh'],
  ['zh_TW', 'zh'],
  ['ZH', 'zh'],
  ['en-GB', 'en'],
  ['en_US.UTF-8', 'en'],
  ['fr', undefined],
  ['english', undefined],
  ['', undefined],
  [undefined, undefined],
])('the locale %j is spoken to in %j', (locale, language) => {
  expect(languageOf(locale)).toBe(language)
})
