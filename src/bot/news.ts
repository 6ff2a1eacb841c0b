/** What the nodes tell each other of records that each keeps in memory, too. */
import { z } from 'zod'
import type { Log } from '../contract.ts'
import type { Places } from '../people/places.ts'
import type { Prompts } from '../prompts/prompts.ts'
import type { Cluster } from '../queue/cluster.ts'

const News = z.discriminatedUnion('of', [
  z.object({ of: z.literal('prompt'), id: z.string() }),
  z.object({ of: z.literal('places') }),
])
type News = z.infer<typeof News>

/** Whoever missed the news of a prompt looks for itself, as often. */
const LOOK_MS = 5000

/** Tells the others; never rejects, for they look by themselves as well. */
export function tellNodes(cluster: Cluster | undefined, news: News, log: Log): void {
  cluster
    ?.tell(JSON.stringify(news))
    .catch((err: unknown) => log.debug({ err }, 'the other nodes were not told, and look by themselves'))
}

export function hearNodes(
  cluster: Cluster | undefined,
  { prompts, places }: { readonly prompts: Prompts; readonly places: Places },
  log: Log,
): Disposable {
  const failed = (err: unknown): void => log.debug({ err }, 'what another node did is not known yet')
  cluster?.hear((text) => {
    const news = News.safeParse(JSON.parse(text)).data
    if (news?.of === 'prompt') prompts.endedElsewhere(news.id).catch(failed)
    if (news?.of === 'places') places.reload().catch(failed)
  })
  const look = async (): Promise<void> => {
    await prompts.lookForEnded()
    await places.reload()
  }
  const timer = cluster && setInterval(() => void look().catch(failed), LOOK_MS)
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
