/** Much of it at once, in Discord, and a kill in the middle of it. */
import { expect, test } from 'vitest'
import { startDiscordProgram, startDiscordRig } from '../rig/discord.ts'
import { quickClaude } from '../rig/quick-cli.ts'

test('100 people in 100 chats at once: each gets the answer that is theirs', async () => {
  const { discord, bot } = await startDiscordRig({ claude: quickClaude, sessions: { maxWarm: 4 } })
  const people = Array.from({ length: 100 }, (_, index) => `person ${index}`)
  for (const name of people) discord.people.say(name, `!say for ${name}`)
  for (const name of people) await discord.see(discord.people.direct(name), /for/)
  await bot.idle()
  for (const name of people) expect(discord.said(discord.people.direct(name))).toEqual([`for ${name}`])
  // Discord bans whoever is told too often to wait.
  expect(discord.calls.filter(({ status }) => status === 429).length).toBeLessThan(100)
}, 120_000)

test('kill -9 with 20 turns, then with 20 answers under way, then before any turn: each message is answered once', async () => {
  const sessions = { maxRunning: 20, maxWarm: 20 }
  const { discord, run } = await startDiscordProgram({ claude: quickClaude, sessions }, { identifyMs: 0 })
  const names = Array.from({ length: 20 }, (_, index) => `person ${index}`)
  const directs = names.map((name) => discord.people.direct(name))
  const stands = (text: RegExp): number =>
    directs.filter((direct) => discord.said(direct).some((said) => text.test(said))).length
  const first = run()
  await discord.until(() => (discord.gateway.connected ? true : undefined))
  for (const name of names) discord.people.say(name, `!slow 3 6\n!say for ${name}`)
  await discord.until(() => (stands(/word/) >= 10 ? true : undefined))
  await first.kill()
  for (const name of names.slice(0, 5)) discord.people.say(name, '!say to what was missed')
  const second = run()
  for (const direct of directs) await discord.see(direct, /for person \d+$/)
  for (const direct of directs.slice(0, 5)) await discord.see(direct, /missed$/)
  for (const name of names) discord.people.say(name, '!say to the second')
  await discord.until(() => (stands(/second$/) >= 3 ? true : undefined))
  await second.kill()
  const third = run()
  for (const direct of directs) await discord.see(direct, /second$/)
  for (const name of names) discord.people.say(name, '!say to the third')
  await third.kill()
  const fourth = run()
  for (const direct of directs) await discord.see(direct, /third$/)
  expect(await fourth.end()).toBe(0)
  for (const [index, direct] of directs.entries()) {
    const answers = discord
      .said(direct)
      .map((text) => text.replace(/^(word\d+ )*/, ''))
      .filter((text) => !text.includes('not done yet'))
    const missed = index < 5 ? ['to what was missed'] : []
    expect(answers).toEqual([`for ${names[index]}`, ...missed, 'to the second', 'to the third'])
  }
}, 120_000)
