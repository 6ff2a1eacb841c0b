/** What people do and see in Discord. */
import { expect, test } from 'vitest'
import { kinds, shownText } from '../fakes/discord/world.ts'
import { startDiscordRig } from '../rig/discord.ts'
import { picture } from '../rig/pictures.ts'
import { aProcess } from '../rig/processes.ts'

test('written to directly it answers in the chat, and remembers', async () => {
  const { discord, bot } = await startDiscordRig()
  const { people } = discord
  const direct = people.direct('ann')
  people.say('ann', 'The word is heron & <egret>.')
  await discord.see(direct, /heron/)
  people.say('ann', '!recall')
  await discord.see(direct, /1\. The word is heron & <egret>\./)
  await bot.idle()
  expect(discord.said(direct)).toHaveLength(2)
  expect(discord.typing).toContain(direct)
})

test('named in a channel it answers below the question, and a reply to the answer goes on', async () => {
  const { discord, bot } = await startDiscordRig()
  const { people } = discord
  const town = people.town('town')
  const asked = people.say('ann', 'The word is heron.', { channel: town, mention: true })
  const answer = await discord.see(town, /heron/)
  expect(answer.reference).toBe(asked.id)
  people.say('bob', 'I like birds', { channel: town })
  people.say('ann', 'please\n!recall', { channel: town, reply: answer.id })
  await discord.see(town, /1\. .*The word is heron\./)
  await bot.idle()
  expect(discord.said(town)).toHaveLength(2)
  // Nobody is called to the chat by an answer.
  expect(
    discord.in(town).flatMap(({ author, pinged }) => (author === discord.world.app ? pinged : [])),
  ).toEqual([])
})

test('a mention opens a thread, titled like the question; the thread is a conversation of its own', async () => {
  const { discord, bot } = await startDiscordRig({
    sessions: { scope: 'thread' },
    adapters: { discord: { openThreads: true } },
  })
  const { people, world } = discord
  const town = people.town('town')
  const first = people.say('ann', 'The word is heron.', { channel: town, mention: true })
  await discord.see(first.id, /heron/)
  expect(world.channels.get(first.id)).toMatchObject({ kind: kinds.thread, name: 'The word is heron.' })
  // Nobody has to name it there.
  people.say('bob', 'please\n!recall', { channel: first.id })
  await discord.see(first.id, /1\. .*The word is heron\./)
  const other = people.say('ann', 'please\n!recall', { channel: town, mention: true })
  await discord.see(other.id, /./)
  await bot.idle()
  expect(discord.said(other.id).join()).not.toContain('heron')
  expect(discord.said(town)).toEqual([])
})

test('a post in a forum that names it is answered in the post, goes on without a name, and is found after an absence', async () => {
  const rig = await startDiscordRig({ sessions: { scope: 'thread' } }, { identifyMs: 0 })
  const { discord } = rig
  const { people } = discord
  const forum = people.forum('help')
  const birds = people.thread('Birds', forum, 'ann')
  people.say('ann', 'The word is heron.', { channel: birds, mention: true })
  await discord.see(birds, /heron/)
  people.say('ann', 'please\n!recall', { channel: birds })
  await discord.see(birds, /1\. .*The word is heron\./)
  await rig.bot.idle()
  await rig.bot.stop()
  people.say('bob', 'please\n!say in the same post', { channel: birds })
  const fish = people.thread('Fish', forum, 'bob')
  people.say('bob', 'please\n!say in another post', { channel: fish, mention: true })
  people.say('bob', '!say to nobody', { channel: people.thread('Cats', forum, 'bob') })
  await rig.again()
  await discord.see(birds, /^in the same post$/)
  await discord.see(fish, /^in another post$/)
  await rig.bot.idle()
  expect(discord.said(fish)).toHaveLength(1)
})

test('it hears nothing that is not for it: talk, other threads, previews, joins, bots, webhooks, itself', async () => {
  const { discord, bot, model } = await startDiscordRig()
  const { people, world } = discord
  const town = people.town('town')
  const link = people.say('ann', 'look at https://example.com', { channel: town })
  people.unfurl(link)
  people.say('ann', 'joined', { channel: town, type: 7, mention: true })
  people.say('hook', 'from a webhook', { channel: town, webhook: true, mention: true })
  people.say('bob', 'in a thread of ours', { channel: people.thread('ours', town, 'bob') })
  world.user('other', true)
  people.say('other', 'I am a bot', { channel: town, mention: true })
  const question = people.say('ann', 'please\n!say done', { channel: town, mention: true })
  await discord.see(town, /^done$/)
  await bot.idle()
  people.unfurl(question)
  people.say('ann', 'please\n!say later', { channel: town, mention: true })
  await discord.see(town, /^later$/)
  await bot.idle()
  expect(discord.said(town)).toEqual(['done', 'later'])
  expect(model.requests.filter(({ lastUserText }) => /webhook|ours|bot|joined/.test(lastUserText))).toEqual(
    [],
  )
})

test('without the message content intent it answers what is direct or names it', async () => {
  const { discord, bot } = await startDiscordRig({}, { content: false })
  const { people } = discord
  const town = people.town('town')
  people.say('ann', 'please\n!say named', { channel: town, mention: true })
  const answer = await discord.see(town, /^named$/)
  await bot.idle()
  people.say('ann', 'what is said in passing', { channel: town })
  people.say('ann', 'please\n!say replied', { channel: town, reply: answer.id })
  await discord.see(town, /^replied$/)
  people.say('ann', '!say direct')
  await discord.see(people.direct('ann'), /^direct$/)
  await bot.idle()
  expect(discord.said(town)).toEqual(['named', 'replied'])
})

test('an approval by button: the message then shows who decided what; a later press is told so, alone', async () => {
  const { discord, bot } = await startDiscordRig()
  const { people, world } = discord
  const town = people.town('town')
  people.say('ann', 'please\n!bash touch here', { channel: town, mention: true })
  const asked = await discord.see(town, /touch here[^]*\[Allow once\]/)
  const stale = structuredClone(asked)
  const pressed = people.press('ann', asked, 'Allow once')
  await discord.see(town, new RegExp(`\\*\\*Allow once\\*\\* · <@${world.user('ann').id}> · <t:\\d+:f>`))
  expect(await discord.until(() => pressed.answer)).toMatchObject({ type: 6 })
  await bot.idle()
  expect(discord.said(town).join('\n')).not.toContain('[Allow once]')
  people.press('bob', stale, 'Allow once')
  expect(await discord.see(town, /settled already/)).toMatchObject({ only: world.user('bob').id })
})

test('a refusal with words: the modal asks for them, and Claude is told', async () => {
  const { discord } = await startDiscordRig()
  const { people } = discord
  const direct = people.direct('ann')
  people.say('ann', '!bash rm notes')
  const asked = await discord.see(direct, /rm notes[^]*\[Deny and say why …\]/)
  const pressed = people.press('ann', asked, 'Deny and say why …')
  await people.submit('ann', pressed, 'I still need them')
  expect(await discord.see(direct, /I still need them/)).toBeDefined()
})

test('a button works after a restart, and after its token has long expired', async () => {
  const rig = await startDiscordRig({}, { identifyMs: 0 })
  const { discord } = rig
  const { people } = discord
  const direct = people.direct('ann')
  people.say('ann', '!bash touch hello && echo hello')
  const asked = await discord.see(direct, /\[Allow once\]/)
  await rig.bot.stop()
  await rig.again()
  const before = await discord.see(direct, /\[Allow once\]/)
  expect(before.id).toBe(asked.id)
  const pressed = people.press('ann', asked, 'Allow once')
  pressed.createdAt -= 16 * 60_000
  await discord.see(direct, /\*\*Allow once\*\*/)
  await rig.bot.idle()
  expect(discord.said(direct).at(-1)).toMatch(/hello/)
})

test('what is edited or deleted while it waits is asked as it stands, or not at all', async () => {
  const { discord, bot } = await startDiscordRig({ claude: { allowedTools: ['Bash'] } })
  const { people } = discord
  const direct = people.direct('ann')
  people.say('ann', '!bash tail --follow /dev/null')
  const tool = await aProcess(/^tail --follow/)
  const second = people.say('ann', '!say secnod')
  const third = people.say('ann', '!say third')
  people.edit(second, '!say second')
  people.remove(third)
  await discord.see(direct, /Withdrawn/)
  await discord.see(direct, /Updated/)
  process.kill(tool.pid)
  await discord.see(direct, /^second$/)
  await bot.idle()
  expect(discord.said(direct).filter((text) => /^(secnod|third)$/.test(text))).toEqual([])
})

test('a file that is sent along reaches Claude, a picture as a picture, and a long answer comes whole, fences closed', async () => {
  const { discord, bot, model } = await startDiscordRig({ claude: { allowedTools: ['Bash'] } })
  const { people } = discord
  const direct = people.direct('ann')
  people.say('ann', '!say a heron', { files: [{ name: 'heron.png', content: picture('png') }] })
  await discord.see(direct, /^a heron/)
  await bot.idle()
  const request = JSON.stringify(model.requests.at(-1)?.body)
  expect(request).toContain('"media_type":"image/png"')
  expect(request).toContain(picture('png').toString('base64').slice(-40))
  people.say('ann', '!bash cat inbox/notes.txt', {
    files: [{ name: 'notes.txt', content: 'the word is heron' }],
  })
  await discord.see(direct, /the word is heron/)
  await bot.idle()
  const before = discord.in(direct).length
  people.say('ann', '!long 9')
  await bot.idle()
  await discord.until(() => discord.in(direct)[before + 2])
  await bot.idle()
  const texts = discord
    .in(direct)
    .slice(before + 1)
    .map(shownText)
  for (const text of texts) expect((text.match(/^```/gm) ?? []).length % 2).toBe(0)
  expect(texts.join('\n').length).toBeGreaterThan(7000)
})

test('an answer of 200 KB comes whole: its beginning, and all of it as a file', async () => {
  const { discord, bot } = await startDiscordRig()
  const { people } = discord
  const direct = people.direct('ann')
  people.say('ann', '!long 200')
  const { files } = await discord.see(direct, /\[file answer\.md\]/)
  await bot.idle()
  expect(files[0]?.content.length).toBeGreaterThanOrEqual(200_000)
  expect(discord.said(direct)).toHaveLength(2)
})
