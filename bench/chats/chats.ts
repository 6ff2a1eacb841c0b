/**
 * A bot on a chat platform: from the message that somebody writes to what they can read of the answer, over the model's
 * own time. Beside it a bot that starts the CLI for each message.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Row, median, msRow, times } from '../figures.ts'
import { type Ground, type ModelTime, benchInput } from '../ground.ts'
import { waking } from './waking.ts'
import { type Crowd, openCrowd, openParley, openSpawning, type Saw } from './processes.ts'

/** Who write one by one, in turn, so that none gets more answers in a second than platforms let a chat have. */
const inTurn = 6
const rounds = 24
const spawnEvery = 4
const restMs = 150

const crowdSize = 50
const crowdRounds = 2
const crowdRestMs = 1500
/** Processes of the CLI that are started at a time before the crowd writes. */
const startedAtOnce = 8

const people = Array.from({ length: crowdSize }, (_, index) => `U${index}`)

/** What people saw, and what the model took meanwhile. */
interface Observed {
  readonly saw: readonly Saw[]
  readonly model: readonly ModelTime[]
}

export async function chats(ground: Ground, platform: string): Promise<Row[]> {
  await using opened = new AsyncDisposableStack()
  const parley = opened.use(await openCrowd(platform))
  const spawning = opened.use(await openCrowd(platform))
  // All of them stay warm: with 200 MB each they take 10 GB of memory.
  const most = crowdSize + inTurn * parley.places.length
  const sessions = { maxWarm: most, maxRunning: crowdSize, scope: parley.scope }
  // In a rush it warns of the platform's rates.
  const log = { level: 'error', format: 'json' } as const
  const input = (name: string, { adapters }: Crowd) =>
    benchInput(ground, `${platform}-${name}`, { sessions, adapters, log })
  opened.use(await openSpawning(input('spawning', spawning)))
  const bot = opened.use(await openParley(input('parley', parley)))

  const rows = await oneByOne(ground, parley, spawning)
  for (let n = inTurn; n < crowdSize; n += startedAtOnce) {
    await parley.write(first(parley), people.slice(n, n + startedAtOnce))
  }
  const parts: Observed[] = []
  for (let round = 0; round < crowdRounds; round++) {
    await sleep(crowdRestMs)
    parts.push(await observed(ground, () => parley.write(first(parley), people)))
  }
  const together = { saw: parts.flatMap(({ saw }) => saw), model: parts.flatMap(({ model }) => model) }
  // Its processes go first: there is no room for both.
  await bot[Symbol.asyncDispose]()
  const spawned = await observed(ground, () => spawning.write(first(spawning), people))
  const title = `${crowdSize} conversations at once`
  return [
    ...rows,
    ...(await waking(ground, platform)),
    ...rowsOf(title, together),
    ...spawnedRows(title, spawned, together),
  ]
}

/** One conversation at a time; both bots in turns, so that what slows one down slows down the other. */
async function oneByOne(ground: Ground, parley: Crowd, spawning: Crowd): Promise<Row[]> {
  const [one = ''] = people
  // By threads each place has conversations of its own; else all share the person's.
  const cold = parley.scope === 'thread' ? parley.places : parley.places.slice(0, 1)
  for (const { name } of cold)
    for (const person of people.slice(0, inTurn)) await parley.write(name, [person])
  await spawning.write(first(spawning), [one])
  const saw: Record<string, Saw[]> = Object.fromEntries(parley.places.map(({ name }) => [name, []]))
  const spawned: Saw[] = []
  ground.modelTimes()
  for (let round = 0; round < rounds; round++) {
    for (const { name, rounds: most = rounds } of parley.places) {
      if (round >= most) continue
      await sleep(restMs)
      const seen = await parley.write(name, [people[round % inTurn] ?? one])
      saw[name]?.push(...seen)
    }
    if (round % spawnEvery === 0) spawned.push(...(await spawning.write(first(spawning), [one])))
  }
  const model = ground.modelTimes()
  return [
    msRow(
      'the model itself, asked -> first word',
      model.map(({ firstText }) => firstText),
    ),
    msRow(
      'the model itself, asked -> whole answer',
      model.map(({ final }) => final),
    ),
    ...Object.entries(saw).flatMap(([place, seen]) =>
      rowsOf(`1 conversation, ${place}`, { saw: seen, model }),
    ),
    ...spawnedRows(
      `1 conversation, ${first(spawning)}`,
      { saw: spawned, model },
      { saw: saw[first(parley)] ?? [], model },
    ),
  ]
}

/** Where the crowd writes. */
function first({ places }: Crowd): string {
  return places[0]?.name ?? ''
}

async function observed(ground: Ground, work: () => Promise<readonly Saw[]>): Promise<Observed> {
  ground.modelTimes()
  const saw = await work()
  return { saw, model: ground.modelTimes() }
}

function rowsOf(title: string, seen: Observed): Row[] {
  return [
    ...timeRows(`${title}: written -> first text`, seen, 'firstText'),
    ...timeRows(`${title}: written -> whole answer`, seen, 'final'),
  ]
}

/** Nothing is seen before the whole answer. */
function spawnedRows(title: string, spawned: Observed, parley: Observed): Row[] {
  const own = median(overModel(spawned, 'final'))
  const ratio = (what: keyof Saw): string => times(own / median(overModel(parley, what)))
  return [
    ...timeRows(`${title}, a process for each message: written -> whole answer`, spawned, 'final'),
    { figure: "- - over Parley's first text, both over the model", median: ratio('firstText') },
    { figure: "- - over Parley's whole answer, both over the model", median: ratio('final') },
  ]
}

function timeRows(figure: string, seen: Observed, what: keyof Saw): Row[] {
  return [
    msRow(
      figure,
      seen.saw.map((each) => each[what]),
    ),
    msRow('- over the model', overModel(seen, what)),
  ]
}

function overModel({ saw, model }: Observed, what: keyof Saw): number[] {
  const own = median(model.map((each) => each[what]))
  return saw.map((each) => each[what] - own)
}
