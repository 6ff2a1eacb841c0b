/** What people decide in Discord by lists, buttons and dialogs, and who may not. */
import { expect, test } from 'vitest'
import { startDiscordRig } from '../rig/discord.ts'
import { aProcess } from '../rig/processes.ts'

const colours = {
  question: 'Which colours?',
  header: 'Colours',
  multiSelect: true,
  options: ['Red', 'Green', 'Blue'].map((label) => ({ label, description: `as ${label}` })),
}
const name = {
  question: 'Which name?',
  header: 'Name',
  multiSelect: false,
  options: ['Ada', 'Alan'].map((label) => ({ label, description: '' })),
}

test('questions, a plan and what waits are decided by whoever asked; others are told why not, alone', async () => {
  const { discord, bot } = await startDiscordRig(({ world }) => ({
    access: { allow: [`discord:${world.user('ann').id}`, `discord:${world.user('bob').id}`] },
  }))
  const { people, uses, world } = discord
  const town = people.town('town')
  const ask = (text: string): unknown =>
    people.say('ann', `please\n${text}`, { channel: town, mention: true })
  const ann = `<@${world.user('ann').id}>`

  // Choices with a line about each stand in a list.
  ask('!question Which drink? | Tea | Coffee')
  const drinks = await discord.see(town, /Which drink\?[^]*<Tea> <Coffee>[^]*\[Answer in own words …\]/)
  people.select('eve', drinks, ['Tea'])
  expect(await discord.see(town, /not open to you/)).toMatchObject({ only: world.user('eve').id })
  people.select('bob', drinks, ['Tea'])
  expect(await discord.see(town, /Only whoever asked/)).toMatchObject({ only: world.user('bob').id })
  people.select('ann', drinks, ['Coffee'])
  await discord.see(town, /Which drink\?.*Coffee/)
  await bot.idle()

  // Several of one list, then words of one's own.
  ask(`!tool AskUserQuestion ${JSON.stringify({ questions: [colours, name] })}`)
  people.select('ann', await discord.see(town, /1 of 2[^]*<Red>/), ['Red', 'Blue'])
  const named = await discord.see(town, /2 of 2[^]*\[Ada\] \[Alan\]/)
  await people.submit('ann', people.press('ann', named, 'Answer in own words …'), 'Grace')
  await discord.see(town, /Red, Blue[^]*Grace/)
  await bot.idle()

  // A plan: what is missing is said in a dialog, the next one is approved.
  uses.command('ann', 'mode', { mode: 'plan' }, { channel: town })
  await discord.see(town, /Permission mode: plan/)
  ask('!plan # First\n\n1. Look around.')
  const plan = await discord.see(town, /Look around[^]*\[Keep planning and say what …\]/)
  await people.submit('ann', people.press('ann', plan, 'Keep planning and say what …'), 'look twice')
  await discord.see(town, /look twice/)
  await bot.idle()
  ask('!plan # Second\n\n1. Look twice.')
  const second = await discord.see(town, /Second[^]*\[Approve\]/)
  people.press('ann', second, 'Approve')
  await discord.see(town, new RegExp(`Second[^]*\\*\\*Approve\\*\\* · ${ann}`))
  await bot.idle()

  // What is written while Claude works waits under a notice; its button ends the turn for it.
  uses.command('ann', 'mode', { mode: 'default' }, { channel: town })
  await discord.see(town, /Permission mode: default/)
  ask('!bash tail --follow /dev/null')
  people.press('ann', await discord.see(town, /tail --follow[^]*\[Allow once\]/), 'Allow once')
  await aProcess(/^tail --follow/)
  ask('!say waited')
  people.select('ann', await discord.see(town, /waited[^]*<Interrupt>/), ['Interrupt'])
  await discord.see(town, /^waited$/)
  await bot.idle()
  expect(discord.said(town).join('\n')).not.toMatch(/\[(Approve|Ada)\]|<(Red|Interrupt)>/)
  expect(discord.calls.filter(({ status }) => status >= 400)).toEqual([])
})

test('a budget that is used up: an admin grants more by a button in their direct chat, and all see it', async () => {
  const { discord, bot } = await startDiscordRig(({ world }) => ({
    budgets: { user: { day: { tokens: 100 } } },
    access: { allow: ['*'], admins: [`discord:${world.user('root').id}`] },
  }))
  const { people, world } = discord
  const [direct, admin] = [people.direct('ann'), people.direct('root')]
  people.say('root', '/who')
  await discord.until(() => discord.said(admin)[0])
  people.say('ann', '!say first')
  await discord.see(direct, /^first$/)
  await bot.idle()
  people.say('ann', '!say second')
  await discord.see(direct, /used up: [\d,]+ of 100 tokens/)
  const asked = await discord.see(admin, /More money for[^]*\[\+ /)
  const label = asked.rows.flatMap(({ components }) =>
    components.flatMap((one) => (one.type === 2 ? [one.label] : [])),
  )
  people.press('root', asked, label.find((each) => each.startsWith('+')) ?? 'none')
  await discord.see(admin, new RegExp(`\\+ [^]*<@${world.user('root').id}>`))
  people.press('ann', await discord.see(direct, /Run your message now[^]*\[Run now\]/), 'Run now')
  await discord.see(direct, /^second$/)
  await bot.idle()
  expect(discord.said(direct).filter((text) => /^(first|second)$/.test(text))).toEqual(['first', 'second'])
})
