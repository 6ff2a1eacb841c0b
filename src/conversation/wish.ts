/** What somebody wants of a session otherwise than configured. Pure. */
import { type ClaudeOptions, ClaudeError } from '../claude/turn.ts'
import type { SessionRecord } from '../store/records.ts'

/** The environment by which a session's CLI finds the gateway of this adapter. Undefined: it has none any more. */
export type Gateway = (adapter: string, model: string | undefined) => ClaudeOptions['env'] | undefined

/**
 * The operator's bounds stay: a wish makes a turn shorter and cheaper, never longer or dearer. Throws {@link ClaudeError}
 * where what it wishes for is gone.
 */
export function wishedFor(
  claude: ClaudeOptions,
  record: Pick<SessionRecord, 'wish' | 'model'>,
  gateway: Gateway,
): ClaudeOptions {
  const { wish } = record
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
    env: { ...claude.env, ...gatewayOf(record, claude, gateway) },
  }
}

/** It must not run on what all others use instead. */
function gatewayOf(
  { wish, model }: Parameters<typeof wishedFor>[1],
  claude: ClaudeOptions,
  gateway: Gateway,
): ClaudeOptions['env'] {
  if (wish?.gateway === undefined) return {}
  const found = gateway(wish.gateway, model ?? claude.model)
  if (found !== undefined) return found
  throw new ClaudeError('config', 'This session runs on a model gateway that is not configured any more.')
}

function least(configured: number | undefined, wished: number | undefined): number | undefined {
  if (configured === undefined || wished === undefined) return configured ?? wished
  return Math.min(configured, wished)
}
