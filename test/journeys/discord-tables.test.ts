/** Wide tables in Discord: pictures where the settings want them, and text wherever those are not taken. */
import { expect, test, vi } from 'vitest'
import { bits } from '../fakes/discord/permissions.ts'
import { shownText } from '../fakes/discord/world.ts'
import { startDiscordRig } from '../rig/discord.ts'
import { pngSize } from '../rig/pictures.ts'

const rows = [
  '| Bird | Where it lives | How many there are |',
  '|---|---|--:|',
  '| **Grey heron** | by rivers & lakes | 1,200 |',
  '| Little egret | <b>by</b> the sea | 7 |',
]
const table = rows.join('\n')
const asCode = /```\nBird +Where it lives +How many there are\n─+/

test('a wide table comes as a picture in its place, and as text where it is not taken or cannot be drawn', async () => {
  const { discord, bot } = await startDiscordRig({ adapters: { discord: { tables: 'picture' } } })
  const { people, world, calls } = discord
  // Each in a channel of its own: Discord takes five messages in five seconds.
  const ask = (where: string, text: string): string => {
    const channel = people.town(where)
    people.say('ann', `please\n!say ${text}`, { channel, mention: true })
    return channel
  }

  const town = ask('town', `Two birds:\n\n${table}\n\nThat is all.`)
  const answer = await discord.see(town, /\[picture: /)
  await bot.idle()
  expect(shownText(answer)).toBe(`Two birds:\n[picture: ${table}]\nThat is all.\n[file table-1.png]`)
  const [{ content: png } = { content: Buffer.alloc(0) }] = answer.files
  expect(pngSize(png).width).toBeGreaterThan(500)
  expect(png.length).toBeLessThan(world.fileBytes(town))
  // It grew as text before it was whole, or stood at once: either way once.
  expect(discord.said(town)).toHaveLength(1)

  const chinese = ask('zh', table.replace('Little egret', '白鹭'))
  await discord.see(chinese, asCode)
  await bot.idle()

  vi.spyOn(world, 'fileBytes').mockReturnValue(1000)
  const full = ask('full', `Too large:\n\n${table}`)
  await discord.see(full, /^Too large:[^]*7\n```$/)
  await bot.idle()
  vi.restoreAllMocks()

  world.permissions &= ~bits.attach
  const bare = ask('bare', `Not here:\n\n${table}`)
  await discord.see(bare, /^Not here:[^]*7\n```$/)
  await bot.idle()
  for (const channel of [chinese, full, bare]) {
    expect(discord.said(channel)).toEqual([expect.stringMatching(asCode)])
    expect(discord.in(channel).at(-1)?.files).toEqual([])
  }
  const refused = calls.filter(({ status }) => status >= 400).map(({ status }) => status)
  expect(refused).toEqual([413, 403])
})
