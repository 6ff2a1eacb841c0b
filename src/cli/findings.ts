/** What was looked through, a line each: for people, and for scripts by the exit code. */
import { adapterSetup } from '../adapters.ts'
import type { Config } from '../config.ts'
import type { Finding } from '../contract.ts'

/** Prints them; true: all is well. */
export function report(findings: readonly Finding[]): boolean {
  for (const { ok, what, advice } of findings) {
    process.stdout.write(`${ok ? '✓' : '✗'} ${what}\n`)
    if (advice !== undefined) process.stdout.write(`  → ${advice}\n`)
  }
  return findings.every(({ ok }) => ok)
}

/** What one adapter finds on its platform. */
export async function platformFindings(
  name: string,
  { settings, module }: Config['adapters'][string],
): Promise<readonly Finding[]> {
  const setup = module === undefined ? await adapterSetup(name) : undefined
  if (setup === undefined) return [{ ok: true, what: `${name} is configured` }]
  const findings = await setup.check(settings)
  return findings.map((finding) => ({ ...finding, what: `${name}: ${finding.what}` }))
}
