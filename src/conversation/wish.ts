/** What somebody wants of a session otherwise than configured. Pure. */
import type { ClaudeOptions } from '../claude/turn.ts'
import type { SessionRecord } from '../store/records.ts'

/** The operator's bounds stay: a wish makes a turn shorter and cheaper, never longer or dearer. */
export function wishedFor(claude: ClaudeOptions, wish: SessionRecord['wish']): ClaudeOptions {
  if (wish === undefined) return claude
  const { systemPrompt, allowedTools = [], disallowedTools = [] } = wish
  const prompts = [claude.appendSystemPrompt, systemPrompt].filter(
    (text) => text !== undefined && text !== '',
  )
  const maxTurns = least(claude.maxTurns, wish.maxTurns)
  const maxBudgetUsd = least(claude.maxBudgetUsd, wish.maxBudgetUsd)
  return {
    ...claude,
    allowedTools: [...claude.allowedTools, ...allowedTools],
    disallowedTools: [...claude.disallowedTools, ...disallowedTools],
    appendSystemPrompt: prompts.length === 0 ? undefined : prompts.join('\n\n'),
    maxTurns,
    maxBudgetUsd,
    timeout: least(claude.timeout, wish.timeout) ?? claude.timeout,
  }
}

function least(configured: number | undefined, wished: number | undefined): number | undefined {
  if (configured === undefined || wished === undefined) return configured ?? wished
  return Math.min(configured, wished)
}
