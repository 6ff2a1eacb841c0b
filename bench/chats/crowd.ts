/**
 * A fake platform and the people on it, as a process of its own: in the bot's, their work would count as the bot's.
 * `node bench/chats/crowd.ts <platform>` tells its parent by IPC what a bot's config says of it; asked to have people
 * write, all at once, it tells when each of them saw what; or it has somebody seen to type. Ends when its parent hangs up.
 */
import { z } from 'zod'
import type { Place, Platform } from './platform.ts'

/** What people write: the model answers it over 200 ms, so that there is a first text before the whole. */
const prompt = 'please\n!slow 0.2 40'
const [firstWord, lastWord] = [/\bword1\b/, /\bword40\b/]
/** Whoever has not got an answer by then gets none. */
const patienceMs = 90_000

const openers: Readonly<Record<string, () => Promise<Platform>>> = {
  slack: async () => (await import('./slack.ts')).openSlack(),
  discord: async () => (await import('./discord.ts')).openDiscord(),
  lark: async () => (await import('./lark.ts')).openLark(),
}
const Order = z.union([
  z.object({ place: z.string(), people: z.array(z.string()) }),
  z.object({ types: z.string() }),
])
type Order = z.infer<typeof Order>

const [name = ''] = process.argv.slice(2)
const platform = await openers[name]?.()
if (platform === undefined) throw new Error(`there is no platform ${name}`)
process.once('disconnect', () => void platform.close())
// What goes wrong ends the process, and the benchmark with it.
process.on('message', (message) => {
  void take(platform, Order.parse(message))
})
process.send?.({
  adapters: platform.adapters,
  scope: platform.scope ?? 'user',
  types: platform.type !== undefined,
  places: platform.places.map(({ name, rounds }) => ({ name, rounds })),
})

async function take(platform: Platform, order: Order): Promise<void> {
  if ('types' in order) {
    platform.type?.(order.types)
    process.send?.('seen')
    return
  }
  const { place: named, people } = order
  const place = platform.places.find(({ name }) => name === named)
  if (place === undefined) throw new Error(`nobody writes in a place called ${named}`)
  process.send?.(await Promise.all(people.map((person) => ask(platform, place, person))))
}

/** Milliseconds from writing until it can be read. Rejects when no answer comes. */
async function ask(
  platform: Platform,
  place: Place,
  person: string,
): Promise<{ firstText: number; final: number }> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const start = performance.now()
  const asked = place.say(person, prompt)
  const timer = setTimeout(() => {
    reject(new Error(`${person} was not answered in ${patienceMs} ms; what they read: ${asked.read()}`))
  }, patienceMs)
  let firstText = Number.NaN
  const answered = platform.until(() => {
    const text = asked.read()
    if (Number.isNaN(firstText) && firstWord.test(text)) firstText = performance.now() - start
    if (!lastWord.test(text) || !asked.settled()) return undefined
    return { firstText, final: performance.now() - start }
  })
  return Promise.race([answered, late]).finally(() => clearTimeout(timer))
}
