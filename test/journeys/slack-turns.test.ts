/** What may happen in and around a turn, by Slack's own buttons: questions, choices in mid-turn, money, moving on. */
import { expect, test } from 'vitest'
import { shownText } from '../fakes/slack/team.ts'
import { aProcess } from '../rig/processes.ts'
import { startSlackRig } from '../rig/slack.ts'

/** A tool that runs until the test ends it. */
const sleeper = '!bash tail --follow /dev/null'
const tail = /^tail --follow/

test("Claude's own questions: one is answered by a button, one in own words", async () => {
  const { slack } = await startSlackRig()
  const { people } = slack
  const town = slack.channel('CTOWN')
  people.say('UANN', 'please\n!question Which drink? | Tea | Coffee', { channel: town, mention: true })
  await slack.see(town, /Which drink\?[^]*\[Tea\] \[Coffee\]/)
  await people.press('UANN', town, 'Coffee').acked
  await slack.see(town, /Which drink\?.*Coffee/)
  const direct = people.direct('UANN')
  people.say('UANN', '!question Which colour? | Red | Green')
  await slack.see(direct, /Which colour\?[^]*\[Red\]/)
  people.press('UANN', direct, 'Answer in own words …')
  await people.submit('UANN', 'something like turquoise')
  await slack.see(direct, /Which colour\?.*turquoise/)
  expect(slack.said(direct).join('\n')).not.toContain('[Red]')
})

test('what is written while Claude works waits under a notice whose button interrupts for it', async () => {
  const { slack, bot } = await startSlackRig({ claude: { allowedTools: ['Bash'] } })
  const { people } = slack
  const direct = people.direct('UANN')
  people.say('UANN', sleeper)
  await aProcess(tail)
  people.say('UANN', '!say second')
  await slack.see(direct, /second[^]*\[Interrupt\]/)
  await people.press('UANN', direct, 'Interrupt').acked
  await slack.see(direct, /^second$/)
  await bot.idle()
  expect(slack.said(direct).filter((text) => text === 'second')).toHaveLength(1)
  expect(slack.said(direct).join('\n')).not.toContain('[Interrupt]')
})

test('a budget that is used up: an admin is asked in their direct chat, and the message says who granted it', async () => {
  const { slack, bot } = await startSlackRig({
    budgets: { user: { day: { tokens: 100 } } },
    access: { allow: ['*'], admins: ['slack:UROOT'] },
  })
  const { people } = slack
  const [direct, admin] = [people.direct('UANN'), people.direct('UROOT')]
  people.say('UROOT', '/who')
  await slack.until(() => slack.said(admin)[0])
  people.say('UANN', '!say first')
  await slack.see(direct, /^first$/)
  await bot.idle()
  people.say('UANN', '!say second')
  await slack.see(direct, /used up: [\d,]+ of 100 tokens/)
  const asked = shownText(await slack.see(admin, /More money for[^]*\[\+ /))
  const label = /\[(\+ [^\]]+)\]/.exec(asked)?.[1] ?? 'none'
  await people.press('UROOT', admin, label).acked
  const settled = await slack.see(admin, /\*\+ [^]*<@UROOT>/)
  expect(shownText(settled)).not.toContain('[')
})

test('a turn that was begun in a thread goes on in the direct chat by /handoff', async () => {
  const { slack, bot } = await startSlackRig({ sessions: { scope: 'thread' } })
  const { people } = slack
  const town = slack.channel('CTOWN')
  const direct = people.direct('UANN')
  const { ts } = people.say('UANN', 'please\n!slow 6 60', { channel: town, mention: true })
  await slack.see(town, /word1/)
  expect(slack.team.sessions.get(`${town}/${ts}`)?.status).toBe('processing')
  people.say('UANN', '/handoff')
  await slack.see(direct, /goes on here/)
  // Nobody works in the thread any more, so there is nothing to stop.
  await slack.until(() => slack.team.sessions.get(`${town}/${ts}`)?.status === 'active' || undefined)
  await slack.see(direct, /word60/)
  await slack.see(town, /Goes on/)
  await bot.idle()
  expect(slack.said(town).join('\n')).not.toContain('word60')
})
