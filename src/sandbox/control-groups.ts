/**
 * Control groups, version 2: one for each person, under the one that Parley is in. That has to be Parley's own: systemd
 * hands it over with `Delegate=yes`, a container with a /sys/fs/cgroup that can be written to.
 */
import { hash } from 'node:crypto'
import { mkdirSync, readFileSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What the kernel shares out. */
export type Controller = 'memory' | 'cpu' | 'pids'

/** Of one person. */
export interface Shares {
  /** Bytes. */
  readonly memory?: number | undefined
  /** Processors, parts of one too. */
  readonly cpus?: number | undefined
  /** Processes and their threads. */
  readonly processes?: number | undefined
}

/** Where this process finds its own; another in tests. */
export interface GroupPlace {
  /** Where they are mounted. */
  readonly root: string
  /** As /proc/self/cgroup. */
  readonly self: string
  readonly pid: number
  /** Of a process its parent. */
  readonly parentOf: (pid: number) => number
}

export const systemPlace: GroupPlace = {
  root: '/sys/fs/cgroup',
  self: '/proc/self/cgroup',
  pid: process.pid,
  parentOf: (pid) => Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0),
}

/** A group with others below it may hold no process itself: this one holds Parley. */
const ownGroup = 'parley-itself'
const personGroup = 'parley-person-'
const periodUs = 100_000

export interface ControlGroups {
  /** What they share out. */
  readonly controllers: readonly Controller[]
  /** Makes the group of this person where it is not there. The path of the file that takes the id of a process. */
  enter(person: string, shares: Shares): string
}

/** A text: why there are none. */
export function openControlGroups(wanted: readonly Controller[], place: GroupPlace): ControlGroups | string {
  const base = baseOf(place)
  if (base === undefined) return 'this machine has no control groups of version 2 that this process is in'
  const there = words(join(base, 'cgroup.controllers'))
  const controllers = wanted.filter((each) => there.includes(each))
  if (controllers.length === 0) return `its control group (${base}) has no ${wanted.join(' and no ')}`
  try {
    const strangers = strangersIn(base, place)
    if (strangers > 0)
      return `${strangers} processes that are not Parley's are in its control group (${base})`
    makeRoom(base, controllers)
  } catch (error) {
    return `its control group (${base}) cannot be changed: ${error instanceof Error ? error.message : String(error)}`
  }
  const known = new Set<string>()
  return {
    controllers,
    enter(person, shares) {
      for (const group of known) dropEmpty(group)
      const group = join(base, `${personGroup}${hash('sha256', person).slice(0, 16)}`)
      mkdirSync(group, { recursive: true })
      known.add(group)
      for (const [file, value] of valuesOf(shares, controllers)) writeFileSync(join(group, file), value)
      return join(group, 'cgroup.procs')
    },
  }
}

function baseOf({ root, self }: GroupPlace): string | undefined {
  try {
    const path = /^0::(.*)$/m.exec(readFileSync(self, 'utf8'))?.[1]
    if (path === undefined) return undefined
    const base = join(root, path)
    // After a restart within the same group.
    const outer = base.endsWith(`/${ownGroup}`) ? join(base, '..') : base
    readFileSync(join(outer, 'cgroup.controllers'))
    return outer
  } catch {
    // None, or of version 1.
    return undefined
  }
}

/** Whoever started Parley may be in it too (npm, a shell), nobody else. */
function strangersIn(base: string, { pid, parentOf }: GroupPlace): number {
  const ours = new Set<number>()
  for (let each = pid; each > 0 && !ours.has(each); each = parentOf(each)) ours.add(each)
  return words(join(base, 'cgroup.procs')).filter((each) => !ours.has(Number(each))).length
}

function makeRoom(base: string, wanted: readonly Controller[]): void {
  const own = join(base, ownGroup)
  mkdirSync(own, { recursive: true })
  // One at a time: that is how the kernel takes them.
  for (const pid of words(join(base, 'cgroup.procs'))) writeFileSync(join(own, 'cgroup.procs'), pid)
  writeFileSync(join(base, 'cgroup.subtree_control'), wanted.map((each) => `+${each}`).join(' '))
  for (const name of readdirSync(base)) if (name.startsWith(personGroup)) dropEmpty(join(base, name))
}

type Setting = readonly [file: string, value: string]

function valuesOf(
  { memory, cpus, processes }: Shares,
  controllers: readonly Controller[],
): readonly Setting[] {
  const share = Math.max(1000, Math.round((cpus ?? 0) * periodUs))
  const values: Readonly<Record<Controller, readonly Setting[]>> = {
    memory: [
      ['memory.max', String(memory)],
      ['memory.swap.max', '0'],
    ],
    cpu: [['cpu.max', `${share} ${periodUs}`]],
    pids: [['pids.max', String(processes)]],
  }
  return controllers.flatMap((each) => values[each])
}

/** While somebody is in it the kernel keeps it. */
function dropEmpty(group: string): void {
  try {
    rmdirSync(group)
  } catch {
    // In use: it is tried again with the next one.
  }
}

function words(file: string): readonly string[] {
  return readFileSync(file, 'utf8')
    .split(/\s+/)
    .filter((word) => word !== '')
}
