/** Messages through router, queue and store with the CLI replaced, and the memory of the process meanwhile. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { diskRow } from './disk.ts'
import { type Row, mb } from './figures.ts'
import { type Ground, surroundings } from './ground.ts'

/** People who go on talking: their conversations are held when their next message comes. */
const talking = { messages: 40_000, conversations: 250, looks: 2 }
/** People who come back after others: nobody's conversation is held any more. */
const returning = { messages: 100_000, conversations: 10_000, looks: 5 }
type Flood = typeof talking

const perSecond = 2000
/** Memory is flat when it grows by no more from the first look to the last. */
const mostGrowth = 1.1

/** A look at the flooded process when that many messages are answered. `seconds` since the look before; bytes. */
const Look = z.object({ messages: z.number(), seconds: z.number(), rss: z.number(), heapUsed: z.number() })
type Look = z.infer<typeof Look>

export async function throughput(ground: Ground): Promise<Row[]> {
  const rate = rateOf(talking, await flood(ground.dir, talking))
  const looks = await flood(ground.dir, returning)
  const [first, last] = [looks[0], looks.at(-1)]
  if (first === undefined || last === undefined) throw new Error('the flood told nothing')
  const slowest = Math.min(...looks.map(({ seconds }) => returning.messages / returning.looks / seconds))
  const growth = last.rss / first.rss
  return [
    {
      figure: titleOf(talking),
      median: `${rate.toFixed(0)}/s`,
      target: `≥ ${perSecond}/s`,
      met: rate >= perSecond,
    },
    { figure: titleOf(returning), median: `${rateOf(returning, looks).toFixed(0)}/s` },
    { figure: '- slowest fifth', median: `${slowest.toFixed(0)}/s` },
    ...looks.map((look) => ({
      figure: `- after ${look.messages}: resident; heap after gc`,
      median: `${mb(look.rss)}; ${mb(look.heapUsed)}`,
    })),
    {
      figure: '- resident memory, last look over first',
      median: `${growth.toFixed(2)} ×`,
      target: `≤ ${mostGrowth} ×`,
      met: growth <= mostGrowth,
    },
    await diskRow(ground, 'flood-disk.db'),
  ]
}

function titleOf({ messages, conversations }: Flood): string {
  return `accepted and answered, ${messages} messages in ${conversations} conversations`
}

function rateOf({ messages }: Flood, looks: readonly Look[]): number {
  return messages / looks.reduce((sum, { seconds }) => sum + seconds, 0)
}

/** In a process of its own, on data of its own. Resolves with its looks. */
async function flood(ground: string, { messages, conversations, looks: most }: Flood): Promise<Look[]> {
  const looks: Look[] = []
  const dir = join(ground, `flood-${conversations}`)
  await mkdir(dir)
  const args = [dir, messages, conversations, most].map(String)
  const child = fork(new URL('flood.ts', import.meta.url), args, {
    env: surroundings,
    execArgv: ['--expose-gc'],
  })
  child.on('message', (look) => looks.push(Look.parse(look)))
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`the flooded process ended with ${String(code)}`)
  return looks
}
