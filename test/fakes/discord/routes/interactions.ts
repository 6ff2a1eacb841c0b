/** What answers a press or a command: within three seconds, then with a token that lasts for a quarter of an hour. */
import { madeOf } from '../made.ts'
import { messageObject } from '../objects.ts'
import { bodyAs, type Called, Refusal, type Route } from '../route.ts'
import { Callback, EditMessage, FollowUp } from '../shapes.ts'
import type { Interaction } from '../uses.ts'
import type { StoredMessage } from '../world.ts'

const ephemeral = 1 << 6
const suppressed = 1 << 2

const callback: Route = {
  open: true,
  run(called) {
    const { discord, ids, body, query } = called
    const interaction = discord.uses.all.get(ids.interaction ?? '')
    if (interaction === undefined || interaction.token !== ids.token || age(interaction) > discord.answerMs)
      throw new Refusal(404, 10_062, 'Unknown interaction')
    if (interaction.answer !== undefined)
      throw new Refusal(400, 40_060, 'Interaction has already been acknowledged.')
    const answer = bodyAs(Callback, body)
    if (!fits(interaction, answer)) throw new Refusal(400, 50_035, 'Invalid Form Body')
    interaction.answer = answer
    if (answer.type === 4) interaction.original = say(called, interaction, answer.data)
    if (query.get('with_response') !== 'true') return undefined
    const { original, id } = interaction
    const message = original && messageObject(discord.world, original, discord.url)
    return {
      interaction: { id, type: interaction.type, response_message_loading: answer.type === 5 },
      ...(message === undefined ? {} : { resource: { type: 4, message } }),
    }
  },
}

/** What follows a deferral takes its place, and is for whom that was. */
const followUp: Route = {
  open: true,
  run(called) {
    const { discord, body } = called
    const interaction = withToken(called)
    const { answer, original } = interaction
    if (answer === undefined) throw new Refusal(404, 10_008, 'Unknown Message')
    const message = bodyAs(FollowUp, body)
    const fills = answer.type === 5 && original === undefined
    const deferred = answer.type === 5 ? (answer.data?.flags ?? 0) : 0
    const flags = fills ? ((message.flags ?? 0) & ~ephemeral) | deferred : message.flags
    const stored = say(called, interaction, { ...message, flags })
    if (fills) interaction.original = stored
    return messageObject(discord.world, stored, discord.url)
  },
}

const edit: Route = {
  open: true,
  run(called) {
    const { discord, ids, body } = called
    const interaction = withToken(called)
    const own = discord.world.messages.find(
      ({ id, webhook, channel }) =>
        id === ids.message && webhook === discord.world.app && channel === interaction.channel,
    )
    if (own === undefined) throw new Refusal(404, 10_008, 'Unknown Message')
    const edited = bodyAs(EditMessage, body)
    const made = madeOf(edited, [], own)
    own.before.push(own.content)
    if (typeof edited.content === 'string') own.content = edited.content
    if (made !== undefined) Object.assign(own, made)
    return messageObject(discord.world, own, discord.url)
  },
}

function withToken({ discord, ids }: Called): Interaction {
  const interaction = [...discord.uses.all.values()].find(({ token }) => token === ids.token)
  if (interaction === undefined || ids.app !== discord.world.app)
    throw new Refusal(404, 10_015, 'Unknown Webhook')
  if (age(interaction) > 15 * 60_000) throw new Refusal(401, 50_027, 'Invalid Webhook Token')
  return interaction
}

/** Suggestions answer what is typed, and nothing else; a dialog opens no dialog; only what has a message can update it. */
function fits({ type, message }: Interaction, answer: Callback): boolean {
  if (type === 4 || answer.type === 8) return type === 4 && answer.type === 8
  if (answer.type === 9) return type !== 5
  return answer.type !== 6 || (type !== 2 && message !== undefined)
}

function say(
  { discord, files }: Called,
  { user, channel }: Interaction,
  message: ReturnType<typeof FollowUp.parse>,
): StoredMessage {
  const { world } = discord
  const { content = '', flags = 0 } = message
  if (content === '' && files.length === 0) throw new Refusal(400, 50_006, 'Cannot send an empty message')
  if ((flags & ~(ephemeral | suppressed)) !== 0) throw new Refusal(400, 50_035, 'Invalid Form Body')
  return world.add({
    channel,
    author: world.app,
    webhook: world.app,
    content,
    flags,
    files,
    ...madeOf(message, files),
    ...((flags & ephemeral) === 0 ? {} : { only: user }),
  })
}

function age({ createdAt }: Interaction): number {
  return Date.now() - createdAt
}

export const interactions: Readonly<Record<string, Route>> = {
  'POST /interactions/:interaction/:token/callback': callback,
  'POST /webhooks/:app/:token': followUp,
  'PATCH /webhooks/:app/:token/messages/:message': edit,
}
