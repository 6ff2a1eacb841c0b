/** What went wrong with Claude. The English words come with the fault itself; other languages go by its code. */
import type { ClaudeErrorCode } from '../../claude/turn.ts'

interface Fault {
  readonly code: ClaudeErrorCode
  readonly message: string
  /** What the CLI, the API or the system said. */
  readonly detail?: string
}

export const faults = { told: ({ message }: Fault): string => message }
