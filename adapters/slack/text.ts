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

/** Markdown that pings nobody: the same to the eye. Everything that Claude or a user wrote passes through here. */
export function harmless(markdown: string): string {
  return markdown.toWellFormed().replaceAll(control, `$1${wordJoiner}`)
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
