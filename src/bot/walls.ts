/** Puts up what keeps people's processes from each other, from the network and from the model's key. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openBroker } from '../broker/broker.ts'
import type { Broker } from '../broker/port.ts'
import { isKept, usedLogin } from '../claude/login.ts'
import type { Config } from '../config.ts'
import type { Log } from '../contract.ts'
import { openEgress } from '../egress/egress.ts'
import { chooseSandbox } from '../sandbox/choose.ts'
import { type Gates, modelUrl } from '../sandbox/gates.ts'
import type { Limits } from '../sandbox/limits.ts'
import type { Sandbox } from '../sandbox/port.ts'

interface Walls {
  readonly sandbox: Sandbox
  /** Keeps the model's key. */
  readonly broker: Broker
}

/** `alone`: nobody writes but whoever started the process. `opened` takes them down. Throws SandboxError. */
export async function openWalls(
  config: Config,
  alone: boolean,
  log: Log,
  opened: AsyncDisposableStack,
): Promise<Walls> {
  const { network: list } = config.walls
  const gates = list === undefined ? undefined : await gatesIn(opened)
  const sandbox = await chooseSandbox(config.sandbox, alone, log, { gates, limits: limitsOf(config) })
  for (const missing of sandbox.missing) log.warn({}, missing)
  tellOfLogin(config, alone, log)
  if (gates === undefined || list === undefined) {
    const broker = openBroker(log)
    opened.defer(() => broker.close())
    return { sandbox, broker }
  }
  const broker = openBroker(log, { socket: gates.model, url: modelUrl })
  opened.defer(() => broker.close())
  // The socket has to be there before the first process is started.
  await broker.listen()
  const egress = await openEgress({ list, socket: gates.web, log })
  opened.defer(() => egress.close())
  return { sandbox, broker }
}

/** What one person may take of the machine; undefined: all of it. */
export function limitsOf({ walls }: Pick<Config, 'walls'>): Limits | undefined {
  const { network: _network, ...limits } = walls
  return Object.values(limits).some((limit) => limit !== undefined) ? limits : undefined
}

/** A path that is short enough for a socket, and nobody else's. */
async function gatesIn(opened: AsyncDisposableStack): Promise<Gates> {
  const dir = await mkdtemp(join(tmpdir(), 'parley-gates-'))
  opened.defer(() => rm(dir, { recursive: true, force: true }))
  return { model: join(dir, 'model'), web: join(dir, 'web') }
}

function tellOfLogin({ claude, walls }: Config, alone: boolean, log: Log): void {
  const login = usedLogin(claude)
  if (login === undefined || isKept(login)) return
  if (!alone)
    log.warn(
      { login },
      'the CLI has to read this login by itself: whoever it works for can read it too. A key or the token of `claude setup-token` would be kept from them (docs/security.md)',
    )
  if (walls.network !== undefined)
    log.warn({ login }, 'walls.network has to name where the CLI asks by this login, e.g. api.anthropic.com')
}
