/** Channels, threads, and who the bot is. */
import { channelObject, userObject } from '../objects.ts'
import { demand } from '../permissions.ts'
import { bodyAs, Refusal, type Route } from '../route.ts'
import { OpenDirect, StartThread } from '../shapes.ts'
import { kinds } from '../world.ts'
import { channelOf } from './messages.ts'

const rate = { limit: 5, windowMs: 5000 }

const gateway: Route = {
  run: ({ discord }) => ({
    url: discord.gatewayUrl,
    shards: discord.gateway.sharding.recommended,
    session_start_limit: {
      ...discord.sessionStarts,
      total: 1000,
      reset_after: 3_600_000,
      max_concurrency: discord.gateway.sharding.concurrency,
    },
  }),
}

const application: Route = {
  run: ({ discord: { world, content } }) => ({
    id: world.app,
    name: 'bot',
    description: '',
    flags: content ? 1 << 19 : 0,
  }),
}

const me: Route = {
  run: ({ discord: { world } }) => userObject(world.users.get(world.app) ?? { id: world.app, name: 'bot' }),
}

const guilds: Route = {
  run: ({ discord: { world } }) =>
    world.joined
      ? [
          {
            id: world.guild,
            name: 'A guild',
            icon: null,
            owner: false,
            permissions: String(world.permissions),
          },
        ]
      : [],
}

const member: Route = {
  rate,
  run({ discord: { world }, ids: { guild = '', user = '' } }) {
    if (!world.joined || !world.guilds.includes(guild)) throw new Refusal(404, 10_004, 'Unknown Guild')
    const found = world.users.get(user)
    if (found === undefined) throw new Refusal(404, 10_007, 'Unknown Member')
    return { user: userObject(found), roles: world.rolesOf(user, guild), flags: 0, deaf: false, mute: false }
  },
}

const openDirect: Route = {
  run({ discord: { people, world }, body }) {
    const { recipient_id: recipient } = bodyAs(OpenDirect, body)
    const user = world.users.get(recipient)
    if (user === undefined) throw new Refusal(400, 50_033, 'Invalid Recipient(s)')
    return { id: people.direct(user.name), type: kinds.direct, recipients: [userObject(user)] }
  },
}

const channel: Route = {
  rate,
  run: (called) => channelObject(channelOf(called), called.discord.world.app),
}

/** A thread from a message has the message's id. */
const startThread: Route = {
  rate,
  run(called) {
    const { discord, ids, body } = called
    const { world } = discord
    const parent = channelOf(called)
    demand(world, parent, 'publicThreads')
    const { name } = bodyAs(StartThread, body)
    const message = world.find(parent.id, ids.message ?? '')
    if (message === undefined) throw new Refusal(404, 10_008, 'Unknown Message')
    if (world.channels.has(message.id))
      throw new Refusal(400, 160_004, 'A thread has already been created for this message')
    if (parent.kind !== kinds.town)
      throw new Refusal(400, 50_024, 'Cannot execute action on this channel type')
    const thread = world.addChannel({
      id: message.id,
      kind: kinds.thread,
      name,
      parent: parent.id,
      owner: world.app,
      ...(parent.guild === undefined ? {} : { guild: parent.guild }),
    })
    thread.members.add(world.app)
    discord.announce('THREAD_CREATE', channelObject(thread, world.app))
    return channelObject(thread, world.app)
  },
}

/** Those that are not archived; and of which the bot is a member. */
const activeThreads: Route = {
  rate,
  run({ discord: { world }, ids: { guild = '' } }) {
    if (!world.joined || !world.guilds.includes(guild)) throw new Refusal(404, 10_004, 'Unknown Guild')
    const threads = [...world.channels.values()].filter(
      (channel) => channel.kind === kinds.thread && channel.guild === guild,
    )
    return {
      threads: threads.map((thread) => ({
        ...channelObject(thread, world.app),
        last_message_id: world.in(thread.id).at(-1)?.id ?? null,
      })),
      members: threads
        .filter(({ members }) => members.has(world.app))
        .map(({ id }) => ({ id, user_id: world.app, join_timestamp: new Date().toISOString(), flags: 0 })),
    }
  },
}

export const channels: Readonly<Record<string, Route>> = {
  'GET /guilds/:guild/threads/active': activeThreads,
  'GET /gateway/bot': gateway,
  'GET /applications/@me': application,
  'GET /users/@me': me,
  'GET /users/@me/guilds': guilds,
  'POST /users/@me/channels': openDirect,
  'GET /guilds/:guild/members/:user': member,
  'GET /channels/:channel': channel,
  'POST /channels/:channel/messages/:message/threads': startThread,
}
