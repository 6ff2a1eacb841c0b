/** Opens what traces are sent through, where they are wanted. */
import type { Log } from '../contract.ts'
import type { Config } from '../config.ts'
import type { Tracing } from './port.ts'

/** Undefined: none are wanted, and nothing is loaded for them. */
export async function openTracing(
  { traces: url, headers, sample }: Config['telemetry'],
  log: Log,
): Promise<Tracing | undefined> {
  if (url === undefined) return undefined
  const { openOtlp } = await import('./otlp.ts')
  return openOtlp({ url, headers, sample, log })
}
