/** Discord for the benchmark: people who write directly, and in threads of their own. */
import { FakeDiscord } from '../../test/fakes/discord/discord.ts'
import { shownText } from '../../test/fakes/discord/world.ts'
import type { Asked, Platform } from './platform.ts'

export async function openDiscord(): Promise<Platform> {
  const discord = new FakeDiscord()
  await discord.listen()
  const { people, world } = discord
  const threads = new Map<string, string>()
  const ask = (person: string, text: string, where: { channel?: string; mention?: boolean }): Asked => {
    const { channel, id } = people.say(person, text, where)
    const question = world.messages.findIndex((message) => message.id === id)
    const answers = () =>
      world.messages
        .slice(question + 1)
        .filter((each) => each.author === world.app && each.channel === channel)
    return { read: () => answers().map(shownText).join('\n'), settled: () => true }
  }
  return {
    adapters: { discord: { token: discord.token, apiUrl: discord.apiUrl } },
    scope: 'thread',
    places: [
      { name: 'direct', say: (person, text) => ask(person, text, {}) },
      {
        name: 'thread',
        say: (person, text) => {
          const known = threads.get(person)
          const channel = known ?? people.thread(person, people.town('town'), person)
          threads.set(person, channel)
          // Named once it takes part in the thread, and hears what is written there.
          return ask(person, text, { channel, mention: known === undefined })
        },
      },
    ],
    type: (person) => people.type(person),
    until: (look) => discord.until(look),
    close: () => discord.close(),
  }
}
