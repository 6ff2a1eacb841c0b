/** The home tab of Slack: what somebody has with the bot. */
import { expect, test } from 'vitest'
import { startSlackRig } from '../rig/slack.ts'

test('the home tab shows what runs and stops it, in whatever channel it runs', async () => {
  const { slack, bot } = await startSlackRig({ sessions: { scope: 'thread' } })
  const { people } = slack
  const town = slack.channel('CTOWN')
  people.openHome('UANN')
  await slack.seeHome('UANN', /Nothing of yours is running\.[^]*None yet/)
  people.say('UANN', 'please take your time\n!slow 60 600', { channel: town, mention: true })
  people.say('UBOB', 'another\n!slow 60 600', { channel: town, mention: true })
  await slack.until(() =>
    slack.said(town).filter((text) => text.includes('word2')).length === 2 ? true : undefined,
  )
  people.openHome('UANN')
  const shown = await slack.seeHome('UANN', /please take your time[^\n]*\nrunning, for/)
  expect(shown).not.toContain('another')
  await people.pressHome('UANN', 'Stop').acked
  await slack.seeHome('UANN', /Nothing of yours is running/)
  // Whoever pressed it alone is told; the other turn goes on.
  expect(await slack.see(town, /Stopping/)).toMatchObject({ only: 'UANN' })
  people.openHome('UBOB')
  await slack.seeHome('UBOB', /another[^]*\[Stop\]/)
  await people.pressHome('UBOB', 'Stop').acked
  await bot.idle()
  expect(slack.said(town).join('\n')).not.toContain('word600')
})

test('sessions are begun and taken up again there, and what was used is told', async () => {
  const { slack, bot } = await startSlackRig()
  const { people } = slack
  const direct = people.direct('UANN')
  people.say('UANN', 'The word is heron.')
  await slack.see(direct, /heron/)
  await bot.idle()
  people.openHome('UANN')
  await slack.seeHome(
    'UANN',
    /Session 1\n1 turn.*the one that you are in[^]*Today \(UTC\)\n1 turn, [\d,]+ tokens in/,
  )
  await people.pressHome('UANN', 'New session').acked
  await bot.idle()
  people.say('UANN', '!recall')
  await slack.see(direct, /recall/)
  await bot.idle()
  people.openHome('UANN')
  await slack.seeHome('UANN', /Session 1\n1 turn[^\n]*\[Resume\]/)
  await people.pressHome('UANN', 'Resume').acked
  await bot.idle()
  people.say('UANN', '!recall')
  const recalled = await slack.see(direct, /1\. The word is heron\./)
  expect(recalled.only).toBeUndefined()
})

test('a stranger reads on the home tab how to be let in, in their language', async () => {
  const { slack } = await startSlackRig({ access: { allow: [] } })
  slack.people.openHome('UEVE')
  slack.team.people.set('UMEI', { name: 'Mei', locale: 'zh-CN' })
  slack.people.openHome('UMEI')
  const shown = await slack.seeHome('UEVE', /not been let in yet/)
  expect(shown).not.toContain('Session')
  await slack.seeHome('UMEI', /你还没有获准使用/)
})
