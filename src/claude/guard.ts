/**
 * Asked before every tool use, whatever the CLI itself would say: modes, rules of a session and what somebody allowed for
 * good do not get past it. The CLI calls it a hook.
 */
import { z } from 'zod'
import type { Log } from '../contract.ts'
import type { Guard } from './turn.ts'

const Call = z.object({
  input: z.object({
    tool_name: z.string(),
    tool_input: z.record(z.string(), z.unknown()).catch({}),
    agent_id: z.string().optional().catch(undefined),
  }),
})

/** For the CLI's `initialize`. */
export const guardHooks = { PreToolUse: [{ matcher: null, hookCallbackIds: ['guard'] }] }

/** The answer to a `hook_callback`. What cannot be judged is refused. Never rejects. */
export async function guardAnswer(guard: Guard, request: unknown, log: Log): Promise<object> {
  const call = Call.safeParse(request)
  if (!call.success) return decision('deny', 'Parley could not read what this tool use is. Do without it.')
  const { tool_name: tool, tool_input: input, agent_id: agent } = call.data.input
  try {
    const judged = await guard({ tool, input, agent })
    if (judged === undefined) return {}
    return judged === 'ask'
      ? decision('ask', 'The operator wants to be asked.')
      : decision('deny', judged.never)
  } catch (error) {
    log.error({ err: error, tool }, 'a tool use could not be judged; it is refused')
    return decision('deny', 'Parley could not judge this tool use. Do without it.')
  }
}

function decision(permissionDecision: 'ask' | 'deny', permissionDecisionReason: string): object {
  return {
    hookSpecificOutput: { hookEventName: 'PreToolUse', permissionDecision, permissionDecisionReason },
  }
}
