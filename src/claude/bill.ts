/** What a turn came to, as the model's API told it, beside what the CLI told. Pure. */
import type { TokenUsage, TurnFault, TurnResult } from './turn.ts'

/** Of a turn that has ended. */
export interface Bill {
  /** Since the last one. */
  readonly spent: TokenUsage
  /** Set where a request was refused in it because whoever pays may spend no more. */
  readonly refused?: TurnFault
}

export const noUsage: TokenUsage = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 }

export function isNothing({ input, output, cacheRead, cacheWrite }: TokenUsage): boolean {
  return input + output + cacheRead + cacheWrite === 0
}

/** What was spent and is not told; never negative, for the CLI counts by the same answers. */
export function beyond(spent: TokenUsage, told: TokenUsage): TokenUsage {
  return {
    input: Math.max(0, spent.input - told.input),
    output: Math.max(0, spent.output - told.output),
    cacheRead: Math.max(0, spent.cacheRead - told.cacheRead),
    cacheWrite: Math.max(0, spent.cacheWrite - told.cacheWrite),
  }
}

export function plusUsage(a: TokenUsage, b: TokenUsage): TokenUsage {
  return {
    input: a.input + b.input,
    output: a.output + b.output,
    cacheRead: a.cacheRead + b.cacheRead,
    cacheWrite: a.cacheWrite + b.cacheWrite,
  }
}

/** `told`: by the CLI, of all that it asked. A refusal of ours beats what the CLI makes of it. */
export function billed<R extends Pick<TurnResult, 'fault' | 'untold'>>(
  result: R,
  { spent, refused }: Bill,
  told: TokenUsage,
): R {
  const untold = beyond(spent, told)
  return {
    ...result,
    ...(!isNothing(untold) && { untold }),
    ...(refused !== undefined && result.fault !== undefined && { fault: refused }),
  }
}
