/**
 * bubblewrap: an empty file system into which only what is named is put, its own processes, users and names. The network
 * is the host's, or with gates its own. Nothing of it is left when the process, or Parley, is gone.
 */
import { execFile } from 'node:child_process'
import { existsSync, lstatSync, readlinkSync } from 'node:fs'
import { promisify } from 'node:util'
import { onPath } from '../on-path.ts'
import { type Gates, gateArguments, proxyEnvironment, throughGates } from './gates.ts'
import { type Holds, type Limits, holdsOf } from './limits.ts'
import { type Command, type Sandbox, SandboxError, type Walls } from './port.ts'

/** Where distributions keep programs; of those of today most are links into /usr. */
const systemDirs = ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32']

/** What programs look up: names, certificates, time zones, links to chosen versions. Never /etc as a whole. */
const systemFiles = [
  '/etc/alternatives',
  '/etc/ca-certificates',
  '/etc/crypto-policies',
  '/etc/group',
  '/etc/hosts',
  '/etc/ld.so.cache',
  '/etc/localtime',
  '/etc/mime.types',
  '/etc/nsswitch.conf',
  '/etc/passwd',
  '/etc/pki',
  '/etc/resolv.conf',
  '/etc/ssl',
  '/etc/timezone',
]

/** Keys of the machine's own among those, for root to read. */
const keyDirs = [
  '/etc/pki/CA/private',
  '/etc/pki/consumer',
  '/etc/pki/entitlement',
  '/etc/pki/tls/private',
  '/etc/ssl/private',
]

const probeMs = 10_000
/** What is left in /tmp stands in memory, and what is in /dev/shm. */
const temporaryBytes = 256 * 1024 * 1024
const sharedBytes = 64 * 1024 * 1024

export interface BwrapOptions {
  /** All that is left of the network; absent: it is the host's. */
  readonly gates?: Gates | undefined
  /** What one person may take of the machine. */
  readonly limits?: Limits | undefined
}

/** `path`: where programs are looked for. Tries it: a kernel or a container may forbid what it does. Throws {@link SandboxError}. */
export async function openBwrap(
  path = '/usr/bin:/bin',
  { gates, limits = {} }: BwrapOptions = {},
): Promise<Sandbox> {
  const system = systemArguments()
  const [program] = await onPath('bwrap', path)
  if (program === undefined)
    throw new SandboxError('bwrap is not installed here (Debian: apt install bubblewrap).')
  // Within walls no other place is seen.
  const [socat] = await onPath('socat', '/usr/bin:/usr/local/bin')
  if (gates !== undefined && socat === undefined)
    throw new SandboxError(
      'walls.network needs socat, which is not installed here (Debian: apt install socat).',
    )
  const apart = gates === undefined ? [] : ['--unshare-net']
  try {
    await promisify(execFile)(program, [...apart, ...system, '--', '/usr/bin/env', 'true'], {
      env: { PATH: path },
      timeout: probeMs,
    })
  } catch (error) {
    const why = error instanceof Error ? error.message.trim().split('\n').at(-1) : String(error)
    throw new SandboxError(
      `bwrap does not work here (${why}). Let this user make user namespaces; in a container: a seccomp profile that allows them, and /proc unmasked.`,
      { cause: error },
    )
  }
  const [prlimit] = await onPath('prlimit', '/usr/bin:/usr/local/bin')
  const holds = holdsOf(limits, prlimit, process.getuid?.() ?? 0)
  const { missing, within } = holds
  const front: Front =
    gates === undefined || socat === undefined
      ? { program, args: system, within, env: {}, holds }
      : {
          program,
          args: [...system, ...gateArguments(gates)],
          within: [...throughGates(socat), ...within],
          env: proxyEnvironment,
          holds,
        }
  return { name: 'bwrap', missing, wrap: (command, walls) => wrapped(front, command, walls) }
}

/** What all processes have alike. */
interface Front {
  /** Absolute path of bwrap. */
  readonly program: string
  readonly args: readonly string[]
  /** What is run within, with the command behind it. */
  readonly within: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly holds: Holds
}

function wrapped<C extends Command>(front: Front, command: C, { writable, readable, person }: Walls): C {
  const [path, ...before] = [...front.holds.before(person), front.program]
  return {
    ...command,
    path: path ?? front.program,
    args: [
      ...before,
      ...front.args,
      ...readable.flatMap((path) => ['--ro-bind', path, path]),
      ...writable.flatMap((path) => ['--bind', path, path]),
      // What is above those is made in memory: nothing can be left there.
      '--remount-ro',
      '/',
      '--chdir',
      command.cwd,
      '--',
      ...front.within,
      command.path,
      ...command.args,
    ],
    // Root may bypass permissions in a sandbox alone, and the CLI cannot see that it is in one. Not in the arguments:
    // they are for every user of the machine to read.
    env: { ...command.env, ...front.env, IS_SANDBOX: '1' },
  }
}

/** The walls that all have alike. No rights in them, whoever starts it, and nothing shared but the network. */
function systemArguments(): readonly string[] {
  const apart = '--unshare-user --unshare-pid --unshare-ipc --unshare-uts --unshare-cgroup-try'.split(' ')
  const system = ['--ro-bind', '/usr', '/usr', ...systemDirs.flatMap(systemDir)]
  const files = systemFiles.flatMap((file) => ['--ro-bind-try', file, file])
  const empty = keyDirs.flatMap((dir) =>
    existsSync(dir) ? ['--size', '4096', '--tmpfs', dir, '--remount-ro', dir] : [],
  )
  // To the kernel root without rights is root still: the settings in /proc/sys are files of its own, which bwrap leaves open.
  const settings = process.getuid?.() === 0 ? '--ro-bind /proc/sys /proc/sys ' : ''
  const devices = `--dev /dev --size ${sharedBytes} --tmpfs /dev/shm --remount-ro /dev`
  const made = `--proc /proc ${settings}${devices} --size ${temporaryBytes} --tmpfs /tmp`.split(' ')
  return [
    ...apart,
    '--cap-drop',
    'ALL',
    '--die-with-parent',
    '--hostname',
    'parley',
    ...system,
    ...files,
    ...empty,
    ...made,
  ]
}

function systemDir(dir: string): readonly string[] {
  const found = lstatSync(dir, { throwIfNoEntry: false })
  if (found === undefined) return []
  return found.isSymbolicLink() ? ['--symlink', readlinkSync(dir), dir] : ['--ro-bind', dir, dir]
}
