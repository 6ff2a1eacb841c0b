/** How many machines such a day wants, by what, and what a month costs. Pure. */
import type { Day } from './day.ts'
import type { habits as Habits, machine as Machine, measured as Measured } from './habits.ts'
import { workdays } from './habits.ts'

export interface Costs {
  /** Cores at work in the busiest minute. */
  readonly cores: number
  readonly memoryMb: number
  readonly machines: number
  /** Which of them the number of machines follows from. */
  readonly by: 'memory' | 'cores' | 'one'
  readonly redisMb: number
  readonly diskGb: number
  /** Machines and disks. */
  readonly usdPerMonth: number
  readonly modelUsdPerMonth: number
}

export interface Assumed {
  readonly habits: typeof Habits
  readonly measured: typeof Measured
  readonly machine: typeof Machine
}

export function costsOf(users: number, day: Day, { habits, measured, machine }: Assumed): Costs {
  const cores =
    day.turnsPerSecond * (measured.turnCpuSeconds + habits.toolCpuSeconds) +
    day.coldPerSecond * measured.coldCpuSeconds +
    day.warm * measured.idleCpu
  const memoryMb = day.warm * measured.warmMb
  const room = machine.memoryMb - machine.othersMb - measured.parleyMb
  const byMemory = memoryMb / (room * machine.use)
  const byCores =
    Math.max(cores / machine.cores, day.turnsPerSecond / measured.parleyTurnsPerSecond) / machine.use
  const machines = Math.max(1, Math.ceil(byMemory), Math.ceil(byCores))
  const diskGb = (users * habits.diskMb) / 1024
  return {
    cores,
    memoryMb,
    machines,
    by: machines === 1 ? 'one' : byMemory > byCores ? 'memory' : 'cores',
    redisMb: (users * measured.redisKb) / 1024,
    diskGb,
    usdPerMonth: machines * machine.usdPerMonth + diskGb * machine.diskUsdPerGbMonth,
    modelUsdPerMonth: day.turns * workdays * habits.modelUsd,
  }
}
