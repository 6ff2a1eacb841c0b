/** Much of it at once, in Slack. */
import { expect, test } from 'vitest'
import { measure } from '../../adapters/slack/render.ts'
import { longMarkdown } from '../../src/demo/long.ts'
import { split } from '../../src/reply/split.ts'
import { shownText } from '../fakes/slack/team.ts'
import { quickClaude } from '../rig/quick-cli.ts'
import { startSlackRig } from '../rig/slack.ts'

test('200 KB in one thread arrive whole while 100 people ask in 100 threads: each gets the answer that is theirs', async () => {
  // Slack takes a message a second: while the one waits for that, the others do their work.
  const [long, crowd] = await Promise.all([longReply(), manyAsk()])
  expect(long.shown).toEqual(long.expected)
  expect(crowd.shown).toEqual(crowd.expected)
  // Slack did not have to ask for patience.
  expect(crowd.refused).toEqual([])
}, 300_000)

/** With code and tables; what stands in the thread that asked, and what is to stand there. */
async function longReply(): Promise<{ shown: string[]; expected: string[] }> {
  const { slack, bot } = await startSlackRig({ replies: { maxMessages: 0 } })
  const town = slack.channel('CTOWN')
  const { ts } = slack.people.say('UANN', 'please\n!long 200', { channel: town, mention: true })
  const parts = await split(longMarkdown(200 * 1024), 9000, measure)
  await slack.until(() => (slack.said(town).length >= parts.length ? true : undefined))
  await bot.idle()
  const thread = slack.in(town).filter(({ threadTs }) => threadTs === ts)
  return {
    shown: thread.map((message) => shownText(message).trim()),
    expected: parts.map((text) => text.trim()),
  }
}

async function manyAsk(): Promise<{ shown: string[][]; expected: string[][]; refused: readonly string[] }> {
  const { slack, bot } = await startSlackRig({
    claude: quickClaude,
    sessions: { scope: 'thread', maxWarm: 4 },
  })
  const asked = Array.from({ length: 100 }, (_, index) => {
    const channel = slack.channel(`CTOWN${index % 4}`)
    const text = `please\n!say for number ${index}.`
    return { channel, ...slack.people.say(`U${index}`, text, { channel, mention: true }) }
  })
  await Promise.all(asked.map(({ acked }) => acked))
  await bot.idle()
  const shown = asked.map(({ channel, ts }) =>
    slack
      .in(channel)
      .filter(({ threadTs, botId }) => threadTs === ts && botId !== undefined)
      .map(shownText),
  )
  return { shown, expected: asked.map((_, index) => [`for number ${index}.`]), refused: slack.rates.refused }
}
