/** Slash commands and menus in Discord: registered once, typed with suggestions, answered to whoever used them. */
import { expect, test } from 'vitest'
import { startDiscordRig } from '../rig/discord.ts'
import { picture } from '../rig/pictures.ts'

const put = 'PUT /applications/:app/commands'

test('commands are registered with typed arguments, in Chinese too, and not again; what they answer is for the asker alone', async () => {
  const rig = await startDiscordRig(
    ({ world }) => ({
      access: { allow: [`discord:${world.user('ann').id}`], guests: [`discord:${world.user('gus').id}`] },
      projects: { site: '/tmp' },
    }),
    { identifyMs: 0 },
  )
  const { discord } = rig
  const { people, uses, world, calls } = discord
  const registered = await discord.until(() => world.commands.get(''))
  expect(registered.find(({ name }) => name === 'effort')).toMatchObject({
    type: 1,
    description_localizations: { 'zh-CN': expect.stringMatching(/\p{sc=Han}/u) },
    options: [{ type: 3, name: 'level', choices: expect.arrayContaining([{ name: 'high', value: 'high' }]) }],
  })
  expect(registered.filter(({ type }) => type !== 1)).toMatchObject([
    { type: 3, name: 'Ask about this', name_localizations: { 'zh-CN': '询问这条消息' } },
    { type: 2, name: 'Sessions' },
  ])
  const town = people.town('town')
  const ann = world.user('ann').id
  const alone = { only: ann, channel: town }

  uses.command('ann', 'model', { name: 'opus' }, { channel: town })
  expect(await discord.see(town, /Model: `opus`/)).toMatchObject(alone)
  uses.command('ann', 'status', {}, { channel: town, locale: 'zh-CN' })
  expect(await discord.see(town, /\p{sc=Han}/u)).toMatchObject(alone)
  uses.command('ann', 'history', { number: 5 }, { channel: town })
  expect(await discord.see(town, /Nothing was said yet/)).toMatchObject(alone)
  // What the help offers is given by its buttons, under what one person sees and under what all see.
  uses.command('ann', 'help', {}, { channel: town })
  people.press('ann', await discord.see(town, /\[\/status\] \[\/new\]/), '/cost')
  expect(await discord.see(town, /tokens/)).toMatchObject(alone)
  people.say('ann', '/help', { channel: town, mention: true })
  const help = await discord.until(() =>
    discord.in(town).find(({ rows, only }) => rows.length > 0 && only === undefined),
  )
  people.press('eve', help, '/status')
  expect(await discord.see(town, /not open to you/)).toMatchObject({ only: world.user('eve').id })
  people.press('ann', help, '/status')
  expect(await discord.see(town, /^Session `[^]*Permission mode/)).toMatchObject(alone)
  // A turn of Claude's is there for all, and what was asked is shown.
  uses.command('ann', 'retry', {}, { channel: town })
  expect(await discord.see(town, /^`\/retry`$/)).not.toHaveProperty('only')
  await discord.see(town, /no message of yours/)

  people.say('ann', 'please\n!say first', { channel: town, mention: true })
  await discord.see(town, /^first$/)
  for (const name of ['herons', 'egrets']) uses.command('ann', 'new', { name }, { channel: town })
  await discord.until(() => discord.said(town).filter((text) => /new session starts/i.test(text))[1])
  await rig.bot.idle()
  const offered = await uses.type('ann', 'resume', 'session', '', { channel: town })
  expect(offered.map(({ name }) => name).join()).toMatch(/1/)
  expect(await uses.type('ann', 'cd', 'folder', 'si', { channel: town })).toEqual([
    { name: 'site', value: 'site' },
  ])
  expect((await uses.type('ann', 'model', 'name', 'op', { channel: town }))[0]).toEqual({
    name: 'opus',
    value: 'opus',
  })
  // Strangers learn nothing of what there is, and are told so alone.
  expect(await uses.type('eve', 'cd', 'folder', 'si', { channel: town })).toEqual([])
  uses.command('eve', 'status', {}, { channel: town })
  const refusals = await discord.until(() => {
    const told = discord.in(town).filter(({ content }) => content.includes('not open to you'))
    return told.length === 2 ? told : undefined
  })
  expect(refusals.map(({ only }) => only)).toEqual([world.user('eve').id, world.user('eve').id])
  uses.command('eve', 'status')
  await discord.see(people.direct('eve'), /may not talk with you/)
  uses.command('ann', 'resume', { session: String(offered[0]?.value) }, { channel: town })
  await discord.see(town, /Back in session/)
  uses.menuOf('ann', 'Sessions', 'eve', { channel: town })
  expect(await discord.see(town, /you are here/)).toMatchObject(alone)

  // Ask about this: a dialog, then the question stands for all, and its answer.
  const photo = { name: 'heron.png', content: picture('png') }
  const said = people.say('bob', 'the heron stands in the reeds', { channel: town, files: [photo] })
  const asking = uses.menu('ann', 'Ask about this', said)
  await uses.submit('ann', asking, '!recall')
  expect(
    await discord.see(
      town,
      new RegExp(`<@${ann}> asks about https://discord.com/channels/${world.guild}/${town}/${said.id}`),
    ),
  ).toMatchObject({ pinged: [] })
  await discord.see(town, /first/)
  await rig.bot.idle()
  const about = rig.model.requests.find(({ lastUserText }) => lastUserText.includes('> the heron stands'))
  expect(JSON.stringify(about?.body)).toContain(picture('png').toString('base64').slice(-40))

  await rig.bot.stop()
  const before = calls.filter(({ route }) => route === put).length
  await rig.again()
  uses.command('ann', 'status', {}, { channel: town })
  await rig.bot.idle()
  expect(calls.filter(({ route }) => route === put)).toHaveLength(before)
  expect(calls.filter(({ status }) => status >= 400)).toEqual([])
})
