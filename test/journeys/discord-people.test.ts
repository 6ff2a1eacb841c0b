/** Who may do what in Discord: by roles, and by the buttons that people press. */
import { expect, test } from 'vitest'
import { startDiscordRig } from '../rig/discord.ts'

const dev = '700000000000000001'
const out = '700000000000000002'
const lead = '700000000000000003'

test('roles let in, decide and bar, as they are at each message; in direct chats those of the home server', async () => {
  const { discord, bot, model } = await startDiscordRig(({ world }) => ({
    access: {
      allow: [`discord:role:${dev}`],
      operators: [`discord:role:${lead}`],
      deny: [`discord:role:${out}`],
    },
    adapters: { discord: { homeGuild: world.guild } },
  }))
  const { people, world } = discord
  const town = people.town('town')
  for (const name of ['ann', 'eve']) world.give(name, dev)
  world.give('eve', out)
  world.give('olga', lead)
  people.say('eve', 'please\n!say denied', { channel: town, mention: true })
  people.say('bob', 'please\n!say stranger', { channel: town, mention: true })
  people.say('ann', 'please\n!bash touch here', { channel: town, mention: true })
  const asked = await discord.see(town, /touch here[^]*\[Allow once\]/)
  people.press('eve', asked, 'Allow once')
  people.press('olga', asked, 'Allow once')
  await discord.see(town, new RegExp(`\\*\\*Allow once\\*\\* · <@${world.user('olga').id}>`))
  await bot.idle()
  // Elsewhere, and directly, what the home server says counts.
  const elsewhere = people.town('elsewhere', world.addGuild())
  people.say('ann', 'please\n!say abroad', { channel: elsewhere, mention: true })
  await discord.see(elsewhere, /^abroad$/)
  const direct = people.direct('ann')
  people.say('ann', '/who')
  await discord.see(direct, new RegExp(`discord:role:${dev}`))
  world.roles.get(world.user('ann').id)?.delete(dev)
  people.say('ann', 'please\n!say lost', { channel: town, mention: true })
  people.say('bob', '!say hello')
  await discord.see(people.direct('bob'), /may not talk/)
  world.give('ann', dev)
  people.say('ann', 'please\n!say back', { channel: town, mention: true })
  await discord.see(town, /^back$/)
  await bot.idle()
  expect(model.requests.some(({ lastUserText }) => /denied|stranger|lost/.test(lastUserText))).toBe(false)
})

test('servers and channels that are not open hear nothing, threads of theirs neither; direct chats do', async () => {
  const { discord, bot, model } = await startDiscordRig(({ world, people }) => ({
    access: {
      allow: ['discord:*'],
      tenants: { allow: [`discord:${world.guild}`] },
      channels: { deny: [`discord:${people.town('closed')}`] },
    },
  }))
  const { people, world } = discord
  const closed = people.town('closed')
  const abroad = people.town('abroad', world.addGuild())
  const thread = people.thread('inside', closed, 'ann')
  for (const channel of [closed, abroad, thread])
    people.say('ann', 'please\n!say where it is closed', { channel, mention: true })
  const town = people.town('town')
  people.say('ann', 'please\n!say where it is open', { channel: town, mention: true })
  people.say('ann', '!say directly')
  await discord.see(town, /^where it is open$/)
  await discord.see(people.direct('ann'), /^directly$/)
  await bot.idle()
  expect([closed, abroad, thread].flatMap((channel) => discord.said(channel))).toEqual([])
  expect(model.requests.some(({ lastUserText }) => lastUserText.includes('closed'))).toBe(false)
})
