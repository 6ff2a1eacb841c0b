/** Requests to the CLI outside of turns, and their answers. */
import { randomUUID } from 'node:crypto'
import type { Incoming } from './protocol.ts'
import { ClaudeError } from './turn.ts'

export interface Control {
  /**
   * Resolves with the CLI's answer. @throws ClaudeError: `protocol` when it refuses or does not answer in time,
   * and what `fail` was given.
   */
  request(
    request: { readonly subtype: string; readonly [field: string]: unknown },
    withinMs?: number,
  ): Promise<unknown>
  /** Takes an answer. */
  settle(message: Extract<Incoming, { kind: 'response' }>): void
  /** No more answers will come. */
  fail(error: ClaudeError): void
}

interface Waiting {
  resolve(response: unknown): void
  reject(error: ClaudeError): void
}

/** Ten CLIs that start at once on a small machine take several seconds each. */
const answerWithinMs = 60_000

export function createControl(write: (message: object) => boolean): Control {
  const waiting = new Map<string, Waiting>()
  let failure: ClaudeError | undefined

  const request: Control['request'] = async (request, withinMs = answerWithinMs) => {
    const id = randomUUID()
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    if (failure !== undefined) throw failure
    const timer = setTimeout(() => {
      write({ type: 'control_cancel_request', request_id: id })
      reject(
        new ClaudeError(
          'protocol',
          `The Claude CLI did not answer "${request.subtype}" within ${withinMs} ms.`,
        ),
      )
    }, withinMs)
    waiting.set(id, { resolve, reject })
    write({ type: 'control_request', request_id: id, request })
    try {
      return await promise
    } finally {
      clearTimeout(timer)
      waiting.delete(id)
    }
  }

  return {
    request,
    settle({ response }) {
      const asked = waiting.get(response.request_id)
      if (response.subtype === 'success') asked?.resolve(response.response)
      else asked?.reject(new ClaudeError('protocol', `The Claude CLI refused: ${response.error}`))
    },
    fail(error) {
      failure = error
      for (const asked of waiting.values()) asked.reject(error)
    },
  }
}
