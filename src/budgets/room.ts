/** How much a choice gives: room beyond what is used by now, as a sum that people can read. Pure. */
import type { Standing } from './standing.ts'

/** What a choice adds to one budget; 0: it does not count this. */
export interface Room {
  readonly usd: number
  readonly tokens: number
}

/** `share`: how much of what is configured is free afterwards, at the least. */
export function roomIn({ used, limit, configured }: Standing, share: number): Room {
  const room = (kind: 'usd' | 'tokens'): number => {
    const [own, most] = [configured[kind], limit[kind]]
    return own === undefined || most === undefined ? 0 : Math.max(0, used[kind] - most) + own * share
  }
  return { usd: roundedUp(room('usd') * 100) / 100, tokens: roundedUp(room('tokens')) }
}

/** To two digits that tell, and to whole units. */
function roundedUp(amount: number): number {
  if (amount <= 0) return 0
  const step = 10 ** Math.max(0, Math.floor(Math.log10(amount)) - 1)
  // What a sum of fractions is off by makes no further step.
  return Math.ceil(Number((amount / step).toFixed(6))) * step
}
