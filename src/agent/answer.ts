/** What a program gets back for a message. */
import type { ToolView, TurnFigures } from '../contract.ts'

/** How a message ended that was answered. */
export interface AgentAnswer {
  /** Markdown, whole. */
  readonly text: string
  /** Cost (US dollars), duration (milliseconds) and tokens; undefined for the answer to a chat command. */
  readonly figures: TurnFigures | undefined
}

/**
 * What happens while a message is answered. The deltas since the last `text-void` join to the text of the answer,
 * which is always the last event.
 */
export type AgentEvent =
  /** More text. */
  | { readonly type: 'text'; readonly delta: string }
  /** All text so far is void and comes anew: the connection to the API dropped. */
  | { readonly type: 'text-void' }
  /** A tool started, `running`, or ended: once each. */
  | { readonly type: 'tool'; readonly tool: ToolView }
  /** One line about a wait that neither text nor a tool explains, e.g. that the API is overloaded. */
  | { readonly type: 'status'; readonly status: string }
  /** Words that come besides the answer, as Markdown. */
  | { readonly type: 'message'; readonly markdown: string }
  /** Claude sent a file: a copy lies under `path`, which is yours to move or to remove. */
  | {
      readonly type: 'file'
      readonly path: string
      readonly name: string
      readonly bytes: number
      readonly caption?: string
    }
  | { readonly type: 'answer'; readonly answer: AgentAnswer }

/** The one error that a message to an agent ends with. */
export class AgentError extends Error {
  override readonly name = 'AgentError'
  /**
   * - `failed`: Claude, its CLI or its API did. The message says what Claude had written until then, why it ended and
   *   what to do.
   * - `cancelled`: a signal was aborted (`cause` is its reason), or `/stop` was said.
   * - `approval`: `onApproval` threw (`cause` is what it threw) or made no valid choice; the turn was stopped.
   * - `closed`: the agent is closed, or was before it answered.
   */
  readonly code: 'failed' | 'cancelled' | 'approval' | 'closed'

  constructor(code: AgentError['code'], message: string, options: { cause?: unknown } = {}) {
    super(message, options)
    this.code = code
  }
}
