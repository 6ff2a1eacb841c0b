/** Dates, money, numbers and the like as people of a language write them. Times are those of UTC, and say so. */
import { languageOf } from './languages.ts'

export interface Format {
  /** Milliseconds since 1970, to the minute. */
  readonly moment: (at: number) => string
  /** `YYYY-MM-DD`. */
  readonly day: (day: string) => string
  /** US dollars; small sums to a hundredth of a cent. */
  readonly dollars: (amount: number) => string
  /** US dollars as people name a sum: `$5`, `$5.10`. */
  readonly sum: (amount: number) => string
  readonly number: (value: number) => string
  /** 1 is all; rounded down, so that nothing is called used up before it is. */
  readonly percent: (share: number) => string
  /** Milliseconds, in the largest unit that loses nothing that matters. */
  readonly duration: (ms: number) => string
  /** Bytes. */
  readonly size: (bytes: number) => string
  /** `a, b and c`. */
  readonly list: (parts: readonly string[]) => string
  /** `a, b or c`. */
  readonly choice: (parts: readonly string[]) => string
  /** `a, b, c`. */
  readonly items: (parts: readonly string[]) => string
  /** Whole sentences in one paragraph; empty ones are left out. */
  readonly sentences: (parts: readonly string[]) => string
  /** `what: text`. */
  readonly entry: (what: string, text: string) => string
}

/** What stands between the parts of a text. */
const marks = {
  en: { item: ', ', sentence: ' ', colon: ': ' },
  zh: { item: '、', sentence: '', colon: '：' },
}

/** With a blank where Chinese meets Latin letters, digits or code, as in all texts. */
function spaced(text: string): string {
  return text
    .replaceAll(/(?<=[\w`])(?=\p{Script=Han})/gu, ' ')
    .replaceAll(/(?<=\p{Script=Han})(?=[\w`$])/gu, ' ')
}

const minuteMs = 60_000
const units = [
  ['day', 24 * 60 * minuteMs],
  ['hour', 60 * minuteMs],
  ['minute', minuteMs],
  ['second', 1000],
] as const
const sizes = [
  ['gigabyte', 1024 ** 3],
  ['megabyte', 1024 ** 2],
  ['kilobyte', 1024],
  ['byte', 1],
] as const

/** Made when it is used first: together they hold 10 MB of the languages' data. */
function once<T>(make: () => T): () => T {
  let made: T | undefined
  return () => (made ??= make())
}

/** `locale`: a BCP 47 tag. */
export function formatIn(locale: string): Format {
  const date = { year: 'numeric', month: 'short', day: 'numeric', timeZone: 'UTC' } as const
  const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
  const moments = once(() => new Intl.DateTimeFormat(locale, { ...date, ...clock }))
  const days = once(() => new Intl.DateTimeFormat(locale, date))
  const numbers = once(() => new Intl.NumberFormat(locale))
  const sum = { style: 'currency', currency: 'USD', trailingZeroDisplay: 'stripIfInteger' } as const
  const sums = once(() => new Intl.NumberFormat(locale, sum))
  const percents = once(() => new Intl.NumberFormat(locale, { style: 'percent', roundingMode: 'floor' }))
  const ands = once(() => new Intl.ListFormat(locale, { type: 'conjunction' }))
  const ors = once(() => new Intl.ListFormat(locale, { type: 'disjunction' }))
  const { item, sentence, colon } = marks[languageOf(locale) ?? 'en']
  const unit = (value: number, name: string, unitDisplay: 'short' | 'long' = 'short'): string => {
    // One digit behind the point where it tells much.
    const maximumFractionDigits = value < 9.95 ? 1 : 0
    return new Intl.NumberFormat(locale, {
      style: 'unit',
      unit: name,
      unitDisplay,
      maximumFractionDigits,
    }).format(value)
  }
  return {
    moment: (at) => `${moments().format(at)} UTC`,
    day: (day) => days().format(new Date(`${day}T00:00:00Z`)),
    dollars: (amount) => {
      const digits = amount < 1 ? 4 : 2
      const style = { style: 'currency', currency: 'USD', minimumFractionDigits: digits } as const
      return new Intl.NumberFormat(locale, { ...style, maximumFractionDigits: digits }).format(amount)
    },
    sum: (amount) => sums().format(amount),
    number: (value) => numbers().format(value),
    percent: (share) => percents().format(share),
    duration: (ms) => {
      const [name, length] = units.find(([, each]) => ms >= each) ?? ['second', 1000]
      return spaced(unit(ms / length, name))
    },
    size: (bytes) => {
      const [name, length] = sizes.find(([, each]) => bytes >= each) ?? ['byte', 1]
      // In units of 1024, which nobody writes with a small k.
      return unit(bytes / length, name, name === 'byte' ? 'long' : 'short').replace('kB', 'KB')
    },
    list: (parts) => spaced(ands().format(parts)),
    choice: (parts) => spaced(ors().format(parts)),
    items: (parts) => parts.join(item),
    sentences: (parts) => parts.filter((part) => part !== '').join(sentence),
    entry: (what, text) => `${what}${colon}${text}`,
  }
}
