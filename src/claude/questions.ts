/** What the CLI asks of us: leave for a tool, a hook's judgement, a call of a tool that we offer it. */
import type { Log } from '../contract.ts'
import { createApprovals, type Approvals } from './approvals.ts'
import { guardAnswer } from './guard.ts'
import { createOfferedTools, type OfferedTools } from './offered-tools.ts'
import type { Incoming } from './protocol.ts'
import type { SessionOptions } from './turn.ts'

export interface QuestionParts {
  readonly options: Pick<SessionOptions, 'tools' | 'guard'>
  readonly asker: Parameters<typeof createApprovals>[0]
  /** False: the process is gone. */
  readonly write: (message: object) => boolean
  readonly log: Log
}

export class Questions {
  readonly approvals: Approvals
  readonly #parts: QuestionParts
  readonly #tools: OfferedTools

  constructor(parts: QuestionParts) {
    this.#parts = parts
    this.#tools = createOfferedTools(parts.options.tools ?? [], parts.log)
    this.approvals = createApprovals(parts.asker, (id, response) => this.#reply(id, response), parts.log)
  }

  take(message: Extract<Incoming, { kind: 'request' }>): void {
    const { id, request } = message
    const { options, log, write } = this.#parts
    if (request.subtype === 'can_use_tool') {
      this.approvals.ask(message)
      return
    }
    const { guard } = options
    if (request.subtype === 'hook_callback' && guard !== undefined) {
      void guardAnswer(guard, request, log).then((answer) => this.#reply(id, answer))
      return
    }
    if (request.subtype === 'mcp_message') {
      void this.#tools.answer(id, request).then((answer) => this.#reply(id, answer))
      return
    }
    const error = `Parley does not support "${request.subtype}"`
    write({ type: 'control_response', response: { subtype: 'error', request_id: id, error } })
  }

  /** It wants no answer any more. */
  withdraw(id: string): void {
    this.approvals.withdraw(id)
    this.#tools.withdraw(id)
  }

  #reply(id: string, response: object): boolean {
    return this.#parts.write({
      type: 'control_response',
      response: { subtype: 'success', request_id: id, response },
    })
  }
}
