/** Durations and sizes in words: "1h30m" <-> milliseconds, "10MB" <-> bytes. */
import { z } from 'zod'

const durations = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 }
/** Powers of 1024, as chat platforms and file managers mean them. */
const sizes = { GB: 1024 ** 3, MB: 1024 ** 2, KB: 1024, B: 1 }

/**
 * A timer holds 31 bits of milliseconds and fires at once beyond them. Whoever sets timers bounds them by the same
 * number (src/claude, src/queue), since they are handed times by programs too; here it is refused, with its line.
 */
const longestDuration = 2 ** 31 - 1

/** Milliseconds of "90s", "1h30m", "1.5h", "500ms"; undefined: not a duration, or no whole number of them. */
export function parseDuration(words: string): number | undefined {
  return parse(words, durations)
}

/** The shortest words that {@link parseDuration} takes back, e.g. "1h30m". `ms`: a whole number, 0 or more. */
export function formatDuration(ms: number): string {
  let left = ms
  let words = ''
  for (const [unit, worth] of Object.entries(durations)) {
    const count = Math.floor(left / worth)
    if (count > 0) words += `${count}${unit}`
    left -= count * worth
  }
  return words === '' ? '0s' : words
}

/** Bytes of "10MB", "1.5GB", "512KB", "100B"; undefined: not a size, or no whole number of bytes. */
export function parseSize(words: string): number | undefined {
  return /^[\d.]+ ?[GMK]?B$/i.test(words) ? parse(words.toUpperCase(), sizes) : undefined
}

/** The shortest words that {@link parseSize} takes back exactly, e.g. "10MB". `bytes`: a whole number, 0 or more. */
export function formatSize(bytes: number): string {
  for (const [unit, worth] of Object.entries(sizes)) {
    if (bytes >= worth && bytes % worth === 0) return `${bytes / worth}${unit}`
  }
  return `${bytes}B`
}

/** Units come from large to small, each at most once, so that "1m1h" is a slip and not 61 minutes. */
function parse(words: string, units: Readonly<Record<string, number>>): number | undefined {
  if (words.length > 40 || !/^(?:\d+(?:\.\d+)? ?[a-z]+ ?)+$/i.test(words)) return undefined
  let total = 0
  let last = Infinity
  for (const [, count, unit = ''] of words.matchAll(/([\d.]+) ?([a-z]+)/gi)) {
    const worth = Object.hasOwn(units, unit) ? units[unit] : undefined
    if (worth === undefined || worth >= last) return undefined
    total += Number(count) * worth
    last = worth
  }
  // 1.1s is 1100.0000000000002 in floating point.
  const whole = Math.round(total)
  return Number.isSafeInteger(whole) && Math.abs(total - whole) < 1e-6 ? whole : undefined
}

/** A key that wants a duration in words, above zero; gives milliseconds. */
export const duration = z
  .custom<string>(() => true)
  .transform((value, context) => {
    // Whatever is there arrives here: what is wrong with a bare number is said below.
    const ms = typeof value === 'string' ? parseDuration(value) : undefined
    if (ms !== undefined && ms > 0 && ms <= longestDuration) return ms
    context.addIssue({
      code: 'custom',
      message: ms === undefined ? durationAdvice(value) : 'wants a duration above zero and below 24d',
    })
    return z.NEVER
  })

function durationAdvice(value: unknown): string {
  return typeof value === 'number'
    ? `wants a duration with its unit, e.g. "${value}s" or "${value}m"`
    : 'wants a duration, e.g. "90s", "30m" or "1h30m"'
}

/** A key that wants a size in words, above zero; gives bytes. */
export const size = z
  .custom<string>(() => true)
  .transform((value, context) => {
    const bytes = typeof value === 'string' ? parseSize(value) : undefined
    if (bytes !== undefined && bytes > 0) return bytes
    context.addIssue({ code: 'custom', message: 'wants a size above zero, e.g. "512KB", "25MB" or "1GB"' })
    return z.NEVER
  })
