/** The largest file that can be sent to a chat. Pure. */
import type { Adapter, Address } from '../contract.ts'

/** 0: none can. */
export function largestFile(
  adapter: Pick<Adapter, 'limits' | 'fileBytesAt'> | undefined,
  to: Address,
): number {
  return adapter?.fileBytesAt?.(to) ?? adapter?.limits.fileBytes ?? 0
}
