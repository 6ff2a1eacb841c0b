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

/** A `<`, however it is written, that Slack would take for a mention, a channel, a group or a date. */
const control =
  /(<|&lt;|&#0*60;|&#x0*3c;)(?=@[A-Z0-9]|#[A-Z0-9]|!(?:here|channel|everyone|group|subteam|date)\b)/gi
const wordJoiner = '\u2060'
/** The same as a whole: a person, a channel, everybody in one, a group. */
const mention =
  /^<(?:@([UW][A-Z0-9]+)|#(C[A-Z0-9]+)|!(here|channel|everyone)|!subteam\^(S[A-Z0-9]+))(?:\|[^<>\n]*)?>/
const longestMention = 200
const begun = /(?:<[@#!][^<>\n]{0,200}|&(?:lt|#0*60|#x0*3c);[@#!]\w{0,10})$/i

/** Whom answers may ping: kinds (`users`, `groups`, `channels`, `here` …), and single ids. */
export type Mentions = ReadonlySet<string>
const nobody: Mentions = new Set()

/**
 * Markdown that pings nobody but those named by `mentions`: the same to the eye. Everything that Claude or a user wrote
 * passes through here.
 */
export function harmless(markdown: string, mentions = nobody): string {
  const text = markdown.toWellFormed()
  return text.replaceAll(control, (bracket: string, _: string, at: number) =>
    isAllowed(text.slice(at, at + longestMention), mentions) ? bracket : `${bracket}${wordJoiner}`,
  )
}

/** Without a mention at its end that is not whole yet: whether it is allowed shows later. */
export function wholeMentions(text: string): string {
  return text.replace(begun, '')
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
