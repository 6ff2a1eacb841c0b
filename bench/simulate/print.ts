/** `npm run bench -- simulate`: what so many people would take, from measured figures and assumed habits. */
import { grid } from '../figures.ts'
import { type Costs, costsOf } from './costs.ts'
import { type Day, simulateDay } from './day.ts'
import { habits, machine, measured } from './habits.ts'

const crowds = [100, 1000, 10_000, 100_000, 1_000_000]
const idles = [600, 120, 30]

export function simulate(): void {
  console.log(`Assumed and measured (bench/simulate/habits.ts):\n`)
  for (const [name, values] of Object.entries({ habits, measured, machine }))
    console.log(`${name}: ${JSON.stringify(values)}`)
  const rows = crowds.flatMap((users) =>
    idles.map((idleSeconds) => {
      const day = simulateDay({ users, habits, idleSeconds, seed: 1 })
      return row(users, idleSeconds, day, costsOf(users, day, { habits, measured, machine }))
    }),
  )
  console.log(`\n${grid([heads, ...rows])}\n`)
}

const heads = [
  'users',
  'idleTimeout',
  'turns a day',
  'turns/s',
  'running',
  'warm',
  'cold',
  'cores',
  'memory',
  'machines',
  'Redis',
  'disks',
  'machines and disks, a month',
  'a user',
  'the model, a month',
]

function row(users: number, idleSeconds: number, day: Day, costs: Costs): readonly string[] {
  return [
    number(users),
    idleSeconds >= 60 ? `${idleSeconds / 60}m` : `${idleSeconds}s`,
    number(day.turns),
    day.turnsPerSecond < 10 ? day.turnsPerSecond.toFixed(1) : number(day.turnsPerSecond),
    number(day.running),
    number(day.warm),
    `${((100 * day.cold) / day.turns).toFixed(0)} %`,
    costs.cores < 10 ? costs.cores.toFixed(1) : number(costs.cores),
    gb(costs.memoryMb / 1024),
    `${number(costs.machines)}${costs.by === 'one' ? '' : ` (${costs.by})`}`,
    costs.redisMb < 1024 ? `${number(Math.ceil(costs.redisMb))} MB` : gb(costs.redisMb / 1024),
    gb(costs.diskGb),
    `$${number(costs.usdPerMonth)}`,
    `$${(costs.usdPerMonth / users).toFixed(2)}`,
    `$${number(costs.modelUsdPerMonth)}`,
  ]
}

function gb(value: number): string {
  return `${value < 10 ? value.toFixed(1) : number(value)} GB`
}

function number(value: number): string {
  return Math.round(value).toLocaleString('en')
}
