/** What tokens cost of which nobody named a price: as much as the same model's did before. Pure. */
import type { TokenUsage } from '../claude/turn.ts'
import { type UsageRecord } from '../store/records.ts'
import { noUsage } from '../store/usage.ts'

/** In Anthropic's price lists all kinds cost so many times what one of input does. */
const weights: TokenUsage = { input: 1, output: 5, cacheRead: 0.1, cacheWrite: 1.25 }

/** US dollars for a token of input, when nothing at all is known. */
const firstGuess = 5 / 1_000_000

function weighed(tokens: TokenUsage): number {
  return (
    tokens.input * weights.input +
    tokens.output * weights.output +
    tokens.cacheRead * weights.cacheRead +
    tokens.cacheWrite * weights.cacheWrite
  )
}

export function isFree(tokens: TokenUsage): boolean {
  return weighed(tokens) === 0
}

function tokensOf(day: UsageRecord): TokenUsage {
  return {
    input: day.inputTokens,
    output: day.outputTokens,
    cacheRead: day.cacheReadTokens,
    cacheWrite: day.cacheWriteTokens,
  }
}

/** US dollars for a token of input. Undefined: these days tell nothing. */
export function rateOf(days: readonly UsageRecord[]): number | undefined {
  const weight = days.reduce((sum, day) => sum + weighed(tokensOf(day)), 0)
  const costUsd = days.reduce((sum, day) => sum + day.costUsd, 0)
  return weight > 0 && costUsd > 0 ? costUsd / weight : undefined
}

/** What these tokens add to the books. */
export function tokensAt(rate: number | undefined, tokens: TokenUsage): UsageRecord {
  return {
    ...noUsage,
    costUsd: (rate ?? firstGuess) * weighed(tokens),
    inputTokens: tokens.input,
    outputTokens: tokens.output,
    cacheReadTokens: tokens.cacheRead,
    cacheWriteTokens: tokens.cacheWrite,
  }
}
