/** What Claude may only do when somebody allows it: the CLI's questions and our answers. */
import { z } from 'zod'
import type { Log } from '../contract.ts'
import type { Incoming } from './protocol.ts'
import type { ApprovalRequest, Decision } from './turn.ts'
import type { Asker } from './background.ts'

const question = z.object({
  tool_name: z.string(),
  input: z.record(z.string(), z.unknown()).catch({}),
  tool_use_id: z.string().optional().catch(undefined),
  permission_suggestions: z.array(z.unknown()).catch([]),
  agent_id: z.string().optional().catch(undefined),
  blocked_path: z.string().nullish().catch(undefined),
})

/** Undefined: it is not shaped as we know it. */
function parseApproval(id: string, request: unknown): ApprovalRequest | undefined {
  const parsed = question.safeParse(request)
  if (!parsed.success) return undefined
  const {
    tool_name: tool,
    input,
    tool_use_id: toolUseId,
    permission_suggestions: suggestions,
    agent_id: agent,
  } = parsed.data
  return {
    id,
    agent,
    toolUseId,
    tool,
    input,
    suggestions,
    blockedPath: parsed.data.blocked_path ?? undefined,
  }
}

/** What the CLI is told. */
function answerTo(request: ApprovalRequest, decision: Decision): object {
  if (decision.behavior === 'deny') {
    const interrupt = decision.interrupt === true ? { interrupt: true } : {}
    return { behavior: 'deny', message: decision.reason, ...interrupt }
  }
  const remember = (decision.remember ?? []).flatMap(forThisSession)
  return {
    behavior: 'allow',
    // Older versions refuse an answer without it.
    updatedInput: decision.input ?? request.input,
    ...(remember.length > 0 && { updatedPermissions: remember }),
  }
}

/** Suggestions may name a settings file as their destination; what one user allows must not outlive the session. */
function forThisSession(suggestion: unknown): object[] {
  return typeof suggestion === 'object' && suggestion !== null
    ? [{ ...suggestion, destination: 'session' }]
    : []
}

/** The approvals of the turn that the CLI is in. */
export interface Approvals {
  /** The CLI asks: the turn is told, or nobody is there and it is denied. */
  ask(message: Extract<Incoming, { kind: 'request' }>): void
  /** False: nobody waits for it any more. */
  decide(id: string, decision: Decision): boolean
  /** The CLI no longer wants an answer. */
  withdraw(id: string): void
  /** The turn is over. */
  clear(): void
}

/** `reply` answers one of the CLI's requests; false: it is gone. */
export function createApprovals(
  asker: () => Asker | undefined,
  reply: (id: string, response: object) => boolean,
  log: Log,
): Approvals {
  const waiting = new Map<string, { readonly request: ApprovalRequest; readonly turn: Asker }>()
  return {
    ask({ id, request }) {
      const approval = parseApproval(id, request)
      const turn = asker()
      if (approval === undefined || turn === undefined) {
        log.warn({ readable: approval !== undefined }, 'an approval that nobody can be asked for is denied')
        const message = 'Nobody is there to allow it. Ask for it in your next answer.'
        reply(id, { behavior: 'deny', message })
        return
      }
      waiting.set(id, { request: approval, turn })
      turn.hold(id)
      turn.tell({ type: 'approval', request: approval })
    },
    decide(id, decision) {
      const asked = waiting.get(id)
      if (asked === undefined) return false
      waiting.delete(id)
      asked.turn.release(id)
      return reply(id, answerTo(asked.request, decision))
    },
    withdraw(id) {
      const asked = waiting.get(id)
      if (asked === undefined) return
      waiting.delete(id)
      asked.turn.release(id)
      asked.turn.tell({ type: 'approval-withdrawn', id })
    },
    clear: () => waiting.clear(),
  }
}
