/** How much of the machine one person may take, as far as this system can hold that. */
import {
  type ControlGroups,
  type Controller,
  type GroupPlace,
  type Shares,
  openControlGroups,
  systemPlace,
} from './control-groups.ts'

export interface Limits extends Shares {
  /** Of each file that a process writes, bytes. */
  readonly fileSize?: number | undefined
}

/** What holds them. */
export interface Holds {
  /** What is run within walls, with the command behind it. */
  readonly within: readonly string[]
  /** What bwrap itself is started by, with its command behind it. */
  readonly before: (person: string) => readonly string[]
  /** Which do not hold here, and why: in words for whoever runs the bot. */
  readonly missing: readonly string[]
}

const shared = [
  ['memory', 'memory'],
  ['cpus', 'cpu'],
  ['processes', 'pids'],
] as const satisfies readonly (readonly [keyof Shares, Controller])[]

/** `prlimit`: path of the program; undefined: it is not there. `uid`: of this process. */
export function holdsOf(
  limits: Limits,
  prlimit: string | undefined,
  uid: number,
  place: GroupPlace = systemPlace,
): Holds {
  const { processes, fileSize } = limits
  const wanted = shared.filter(([limit]) => limits[limit] !== undefined)
  const groups =
    wanted.length === 0
      ? undefined
      : openControlGroups(
          wanted.map(([, controller]) => controller),
          place,
        )
  const grouped = typeof groups === 'object' ? groups : undefined
  const left = wanted.filter(([, controller]) => grouped?.controllers.includes(controller) !== true)
  // The kernel holds root to no number of processes.
  const counted = left.some(([limit]) => limit === 'processes') && uid !== 0
  const resources = [
    ...(counted ? [`--nproc=${processes}`] : []),
    ...(fileSize === undefined ? [] : [`--fsize=${fileSize}`]),
  ]
  const unheld = left
    .filter(([limit]) => limit !== 'processes' || !counted)
    .map(([limit]) => `walls.${limit}`)
  const why =
    typeof groups === 'string' ? groups : 'the control group of this process does not share that out'
  return {
    within: resources.length === 0 || prlimit === undefined ? [] : [prlimit, ...resources, '--'],
    before: (person) => (grouped === undefined ? [] : entering(grouped, person, limits)),
    missing: [
      ...(unheld.length === 0 ? [] : [`${unheld.join(', ')}: not held here, for ${why}`]),
      ...(resources.length === 0 || prlimit !== undefined
        ? []
        : [
            `${resources.join(' ')}: not held here, for prlimit is not installed (Debian: apt install util-linux)`,
          ]),
    ],
  }
}

/** The process puts itself into the group, and all that it starts is in it. */
function entering(groups: ControlGroups, person: string, limits: Limits): readonly string[] {
  return ['/bin/sh', '-c', 'echo $$ > "$1" && shift && exec "$@"', 'limits', groups.enter(person, limits)]
}
