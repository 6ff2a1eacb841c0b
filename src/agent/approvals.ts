/** Asks the program what Claude may do. */
import type { Choice, PromptReply } from '../contract.ts'
import { AgentError } from './answer.ts'

/** Something that Claude may only do with leave. */
export interface AgentApproval {
  /** Whose turn it is. */
  readonly user: string
  /** E.g. `Claude wants to use Bash`. */
  readonly title: string
  /** What exactly: the command in full, the edit as a diff. */
  readonly markdown: string
  /** To allow a tool: `once`, `session` and `always` (only where it can be remembered), `deny`, and `why`, which takes a text. */
  readonly choices: readonly Choice[]
  /** True: a question to which several choices can be the answer. */
  readonly multiple: boolean
  /** True: a question that may be answered by a text alone. */
  readonly ownText: boolean
  /** Aborted when no answer is wanted any more: the turn was stopped, or the agent is closing. */
  readonly signal: AbortSignal
}

export interface AgentDecision {
  /** Id of one of the choices; a list where `multiple`; an empty list where `text` is the answer. */
  readonly choice: string | readonly string[]
  /** Told to Claude, where the choice takes a text. */
  readonly text?: string | undefined
}

/** May take its time: other users' turns go on meanwhile. What it throws ends the message that it decides for. */
export type ApprovalHandler = (approval: AgentApproval) => AgentDecision | Promise<AgentDecision>

export const denyAll: ApprovalHandler = ({ ownText, choices }) =>
  ownText
    ? { choice: [], text: 'Nobody is here to answer. Decide by yourself.' }
    : {
        choice: choices.find(({ text }) => text === true)?.id ?? 'deny',
        text: 'Nobody is here to approve. Do without this tool.',
      }

export class Approvals {
  readonly #handler: ApprovalHandler
  /** By prompt. */
  readonly #asked = new Map<string, AbortController>()

  constructor(handler: ApprovalHandler) {
    this.#handler = handler
  }

  /** Undefined: no answer is wanted any more. Throws {@link AgentError} `approval`. */
  async decide(user: string, reply: PromptReply): Promise<AgentDecision | undefined> {
    const { prompt, title, markdown, choices, multiple = false, ownText = false } = reply
    const asked = new AbortController()
    this.#asked.set(prompt, asked)
    const { signal } = asked
    try {
      const decision = await this.#handler({ user, title, markdown, choices, multiple, ownText, signal })
      return signal.aborted ? undefined : checked(decision, reply)
    } catch (error) {
      // A handler that passes the signal on rejects when it is aborted: that is no fault.
      if (signal.aborted) return undefined
      throw error instanceof AgentError ? error : failed(error)
    } finally {
      this.#asked.delete(prompt)
    }
  }

  withdraw(prompt: string): void {
    this.#asked.get(prompt)?.abort()
  }

  withdrawAll(): void {
    for (const asked of this.#asked.values()) asked.abort()
  }
}

function checked(decision: AgentDecision, { choices, multiple, ownText }: PromptReply): AgentDecision {
  const chosen = typeof decision.choice === 'string' ? [decision.choice] : decision.choice
  const known = chosen.every((id) => choices.some((choice) => choice.id === id))
  const enough = chosen.length === 1 || (chosen.length === 0 ? ownText === true : multiple === true)
  if (known && enough) return decision
  const offered = choices.map(({ id }) => `\`${id}\``).join(', ')
  throw new AgentError(
    'approval',
    `onApproval chose ${JSON.stringify(decision.choice)}, which is not offered; the turn was stopped. Choose one of ${offered}.`,
  )
}

function failed(cause: unknown): AgentError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new AgentError('approval', `onApproval threw (${reason}); the turn was stopped.`, { cause })
}
