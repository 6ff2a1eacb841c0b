/** deploy/parley.service: directives that there are, none that would leave people without walls. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { testDir } from '../rig/dir.ts'
import { pinned, read, root } from './files.ts'

/** Of systemd.unit(5), systemd.service(5), systemd.exec(5), systemd.kill(5), systemd.resource-control(5), version 252. */
const known: Readonly<Record<string, string>> = {
  Unit: `Description Documentation Wants Requires After Before Conflicts BindsTo PartOf StartLimitIntervalSec
    StartLimitBurst OnFailure ConditionPathExists AssertPathExists`,
  Service: `Type User Group DynamicUser WorkingDirectory Environment EnvironmentFile ExecStart ExecStartPre ExecReload
    ExecStop Restart RestartSec RestartPreventExitStatus KillMode KillSignal TimeoutStartSec TimeoutStopSec
    StateDirectory StateDirectoryMode RuntimeDirectory CacheDirectory ConfigurationDirectory UMask MemoryMax MemoryHigh
    CPUQuota CPUWeight TasksMax IOWeight LimitNOFILE LimitNPROC OOMPolicy Delegate Slice ProtectSystem ProtectHome
    ReadWritePaths ReadOnlyPaths InaccessiblePaths PrivateTmp PrivateDevices PrivateIPC PrivateNetwork PrivateUsers
    ProtectControlGroups ProtectClock ProtectKernelModules ProtectKernelTunables ProtectKernelLogs ProtectHostname
    ProtectProc ProcSubset NoNewPrivileges CapabilityBoundingSet AmbientCapabilities LockPersonality
    MemoryDenyWriteExecute RestrictRealtime RestrictSUIDSGID RestrictNamespaces RestrictAddressFamilies RemoveIPC
    SystemCallArchitectures SystemCallFilter SystemCallErrorNumber IPAddressDeny IPAddressAllow StandardOutput
    StandardError SyslogIdentifier WatchdogSec LoadCredential`,
  Install: 'WantedBy RequiredBy Also Alias',
}

const text = await read('deploy/parley.service')

/** By section, each directive with its last value. Lines of no form are returned, too. */
function parsed(unit: string): {
  readonly set: ReadonlyMap<string, string>
  readonly wrong: readonly string[]
} {
  const set = new Map<string, string>()
  const wrong: string[] = []
  let section = ''
  for (const line of unit.split('\n')) {
    if (line === '' || /^[#;]/.test(line)) continue
    const heading = /^\[(\w+)\]$/.exec(line)?.[1]
    if (heading !== undefined) section = heading
    const [, name = '', value = ''] = /^(\w+)=(.*)$/.exec(line) ?? []
    if (heading === undefined && !known[section]?.split(/\s+/).includes(name))
      wrong.push(`[${section}] ${line}`)
    if (name !== '') set.set(name, value)
  }
  return { set, wrong }
}

test('every directive is one of its section; a misspelt one is found', () => {
  expect(parsed(text).wrong).toEqual([])
  expect(parsed(text.replace('ProtectHome=', 'ProtectHomes=')).wrong).toEqual(['[Service] ProtectHomes=yes'])
})

test('it starts what npm start does, ends it by SIGTERM and lets it take its time', () => {
  const { set } = parsed(text)
  const [node, ...words] = (set.get('ExecStart') ?? '').split(' ')
  expect(node).toBe('/opt/parley/node_modules/.bin/node')
  const relative = words.map((word) => word.replace('/opt/parley/', '')).join(' ')
  expect(`node ${relative}`).toBe(`${pinned.scripts.start} --config /etc/parley/config.yaml`)
  expect(existsSync(join(root, 'src/cli/main.ts'))).toBe(true)
  expect(set.get('KillMode')).toBe('mixed')
  expect(Number.parseInt(set.get('TimeoutStopSec') ?? '', 10)).toBeGreaterThanOrEqual(30)
  expect(set.get('ExecReload')).toContain('-HUP')
  expect(set.get('User')).not.toBe('root')
})

test('nothing in it takes from bubblewrap, from control groups or from V8 what it needs', () => {
  const { set } = parsed(text)
  // Tried one by one, see deploy/README.md.
  for (const name of [
    'RestrictNamespaces',
    'ProtectControlGroups',
    'ProtectKernelTunables',
    'ProtectKernelLogs',
    'ProcSubset',
    'ProtectHostname',
  ])
    expect(set.has(name)).toBe(false)
  expect(set.has('MemoryDenyWriteExecute')).toBe(false)
  expect(set.get('Delegate')).toBe('yes')
  expect(set.get('SystemCallFilter')?.split(' ')).toEqual(['@system-service', '@mount', 'sethostname'])
  expect(set.get('RestrictAddressFamilies')?.split(' ')).toEqual(
    expect.arrayContaining(['AF_UNIX', 'AF_NETLINK']),
  )
})

/** Undefined: there is no systemd here, as in most containers; the parser above holds everywhere. */
function systemdSays(...words: readonly string[]): string | undefined {
  const { status, stderr, error } = spawnSync('systemd-analyze', words, { encoding: 'utf8' })
  return error === undefined ? `${status} ${stderr}` : undefined
}

test('systemd agrees, where it is installed', async () => {
  const file = join(await testDir('unit-'), 'parley.service')
  await writeFile(file, text.replace('/opt/parley/node_modules/.bin/node', '/bin/true'))
  expect(systemdSays('verify', file) ?? '0 ').toBe('0 ')
  // 0 is a unit that may do nothing, 100 one that may do anything.
  expect(systemdSays('security', '--offline=true', '--threshold=35', file) ?? '0 ').toBe('0 ')
})
