/** Discord for the benchmark: people who write directly. */
import { FakeDiscord } from '../../test/fakes/discord/discord.ts'
import { shownText } from '../../test/fakes/discord/world.ts'
import type { Platform } from './platform.ts'

export async function openDiscord(): Promise<Platform> {
  const discord = new FakeDiscord()
  await discord.listen()
  const { messages, app } = discord.world
  return {
    adapters: { discord: { token: discord.token, apiUrl: discord.apiUrl } },
    places: [
      {
        name: 'direct',
        say: (person, text) => {
          const { channel, id } = discord.people.say(person, text)
          const question = messages.findIndex((message) => message.id === id)
          const answers = () =>
            messages.slice(question + 1).filter((each) => each.author === app && each.channel === channel)
          return { read: () => answers().map(shownText).join('\n'), settled: () => true }
        },
      },
    ],
    until: (look) => discord.until(look),
    close: () => discord.close(),
  }
}
