/** What one person may take of the machine: control groups on a tree that the test makes, resource limits for real. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { openBwrap } from '../../../src/sandbox/bwrap.ts'
import type { GroupPlace } from '../../../src/sandbox/control-groups.ts'
import { type Limits, holdsOf } from '../../../src/sandbox/limits.ts'
import { testDir } from '../../rig/dir.ts'
import { describeWith } from '../../rig/needs.ts'
import { say, startRig } from '../claude/rig.ts'

const run = promisify(execFile)
const GB = 1024 ** 3
const prlimit = '/usr/bin/prlimit'

interface Tree {
  readonly place: GroupPlace
  /** The group that Parley is in. */
  readonly base: string
}

/** Parley is process 40, started by 30 (npm). */
async function tree({
  controllers = 'cpuset cpu io memory pids',
  inIt = '30\n40\n',
  path = '/system.slice/parley.service',
} = {}): Promise<Tree> {
  const root = await testDir('cgroup-')
  const base = join(root, '/system.slice/parley.service')
  await mkdir(join(root, path), { recursive: true })
  await writeFile(join(base, 'cgroup.controllers'), `${controllers}\n`)
  await writeFile(join(base, 'cgroup.procs'), inIt)
  await writeFile(join(root, 'self'), `4:memory:/elsewhere\n0::${path}\n`)
  const parents = new Map([
    [40, 30],
    [30, 1],
  ])
  const place = { root, self: join(root, 'self'), pid: 40, parentOf: (pid: number) => parents.get(pid) ?? 0 }
  return { place, base }
}

const read = (...path: string[]): Promise<string> => readFile(join(...path), 'utf8')
const limits: Limits = { memory: 2 * GB, cpus: 1.5, processes: 200 }

test('each person has a group with what they may take, and their processes put themselves into it', async () => {
  const { place, base } = await tree()
  const holds = holdsOf(limits, prlimit, 0, place)
  expect(holds.missing).toEqual([])
  expect(holds.within).toEqual([])
  expect(await read(base, 'cgroup.subtree_control')).toBe('+memory +cpu +pids')
  // The kernel takes one at a time: a file keeps the last.
  expect(await read(base, 'parley-itself/cgroup.procs')).toBe('40')

  const before = holds.before('/data/users/ann/home')
  const { stdout } = await run(before[0] ?? '', [...before.slice(1), '/bin/sh', '-c', 'echo $$'])
  const group = (await readdir(base)).find((name) => name.startsWith('parley-person-')) ?? ''
  expect(await read(base, group, 'cgroup.procs')).toBe(stdout)
  expect(await read(base, group, 'memory.max')).toBe(String(2 * GB))
  expect(await read(base, group, 'memory.swap.max')).toBe('0')
  expect(await read(base, group, 'cpu.max')).toBe('150000 100000')
  expect(await read(base, group, 'pids.max')).toBe('200')
  expect(holds.before('/data/users/ann/home')).toEqual(before)
  expect(holds.before('/data/users/bob/home')).not.toEqual(before)
})

test('after a restart in the same unit it goes on, and groups that nobody is in are gone', async () => {
  const { place, base } = await tree({ path: '/system.slice/parley.service/parley-itself', inIt: '' })
  await mkdir(join(base, 'parley-person-0123456789abcdef'))
  expect(holdsOf(limits, prlimit, 0, place).missing).toEqual([])
  expect(existsSync(join(base, 'parley-person-0123456789abcdef'))).toBe(false)
})

test.each([
  ['others are in its group', { inIt: '30\n40\n99\n' }, /1 processes that are not Parley's/],
  ['the group was not handed over', { controllers: 'io' }, /has no memory and no cpu and no pids/],
])('where %s nothing is changed, and what does not hold is told', async (_why, made, words) => {
  const { place, base } = await tree(made)
  const { missing, before } = holdsOf(limits, prlimit, 0, place)
  expect(missing).toEqual([
    expect.stringMatching(/^walls\.memory, walls\.cpus, walls\.processes: not held here/),
  ])
  expect(missing[0]).toMatch(words)
  expect(before('/data/users/ann/home')).toEqual([])
  expect(await readdir(base)).toEqual(['cgroup.controllers', 'cgroup.procs'])
})

test('where there are none the number of processes is held by a resource limit, but for root', async () => {
  const { place } = await tree()
  const nowhere = { ...place, root: '/nowhere' }
  const { within, missing } = holdsOf(limits, prlimit, 1000, nowhere)
  expect(within).toEqual([prlimit, '--nproc=200', '--'])
  expect(missing).toEqual([
    expect.stringMatching(/^walls\.memory, walls\.cpus: .*no control groups of version 2/),
  ])
  expect(holdsOf(limits, prlimit, 0, nowhere).missing[0]).toContain('walls.processes')
  expect(holdsOf({ fileSize: GB }, undefined, 1000, nowhere).missing[0]).toContain('--fsize')
  expect(holdsOf({}, undefined, 1000, nowhere).missing).toEqual([])
})

test('what its group shares out is held, what it does not is told', async () => {
  const { place, base } = await tree({ controllers: 'memory pids' })
  const { missing, before, within } = holdsOf(limits, prlimit, 1000, place)
  expect(missing).toEqual([
    'walls.cpus: not held here, for the control group of this process does not share that out',
  ])
  expect(await read(base, 'cgroup.subtree_control')).toBe('+memory +pids')
  expect(before('/data/users/ann/home')).not.toEqual([])
  expect(within).toEqual([])
})

describeWith('bwrap', 'bwrap', () => {
  test('within walls no more processes than that are made, whatever others of the same user have', async () => {
    const { place } = await tree()
    const { within } = holdsOf({ processes: 64 }, prlimit, 1000, { ...place, root: '/nowhere' })
    const walls =
      '--unshare-user --unshare-pid --die-with-parent --ro-bind / / --proc /proc --dev /dev --'.split(' ')
    const many = 'for n in $(seq 100); do sleep 9 & echo made; done'
    // The kernel holds root to no number of processes.
    const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
    const ran = run('bwrap', [...walls, ...within, '/bin/sh', '-c', many], { cwd: '/', ...nobody })
    const { stdout, stderr } = await ran.catch((error: { stdout: string; stderr: string }) => error)
    const made = stdout.match(/made/g)?.length ?? 0
    expect(made).toBeGreaterThan(50)
    expect(made).toBeLessThan(64)
    expect(stderr).toMatch(/fork/)
  })

  test('the CLI works within limits, and no file grows past them', async () => {
    const fileSize = 64 * 1024 * 1024
    const sandbox = await openBwrap(process.env.PATH, { limits: { fileSize } })
    const { open } = await startRig()
    const session = await open({ permissionMode: 'bypassPermissions', sandbox })
    const { text } = await say(session, '!bash head -c 80000000 /dev/zero > big; wc -c < big')
    expect(text).toContain(String(fileSize))
  })
})
