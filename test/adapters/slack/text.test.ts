/** Text between people and Slack. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { cut, escaped, harmless, line, plainText, wholeMentions } from '../../../adapters/slack/text.ts'

test.each([
  ['&lt;b&gt; &amp;amp;', '<b> &amp;'],
  ['<@U1> and <@U2|bob>', '@U1 and @bob'],
  ['<#C1|town> <#C2>', '#town #C2'],
  ['<!here> <!subteam^S1|@devs> <!channel|channel>', '@here @devs @channel'],
  ['<!date^1700000000^{date}|yesterday>', 'yesterday'],
  ['<https://example.com>', 'https://example.com'],
  ['<https://example.com/a?b=1&amp;c=2|the page>', 'the page (https://example.com/a?b=1&c=2)'],
  ['<http://example.com|example.com>', 'http://example.com'],
  ['<mailto:a@example.com|a@example.com>', 'a@example.com'],
  ['a < b and c > d', 'a < b and c > d'],
])('%s reads %s', (wire, plain) => {
  expect(plainText(wire)).toBe(plain)
})

test('what people type comes back as they typed it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (typed) => {
      const wire = typed.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
      expect(plainText(wire)).toBe(typed)
    }),
  )
})

const sequences = [
  '<@U1>',
  '<@W1|x>',
  '<#C1|town>',
  '<!here>',
  '<!channel|x>',
  '<!everyone>',
  '<!subteam^S1>',
  '<!date^1^{date}|x>',
  '&lt;!here&gt;',
  '&#60;@U1&#62;',
  '&#x3C;@U1',
  '<!HERE>',
  '<&#64;U1>',
  '<&#x40;U1>',
  '<&commat;U1>',
  '<\\@U1>',
  '<@\\U1>',
  '<&#33;here>',
  '<&excl;channel>',
  '<!\\here>',
  '<!sub&#116;eam^S1>',
  '<\u200B@U1>',
  '<\0@U1>',
  '<&ZeroWidthSpace;@U1>',
  '&amp;lt;@U1&amp;gt;',
  '&#60@U1',
]
const safe = /(?:<|&(?:amp;)*(?:lt|#0*60|#x0*3c);?)\u2060/gi

/** As somebody reads it who is generous with what stands between. */
function generously(text: string): string {
  const decoded = text
    .replaceAll(/&#x([0-9a-f]{1,5});?/gi, (_, code: string) =>
      String.fromCodePoint(Number.parseInt(code, 16)),
    )
    .replaceAll(/&#(\d{1,6});?/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll(/&(?:amp;)*lt;?/gi, '<')
    .replaceAll('&commat;', '@')
    .replaceAll('&excl;', '!')
  return decoded.replaceAll(/&ZeroWidthSpace;|[\\\u200B\0]/g, '')
}

test('nothing that Claude writes pings anybody, wherever it stands', () => {
  const piece = fc.oneof(fc.constantFrom(...sequences), fc.string())
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      expect(harmless(pieces.join(''))).not.toMatch(
        /(?:<|&lt;|&#0*60;|&#x0*3c;)(?:@U|@W|#C|!(?:here|channel|everyone|subteam|date)\b)/i,
      )
      expect(generously(harmless(pieces.join('')).replaceAll(safe, '·'))).not.toMatch(
        /<(?:@U|@W|#C|!(?:here|channel|everyone|subteam|date)\b)/i,
      )
      expect(escaped(pieces.join(''))).not.toMatch(/[<>]/)
    }),
  )
  for (const sequence of sequences) expect(harmless(sequence)).not.toBe(sequence)
})

test('whom answers may ping is named by kind or by id; all others are not pinged', () => {
  const written = 'ask <@UBOB>, <@UEVE|eve>, <!here>, <!subteam^S1>, <#C1|town> &lt;@UBOB&gt; <@ubob>'
  const pings = (...mentions: string[]): string[] =>
    harmless(written, new Set(mentions)).match(/<[@#!](?!\u2060)[^>]*>/g) ?? []
  expect(pings('UBOB')).toEqual(['<@UBOB>'])
  expect(pings('users')).toEqual(['<@UBOB>', '<@UEVE|eve>'])
  expect(pings('here', 'groups')).toEqual(['<!here>', '<!subteam^S1>'])
  expect(pings('channels', 'everyone')).toEqual(['<#C1|town>'])
  expect(harmless(written, new Set(['users']))).toContain('&lt;\u2060@UBOB')
})

test('what grows never takes back a mention that is allowed, wherever it was cut', () => {
  const mentions = new Set(['UBOB', 'here'])
  const text = fc.array(fc.oneof(fc.constantFrom(...sequences, '<@UBOB>', '<!here>'), fc.string()))
  fc.assert(
    fc.property(text, fc.nat(), (parts, at) => {
      const whole = parts.join('')
      const begun = harmless(wholeMentions(whole.slice(0, at % (whole.length + 1))), mentions)
      expect(harmless(whole, mentions).startsWith(begun.replace(/\uFFFD$/, ''))).toBe(true)
    }),
  )
})

test('other text stays as it is, also what looks a little like it', () => {
  for (const text of ['<!DOCTYPE html>', '<!-- a -->', 'a < b', '#include <stdio.h>', '@here', 'x <#> y']) {
    expect(harmless(text)).toBe(text)
  }
})

test('harmless text never changes when it is made so again, nor when more comes after it', () => {
  const text = fc.array(fc.oneof(fc.constantFrom(...sequences), fc.string())).map((parts) => parts.join(''))
  fc.assert(
    fc.property(text, (whole) => {
      const once = harmless(whole)
      expect(harmless(once)).toBe(once)
    }),
  )
})

test('a line is one line, short enough, whole in its characters, and never empty', () => {
  expect(line('a\n b\u0000', 10)).toBe('a b\u0000')
  expect(line('  ', 10)).toBe('…')
  expect(cut('ab👍cd', 4)).toBe('ab…')
  expect(cut('abcd', 4)).toBe('abcd')
})
