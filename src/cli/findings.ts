/** What was looked through, a line each: for people, and for scripts by the exit code. */
import { adapterSetup } from '../adapters.ts'
import { isAlone, makeAdapters } from '../bot/adapters.ts'
import { limitsOf } from '../bot/walls.ts'
import type { Config } from '../config.ts'
import type { Finding, Log } from '../contract.ts'
import { chooseSandbox } from '../sandbox/choose.ts'
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
  const { sandbox: wanted, walls } = config
  const alone = isAlone(await makeAdapters(config, []))
  // Nothing is started: where the gates would be does not matter.
  const gates = walls.network && { model: '/', web: '/' }
  try {
    const { name, missing } = await chooseSandbox(wanted, alone, unheard, { gates, limits: limitsOf(config) })
    if (name === 'none')
      return [{ ok: true, what: 'people are not walled off from each other: the sandbox is none' }]
    const network =
      walls.network === undefined ? '' : ', and from the network but for what `walls.network` lists'
    return [
      { ok: true, what: `people are walled off from each other by ${name}${network}` },
      ...missing.map((what) => ({ ok: false, what, advice: advised })),
    ]
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error
    return [{ ok: false, what: error.message }]
  }
}

const advised =
  'under systemd: `Delegate=yes` in the unit (docs/security.md, Limits); or leave it out of the config'

const nothing = (): void => undefined
/** What it would warn of at a start is said in the findings. */
const unheard: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing }
