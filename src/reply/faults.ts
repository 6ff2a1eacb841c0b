/** What is to be done about a call to a platform that failed. Pure, but for the dice. */
import { type Fault, AdapterError } from '../contract.ts'

export interface Failure {
  readonly code: Fault
  readonly message: string
  /** Milliseconds to wait, where the platform said so. */
  readonly retryAfter: number | undefined
  /** True when it may have been carried out all the same. */
  readonly uncertain: boolean
  /** True when a draft was held back, and nothing else need wait. */
  readonly draftsOnly: boolean
  readonly cause: unknown
}

const minute = 60_000
const quickestMs = 250
const longestMs = 5 * minute
/** An operator has to act first; they can have it retried at once. */
export const authMs = 10 * minute
/** So often something that nobody understands is tried before it is given up. */
export const mostUnknown = 10

export function failureOf(error: unknown): Failure {
  if (error instanceof AdapterError) {
    const { code, message, retryAfter, uncertain, draftsOnly } = error
    return { code, message, retryAfter, uncertain, draftsOnly, cause: error }
  }
  // Adapters throw nothing else by contract: who knows how far this one got.
  const message = error instanceof Error ? error.message : String(error)
  const unknown = { retryAfter: undefined, uncertain: true, draftsOnly: false }
  return { code: 'unknown', message, ...unknown, cause: error }
}

/** Milliseconds before the n-th quick try after the first. */
export function quickWait(tries: number): number {
  return jitter(quickestMs * 2 ** (tries - 1))
}

/** Milliseconds until a reply that was handed out so often is handed out again. */
export function laterWait(attempt: number): number {
  return jitter(Math.min(longestMs, 2000 * 2 ** Math.min(attempt - 1, 20)))
}

/** Many replies put off by one failure must not all come back at once. */
function jitter(ms: number): number {
  return Math.round(ms * (0.8 + 0.4 * Math.random()))
}
