/** Whoever types to the bot in Discord finds their session awake. */
import { expect, test, vi } from 'vitest'
import { startDiscordRig } from '../rig/discord.ts'
import { type Seen, aProcess, descendants } from '../rig/processes.ts'

const cli = /--resume/

function running(): readonly Seen[] {
  return descendants().filter(({ command }) => cli.test(command))
}

test('typing wakes the session of whoever has one, and their message goes to it; for others nothing is started', async () => {
  const { discord, bot } = await startDiscordRig({ sessions: { idleTimeout: '100ms' } })
  const { people } = discord
  const direct = people.direct('ann')
  people.say('ann', 'The word is heron.')
  await discord.see(direct, /heron/)
  await bot.idle()
  await vi.waitFor(() =>
    expect(descendants().filter(({ command }) => /stream-json/.test(command))).toEqual([]),
  )
  people.type('bob')
  people.type('ann')
  const woken = await aProcess(cli)
  people.type('ann')
  people.say('ann', '!recall')
  await discord.see(direct, /1\. The word is heron\./)
  expect(running().every(({ pid, parent }) => pid === woken.pid || parent === woken.pid)).toBe(true)
})
