/** A working day of many people, drawn by chance: who waits for an answer, and whose CLI process is warm, each ten seconds. Pure. */
import type { habits as Habits } from './habits.ts'

export interface DayOptions {
  readonly users: number
  readonly habits: typeof Habits
  /** `sessions.idleTimeout`. */
  readonly idleSeconds: number
  /** The same seed gives the same day. */
  readonly seed: number
}

/** The busiest minute of each figure, and the whole day. */
export interface Day {
  readonly turns: number
  /** Turns that found no warm process. */
  readonly cold: number
  /** Beginning in a second, at the most. */
  readonly turnsPerSecond: number
  readonly coldPerSecond: number
  /** At the same time, at the most. */
  readonly running: number
  readonly warm: number
}

const bucketSeconds = 10
const buckets = (24 * 3600) / bucketSeconds

export function simulateDay({ users, habits, idleSeconds, seed }: DayOptions): Day {
  const chance = new Chance(seed)
  const [turnTime, pauseTime] = [logNormal(habits.turnSeconds), logNormal(habits.pauseSeconds)]
  const count = { started: zeros(), cold: zeros(), running: zeros(), warm: zeros() }
  let [turns, cold] = [0, 0]
  for (let user = 0; user < users; user++) {
    if (chance.uniform() >= habits.active) continue
    const visits = beginnings(chance, habits)
    // Nobody holds two conversations at a time: a visit waits for the one before.
    let [free, warmUntil] = [0, -1]
    for (const begins of visits) {
      let at = Math.max(begins, free)
      do {
        turns += 1
        add(count.started, at, at, 1)
        if (at > warmUntil) {
          cold += 1
          add(count.cold, at, at, 1)
        }
        const ends = at + turnTime(chance)
        add(count.running, at, ends, 1)
        // From its end on, or where the one before would have ended.
        add(count.warm, at > warmUntil ? at : warmUntil, ends + idleSeconds, 1)
        warmUntil = ends + idleSeconds
        free = ends
        at = ends + pauseTime(chance)
      } while (chance.uniform() < 1 - 1 / habits.turns)
    }
  }
  return {
    turns,
    cold,
    turnsPerSecond: most(count.started) / bucketSeconds,
    coldPerSecond: most(count.cold) / bucketSeconds,
    running: most(sums(count.running)),
    warm: most(sums(count.warm)),
  }
}

/** When somebody turns to the bot on that day, in seconds; at least once. */
function beginnings(chance: Chance, { visits, peaks }: typeof Habits): readonly number[] {
  const times: number[] = []
  do {
    const peak = peaks[Math.floor(chance.uniform() * peaks.length)]
    if (peak !== undefined) times.push((peak.hour + chance.normal() * peak.spread) * 3600)
  } while (chance.uniform() < 1 - 1 / visits)
  return times.toSorted((a, b) => a - b)
}

/** Draws from the log-normal distribution with this median and 95th percentile. */
function logNormal({
  median,
  p95,
}: {
  readonly median: number
  readonly p95: number
}): (chance: Chance) => number {
  const spread = Math.log(p95 / median) / 1.645
  return (chance) => median * Math.exp(spread * chance.normal())
}

/** Numbers by chance that are the same each time: mulberry32. */
class Chance {
  #state: number

  constructor(seed: number) {
    this.#state = seed
  }

  /** From 0 up to 1. */
  uniform(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  /** With mean 0 and standard deviation 1. */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform())
  }
}

function zeros(): Int32Array {
  return new Int32Array(buckets + 1)
}

/** Where it begins and where it ends; equal ends: one event. What is before or after the day is put at its border. */
function add(into: Int32Array, from: number, to: number, amount: number): void {
  const [first, last] = [bucketOf(from), bucketOf(to)]
  into[first] = (into[first] ?? 0) + amount
  if (to > from) into[last] = (into[last] ?? 0) - amount
}

function bucketOf(seconds: number): number {
  return Math.min(buckets, Math.max(0, Math.floor(seconds / bucketSeconds)))
}

function sums(changes: Int32Array): Int32Array {
  let sum = 0
  return changes.map((change) => (sum += change))
}

function most(values: Int32Array): number {
  return values.reduce((a, b) => Math.max(a, b), 0)
}
