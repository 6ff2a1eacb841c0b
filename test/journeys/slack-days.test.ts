/** Days of people in Slack: what the core does, as they see it there. */
import { expect, test } from 'vitest'
import type { FakeSlack } from '../fakes/slack/slack.ts'
import { shownText } from '../fakes/slack/team.ts'
import { codeIn } from '../rig/both.ts'
import { aProcess } from '../rig/processes.ts'
import { startSlackRig } from '../rig/slack.ts'

/** The last that the bot said there, once it reads like this. */
async function latest(slack: FakeSlack, channel: string, text: RegExp): Promise<string> {
  return slack.until(() => {
    const last = slack.said(channel).at(-1) ?? ''
    return text.test(last) ? last : undefined
  })
}

test('an overloaded API, a burst, a plan that is refused and then approved after a restart, and a memory of it all', async () => {
  const rig = await startSlackRig({ claude: { allowedTools: ['Write'] }, sessions: { burst: '300ms' } })
  const { slack } = rig
  const { people } = slack
  const direct = people.direct('UANN')
  people.say('UANN', 'The word is heron.\n!error 529 2\n!say better now')
  await latest(slack, direct, /^better now$/)
  await rig.bot.idle()

  const lines = Array.from({ length: 12 }, (_, index) => `line ${index + 1}.`)
  for (const line of lines) people.say('UANN', line)
  people.say('UANN', '!recall')
  const recalled = await latest(slack, direct, /!recall$/)
  const seen = recalled.slice(recalled.indexOf('1. The word is heron.'))
  expect(seen.match(/line \d+\./g)).toEqual(lines)
  await rig.bot.idle()

  await people.command('UANN', direct, 'mode plan').acked
  await latest(slack, direct, /plan/)
  people.say('UANN', '!plan # First\n\n1. Look around.')
  const first = await slack.see(direct, /1\. Look around\.[^]*\[Approve\] \[Keep planning\]/)
  people.press('UANN', direct, 'Keep planning and say what …')
  await people.submit('UANN', 'look twice')
  await slack.until(() => shownText(first).includes('*Keep planning and say what*') || undefined)
  await slack.see(direct, /look twice/)
  await rig.bot.idle()
  people.say('UANN', '!plan # Second\n\n1. Look twice.')
  const second = await slack.see(direct, /1\. Look twice\.[^]*\[Approve\]/)
  await rig.restart()
  await people.press('UANN', direct, 'Approve').acked
  await slack.until(() => /\*Approve\* · <@UANN>/.test(shownText(second)) || undefined)
  await rig.bot.idle()
  await people.command('UANN', direct, 'mode').acked
  await latest(slack, direct, /default/)
  people.say('UANN', '!recall')
  await latest(slack, direct, /1\..*The word is heron\.[^]*line 12\./)
})

test('a running message that is edited, and one that is deleted; a background task tells its result when it comes', async () => {
  const { slack, bot } = await startSlackRig({ claude: { allowedTools: ['Bash'] } })
  const { people } = slack
  const town = slack.channel('CTOWN')
  const { ts } = people.say('UANN', 'please\n!bash sleep 1', { channel: town, mention: true })
  await aProcess(/^sleep 1/)
  people.edit(ts, 'rather do nothing')
  await slack.see(town, /told of your edit/)
  await bot.idle()

  const direct = people.direct('UANN')
  // What has begun goes on.
  const { ts: running } = people.say('UANN', '!bash sleep 1.5 && echo done')
  await aProcess(/^sleep 1\.5/)
  await people.remove(running).acked
  await slack.see(direct, /gave:[^]*done/)
  await bot.idle()

  people.say('UANN', '!background 1 touch done')
  const report = await slack.see(direct, /task finished/)
  await bot.idle()
  expect(slack.in(direct).filter((message) => shownText(message).includes('task finished'))).toEqual([report])
})

test('two people of Slack are one by /link: one session, remembered though its process went, decided from either side', async () => {
  const { slack, bot } = await startSlackRig({ sessions: { idleTimeout: '1ms' } })
  const { people } = slack
  const [ann, anna] = [people.direct('UANN'), people.direct('UANNA')]
  people.say('UANN', 'The word is heron.')
  await latest(slack, ann, /heron/)
  await people.command('UANN', ann, 'link').acked
  const code = codeIn({ text: await latest(slack, ann, /[A-Z0-9]{4}-[A-Z0-9]{4}/) })
  await people.command('UANNA', anna, `link ${code}`).acked
  const answer = codeIn({ text: await latest(slack, anna, /made by `slack:UANN`/) })
  await slack.see(ann, /`slack:UANNA` has entered your code/)
  await people.command('UANN', ann, `link ${answer}`).acked
  await latest(slack, ann, /Linked with `slack:UANNA`/)
  await slack.see(anna, /`slack:UANN` is linked with you now/)
  people.say('UANNA', '!recall')
  await latest(slack, anna, /1\..*The word is heron/)
  await bot.idle()

  const town = slack.channel('CTOWN')
  people.say('UANN', 'please\n!bash touch here', { channel: town, mention: true })
  await slack.see(town, /touch here[^]*\[Allow once\]/)
  await people.press('UEVE', town, 'Allow once').acked
  expect(await slack.see(town, /Only whoever asked/)).toMatchObject({ only: 'UEVE' })
  await people.press('UANNA', town, 'Deny').acked
  await slack.see(town, /\*Deny\* · <@UANN>/)
  await bot.idle()
})
