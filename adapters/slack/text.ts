/** Text between people and Slack, both ways. Pure. */

/** What Slack makes of mentions, channels, links and dates: `<@U1>`, `<#C1|town>`, `<https://x|here>`. */
const token = /<([^<>\s][^<>\n]*)>/g

/** As its writer saw it. */
export function plainText(text: string): string {
  return unescape(text.replaceAll(token, (_, inner: string) => spelled(inner)))
}

function spelled(inner: string): string {
  const bar = inner.indexOf('|')
  const target = bar === -1 ? inner : inner.slice(0, bar)
  const label = bar === -1 ? undefined : inner.slice(bar + 1)
  if (target.startsWith('@')) return `@${label ?? target.slice(1)}`
  if (target.startsWith('#')) return `#${label ?? target.slice(1)}`
  if (target.startsWith('!date^')) return label ?? ''
  if (target.startsWith('!')) return `@${(label ?? target.slice(1)).replace(/^@/, '')}`
  const url = target.replace(/^mailto:/, '')
  // Slack makes links of bare addresses by itself: their label says nothing new.
  if (label === undefined || url.replace(/^https?:\/\//, '').startsWith(label)) return url
  return url === label ? url : `${label} (${url})`
}

function unescape(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}

/** A `<`, however it is written. */
const bracket = /<|&(?:amp;)*(?:lt;?|#0*60;?|#x0*3c;?)/gi
/** What Slack takes for a mention, a channel, a group or a date, behind the bracket. */
const control = /^(?:@[A-Z0-9]|#[A-Z0-9]|!(?:here|channel|everyone|group|subteam|date)\b)/i
const entity = /&(?:#x([0-9a-f]{1,6});?|#(\d{1,7});?|([a-z][a-z0-9]{1,31});)/gi
const named: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  commat: '@',
  num: '#',
  excl: '!',
}
/** What is not seen, and what Markdown takes away. */
const unseen = /(?!\n)[\\\p{C}\p{M}\u115f\u1160\u3164]/gu
const wordJoiner = '\u2060'
/** The same as a whole: a person, a channel, everybody in one, a group. */
const mention =
  /^<(?:@([UW][A-Z0-9]+)|#(C[A-Z0-9]+)|!(here|channel|everyone)|!subteam\^(S[A-Z0-9]+))(?:\|[^<>\n]*)?>/
const longestMention = 200
/** An entity, or what stands behind a bracket, at the end of what has come so far. */
const openEntity = /&[#a-z0-9]{0,32}$/i
const openMention = /^[^<>\n]{0,200}$/

/** Whom answers may ping: kinds (`users`, `groups`, `channels`, `here` …), and single ids. */
export type Mentions = ReadonlySet<string>
const nobody: Mentions = new Set()

/**
 * Markdown that pings nobody but those named by `mentions`: the same to the eye. Everything that Claude or a user wrote
 * passes through here.
 */
export function harmless(markdown: string, mentions = nobody): string {
  const text = markdown.toWellFormed()
  return text.replaceAll(bracket, (written: string, at: number) => {
    const behind = text.slice(at + written.length, at + written.length + longestMention)
    if (behind.startsWith(wordJoiner) || !control.test(bare(behind))) return written
    return isAllowed(text.slice(at, at + longestMention), mentions) ? written : `${written}${wordJoiner}`
  })
}

/** As it reads when entities and escapes are resolved, and what nobody sees is left out. */
function bare(text: string): string {
  return text
    .replaceAll(entity, (_, hex?: string, decimal?: string, name = '') => {
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
      if (Number.isNaN(code)) return named[name.toLowerCase()] ?? ''
      return code > 0x10_ff_ff ? '' : String.fromCodePoint(code)
    })
    .replaceAll(unseen, '')
}

/** Without a mention at its end that is not whole yet: whether it is allowed shows later. */
export function wholeMentions(text: string): string {
  const whole = text.replace(openEntity, '')
  for (const { index, 0: written } of whole.matchAll(bracket)) {
    const behind = whole.slice(index + written.length)
    if (openMention.test(behind) && /^(?:[@#!]|$)/.test(bare(behind))) return whole.slice(0, index)
  }
  return whole
}

function isAllowed(text: string, mentions: Mentions): boolean {
  const [whole, user, channel, everybody, group] = mention.exec(text) ?? []
  if (whole === undefined) return false
  const kind = everybody ?? (user === undefined ? (channel === undefined ? 'groups' : 'channels') : 'users')
  return mentions.has(kind) || mentions.has(user ?? channel ?? group ?? '')
}

/** For fields that take Slack's own markup: nothing in it is any. */
export function escaped(text: string): string {
  return harmless(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** One line for a field that holds so many characters; never empty, for Slack refuses that. */
export function line(text: string, most: number): string {
  return cut(harmless(text).replaceAll(/\s+/g, ' ').trim(), most) || '…'
}

/** At most so many UTF-16 units, with a sign where something is missing. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text
  return `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
}
