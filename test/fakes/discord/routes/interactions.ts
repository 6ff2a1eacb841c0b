/** What answers a press: within three seconds, then with a token that lasts for a quarter of an hour. */
import type { Interaction } from '../people.ts'
import { messageObject } from '../objects.ts'
import { bodyAs, type Called, Refusal, type Route } from '../route.ts'
import { Callback, FollowUp } from '../shapes.ts'
import type { StoredMessage } from '../world.ts'

const ephemeral = 1 << 6
const suppressed = 1 << 2

const callback: Route = {
  open: true,
  run(called) {
    const { discord, ids, body } = called
    const interaction = discord.people.interactions.get(ids.interaction ?? '')
    if (interaction === undefined || interaction.token !== ids.token || age(interaction) > discord.answerMs)
      throw new Refusal(404, 10_062, 'Unknown interaction')
    if (interaction.answer !== undefined)
      throw new Refusal(400, 40_060, 'Interaction has already been acknowledged.')
    const answer = bodyAs(Callback, body)
    if (answer.type === 9 && interaction.modal !== undefined)
      throw new Refusal(400, 50_035, 'Invalid Form Body')
    interaction.answer = answer
    if (answer.type === 4) say(called, interaction, answer.data)
    return undefined
  },
}

const followUp: Route = {
  open: true,
  run(called) {
    const { discord, ids, body } = called
    const interaction = [...discord.people.interactions.values()].find(({ token }) => token === ids.token)
    if (interaction === undefined || ids.app !== discord.world.app)
      throw new Refusal(404, 10_015, 'Unknown Webhook')
    if (age(interaction) > 15 * 60_000) throw new Refusal(401, 50_027, 'Invalid Webhook Token')
    if (interaction.answer === undefined) throw new Refusal(404, 10_008, 'Unknown Message')
    const stored = say(called, interaction, bodyAs(FollowUp, body))
    return messageObject(discord.world, stored, discord.url)
  },
}

function say(
  { discord, files }: Called,
  { user, channel }: Interaction,
  { content = '', flags = 0, components = [] }: ReturnType<typeof FollowUp.parse>,
): StoredMessage {
  const { world } = discord
  if (content === '') throw new Refusal(400, 50_006, 'Cannot send an empty message')
  if ((flags & ~(ephemeral | suppressed)) !== 0) throw new Refusal(400, 50_035, 'Invalid Form Body')
  return world.add({
    channel,
    author: world.app,
    webhook: world.app,
    content,
    flags,
    files,
    rows: components,
    ...((flags & ephemeral) === 0 ? {} : { only: user }),
  })
}

function age({ createdAt }: Interaction): number {
  return Date.now() - createdAt
}

export const interactions: Readonly<Record<string, Route>> = {
  'POST /interactions/:interaction/:token/callback': callback,
  'POST /webhooks/:app/:token': followUp,
}
