/** The first turn after a pause: of a session that sleeps, of one that is woken because somebody is seen to type, and of one that is awake. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Row, msRow, median } from '../figures.ts'
import { type Ground, type ModelTime, benchInput } from '../ground.ts'
import { openCrowd, openParley, type Saw } from './processes.ts'

const rounds = 6
const idleMs = 1500
/** In this its process has ended. */
const asleepMs = 2500
/** How long somebody types: people take longer. */
const typesMs = 1000
const person = 'U0'
const ways = ['asleep', 'asleep, seen to type', 'awake'] as const

/** None where the platform tells nobody who types. */
export async function waking(ground: Ground, platform: string): Promise<Row[]> {
  await using opened = new AsyncDisposableStack()
  const crowd = opened.use(await openCrowd(platform))
  if (!crowd.types) return []
  const sessions = { idleTimeout: `${idleMs}ms`, scope: crowd.scope }
  opened.use(
    await openParley(
      benchInput(ground, `${platform}-waking`, {
        sessions,
        adapters: crowd.adapters,
        log: { level: 'error' },
      }),
    ),
  )
  const place = crowd.places[0]?.name ?? ''
  await crowd.write(place, [person])
  ground.modelTimes()
  const saw: Record<(typeof ways)[number], Saw[]> = { asleep: [], 'asleep, seen to type': [], awake: [] }
  for (let round = 0; round < rounds; round += 1) {
    for (const way of ways) {
      if (way !== 'awake') await sleep(asleepMs)
      if (way === 'asleep, seen to type') {
        await crowd.type(person)
        await sleep(typesMs)
      }
      saw[way].push(...(await crowd.write(place, [person])))
    }
  }
  const model = ground.modelTimes()
  return ways.flatMap((way) => {
    const title = `the session is ${way}: written -> whole answer`
    const whole = saw[way].map(({ final }) => final)
    const own = medianOf(model)
    return [
      msRow(title, whole),
      msRow(
        '- over the model',
        whole.map((ms) => ms - own),
      ),
    ]
  })
}

function medianOf(model: readonly ModelTime[]): number {
  return median(model.map(({ final }) => final))
}
