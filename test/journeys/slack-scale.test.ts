/** Much of it at once, in Slack. */
import { expect, test } from 'vitest'
import { measure } from '../../adapters/slack/render.ts'
import { longMarkdown } from '../../src/demo/long.ts'
import { split } from '../../src/reply/split.ts'
import { shownText } from '../fakes/slack/team.ts'
import { startSlackRig } from '../rig/slack.ts'

test('a reply of 200 KB with code and tables arrives whole, in order, in the thread that asked', async () => {
  const { slack, bot } = await startSlackRig({ replies: { maxMessages: 0 } })
  const town = slack.channel('CTOWN')
  const { ts } = slack.people.say('UANN', 'please\n!long 200', { channel: town, mention: true })
  const expected = await split(longMarkdown(200 * 1024), 9000, measure)
  await slack.until(() => (slack.said(town).length >= expected.length ? true : undefined))
  await bot.idle()
  expect(slack.said(town).map((text) => text.trim())).toEqual(expected.map((text) => text.trim()))
  expect(slack.in(town).filter(({ threadTs }) => threadTs === ts)).toHaveLength(expected.length)
}, 300_000)

test('100 people in 100 threads at once: each gets the answer that is theirs', async () => {
  const { slack, bot } = await startSlackRig({ sessions: { scope: 'thread', maxWarm: 4 } })
  const asked = Array.from({ length: 100 }, (_, index) => {
    const channel = slack.channel(`CTOWN${index % 4}`)
    const text = `please\n!say for number ${index}.`
    return { index, ...slack.people.say(`U${index}`, text, { channel, mention: true }) }
  })
  await Promise.all(asked.map(({ acked }) => acked))
  await bot.idle()
  for (const { index, ts } of asked) {
    const channel = `CTOWN${index % 4}`
    await slack.until(() =>
      slack.in(channel).find(({ threadTs, metadata }) => threadTs === ts && metadata !== undefined),
    )
    const answers = slack.in(channel).filter(({ threadTs, botId }) => threadTs === ts && botId !== undefined)
    expect(answers.map(shownText)).toEqual([`for number ${index}.`])
  }
  // Slack did not have to ask for it.
  expect(slack.rates.refused).toEqual([])
}, 600_000)
