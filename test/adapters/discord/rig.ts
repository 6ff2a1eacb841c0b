/** The Discord adapter on the strict Discord of test/fakes/discord, in a channel where Ann talks to it. */
import createDiscord from '../../../adapters/discord/index.ts'
import { settings } from '../../../adapters/discord/settings.ts'
import type { Adapter, Address, PromptReply } from '../../../src/contract.ts'
import type { DiscordOptions, FakeDiscord } from '../../fakes/discord/discord.ts'
import { startDiscord } from '../../fakes/discord/start.ts'

export const user = 'ann'

export interface Rig {
  readonly discord: FakeDiscord
  /** Not started. */
  readonly adapter: Adapter
  readonly address: Address
  /** Another one like it, as after a restart. */
  readonly another: () => Adapter
}

export async function openDiscord(options: DiscordOptions = {}, more: object = {}): Promise<Rig> {
  const discord = await startDiscord(options)
  const channel = discord.people.town('town')
  const another = (): Adapter =>
    createDiscord(settings.schema.parse({ token: discord.token, apiUrl: discord.apiUrl, ...more }))
  const address = { adapter: 'discord', tenant: discord.world.guild, channel }
  return { discord, adapter: another(), address, another }
}

/** Ann answers the prompt that stands, by its buttons. */
export async function choose(
  { discord, address }: Pick<Rig, 'discord' | 'address'>,
  prompt: PromptReply,
  choice: string,
  words?: string,
): Promise<void> {
  const { label = '', text } = prompt.choices.find(({ id }) => id === choice) ?? {}
  const message = discord.in(address.channel).findLast(({ rows }) => rows.length > 0)
  if (message === undefined) throw new Error('no message has buttons')
  const pressed = discord.people.press(user, message, text === true ? `${label} …` : label)
  if (words !== undefined) await discord.people.submit(user, pressed, words)
}
