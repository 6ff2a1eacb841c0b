/** What was looked through, a line each: for people, and for scripts by the exit code. */
import { adapterSetup } from '../adapters.ts'
import { isAlone, makeAdapters } from '../bot/adapters.ts'
import type { Config } from '../config.ts'
import type { Finding } from '../contract.ts'
import { openBwrap } from '../sandbox/bwrap.ts'
import { SandboxError } from '../sandbox/port.ts'

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

/** Are people walled off from each other here, as the config wants it? */
export async function wallsFindings(config: Config): Promise<readonly Finding[]> {
  const { sandbox } = config
  if (sandbox === 'none' || (sandbox === 'auto' && isAlone(await makeAdapters(config, []))))
    return [{ ok: true, what: 'people are not walled off from each other: the sandbox is none' }]
  try {
    await openBwrap(process.env.PATH)
    return [{ ok: true, what: 'people are walled off from each other by bwrap' }]
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error
    const none = "or, where all may see each other's files and yours: `sandbox: none` in the config"
    return [{ ok: false, what: error.message, advice: none }]
  }
}
