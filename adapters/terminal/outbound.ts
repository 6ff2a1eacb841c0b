/** Replies as lines for a terminal. Pure. Whatever others wrote passes through {@link harmless} here. */
import type { Choice, FileReply, PromptReply, TextReply, ToolView, TurnFigures } from '../../src/contract.ts'
import { keyed } from './choices.ts'
import { harmless, harmlessLine } from './harmless.ts'
import { type Look, renderMarkdown } from './render.ts'
import { accent, bad, bold, dim, good, plain, run, type Run } from './style.ts'
import { clip, runsWidth, wrap } from './width.ts'
import type { Words } from './words.ts'

/** What belongs together on the page. Text joins text and tools join tools; all else stands apart. */
export interface Section {
  readonly kind: 'greeting' | 'user' | 'text' | 'tool' | 'notice' | 'figures' | 'prompt' | 'settled'
  readonly lines: readonly string[]
}

export function greeting(words: string, look: Look, { keys }: Words): Section {
  const title = [run('Parley', bold | accent), ...(words === '' ? [] : [run(` · ${harmlessLine(words)}`)])]
  return {
    kind: 'greeting',
    lines: [...wrap(title, look.columns), [run(clip(keys, look.columns), dim)]].map(look.paint),
  }
}

/** What the user wrote, as it stays on the page. */
export function echo(text: string, look: Look): Section {
  const lines = harmless(text).replaceAll('\t', '    ').split('\n')
  const painted = lines.map((line, index) =>
    look.paint([run(index === 0 ? '❯ ' : '  ', accent), run(line, bold)]),
  )
  return { kind: 'user', lines: painted }
}

export function toolLine({ name, title, state }: ToolView, look: Look): string {
  const style = state === 'running' ? accent : state === 'done' ? good : bad
  const end = state === 'running' ? ' …' : state === 'done' ? ' ✓' : ' ✗'
  const head: Run[] = [run('⏺ ', style), run(harmlessLine(name), bold)]
  const room = look.columns - runsWidth(head) - 4
  const shown = clip(harmlessLine(title), Math.max(room, 0))
  return look.paint([...head, run(shown === '' ? '' : `  ${shown}`), run(end, style)])
}

export function figuresLine(
  { costUsd, durationMs, inputTokens, outputTokens }: TurnFigures,
  words: Words,
): string {
  const tokens = words.tokens(count(inputTokens), count(outputTokens))
  return [elapsed(durationMs), tokens, dollars(costUsd)].join(' · ')
}

/** `0.4 s`, `12 s`, `3 min 20 s`. */
export function elapsed(ms: number): string {
  const seconds = ms / 1000
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  if (seconds < 60) return `${Math.round(seconds)} s`
  const whole = Math.round(seconds)
  return `${Math.floor(whole / 60)} min ${whole % 60} s`
}

/** The bot's own words, set off from Claude's by a bar. */
export function notice({ markdown, tone }: Pick<TextReply, 'markdown' | 'tone'>, look: Look): Section {
  const style = tone === 'error' ? bad : dim
  return { kind: 'notice', lines: barred(markdown, look, style) }
}

/** A file that was sent: where it lies on this machine. */
export function fileSection({ name, bytes, path, caption = '' }: FileReply, look: Look): Section {
  const words = [run(harmlessLine(name), bold), run(` · ${size(bytes)} · `, dim), run(harmlessLine(path))]
  const lines = wrap(words, look.columns - 2).map((line) => look.paint([run('│ ', accent), ...line]))
  return { kind: 'notice', lines: [...(caption === '' ? [] : barred(caption, look, accent)), ...lines] }
}

/** The question and what exactly is asked. It stays on the page; its choices do not. */
export function question({ title, markdown }: PromptReply, look: Look): Section {
  const head = look.paint([run('? ', accent | bold), run(harmlessLine(title), bold)])
  return { kind: 'prompt', lines: [head, ...barred(markdown, look, accent)] }
}

export function settledLine({ title, settled }: PromptReply, look: Look): string {
  const label = harmlessLine(settled?.label ?? '')
  return look.paint([
    run(`└ ${clip(label, look.columns - 2)}`, dim),
    run(look.colour ? '' : ` (${harmlessLine(title)})`),
  ])
}

/** The choices with their keys, on one line if they fit. */
export function choiceLines(choices: readonly Choice[], look: Look): string[] {
  const parts = keyed(choices).map(({ key, choice: { label, text } }) => [
    run(key, bold | accent),
    run(` ${clip(harmlessLine(label), look.columns - 8)}${text === true ? '…' : ''}`, plain),
  ])
  const joined = parts.flatMap((part, index) => (index === 0 ? part : [run('   '), ...part]))
  return runsWidth(joined) <= look.columns ? [look.paint(joined)] : parts.map((part) => look.paint(part))
}

function barred(markdown: string, look: Look, style: number): string[] {
  const lines = renderMarkdown(harmless(markdown).trimEnd(), { ...look, columns: look.columns - 2 })
  return lines.map((line) => look.paint([run(line === '' ? '│' : '│ ', style)]) + line)
}

function count(tokens: number): string {
  return tokens < 10_000 ? String(tokens) : `${(tokens / 1000).toFixed(tokens < 100_000 ? 1 : 0)}k`
}

function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`
}

function dollars(usd: number): string {
  return `$${usd < 0.1 ? usd.toFixed(4) : usd.toFixed(2)}`
}
