/** A fake Discord for a test: closed when the test is over. */
import { onTestFinished } from 'vitest'
import { type DiscordOptions, FakeDiscord } from './discord.ts'

export async function startDiscord(options: DiscordOptions = {}): Promise<FakeDiscord> {
  const discord = new FakeDiscord(options)
  await discord.listen()
  onTestFinished(() => discord.close())
  return discord
}
