/** The page's words in the language that the browser wants. */
import { type Words, en } from './en.ts'
import { zh } from './zh.ts'

const wanted = navigator.languages
  .map((language) => language.slice(0, 2))
  .find((language) => language === 'en' || language === 'zh')

export const words: Words = wanted === 'zh' ? zh : en

const locale = navigator.language

export function money(usd: number): string {
  const digits = usd !== 0 && usd < 1 ? 4 : 2
  return new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: 'USD',
    maximumFractionDigits: digits,
  }).format(usd)
}

export function number(value: number): string {
  return new Intl.NumberFormat(locale).format(value)
}

/** How large a file is. */
export function size(bytes: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const
  const step = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3))
  const unit = units[step] ?? 'byte'
  const style = { style: 'unit', unit, unitDisplay: 'narrow', maximumFractionDigits: 1 } as const
  return new Intl.NumberFormat(locale, style).format(bytes / 1000 ** step)
}

/** `at`: ISO 8601. The time alone, where it was today. */
export function time(at: string): string {
  const date = new Date(at)
  const isToday = date.toDateString() === new Date().toDateString()
  const day = isToday ? {} : ({ month: 'short', day: 'numeric' } as const)
  return new Intl.DateTimeFormat(locale, { ...day, hour: '2-digit', minute: '2-digit' }).format(date)
}
