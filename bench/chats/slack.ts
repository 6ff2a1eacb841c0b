/** Slack for the benchmark: Socket Mode, people who write directly and in a channel. */
import { FakeSlack } from '../../test/fakes/slack/slack.ts'
import { shownText } from '../../test/fakes/slack/team.ts'
import type { Asked, Platform } from './platform.ts'

export async function openSlack(): Promise<Platform> {
  const slack = new FakeSlack()
  await slack.listen()
  const town = slack.channel('CTOWN')
  const ask = (person: string, text: string, where: { channel?: string; mention?: boolean }): Asked => {
    const { ts } = slack.people.say(person, text, where)
    const question = slack.team.messages.findIndex((message) => message.ts === ts)
    const { channel } = slack.team.messages[question] ?? { channel: '' }
    const answers = () =>
      slack.team.messages.slice(question + 1).filter(({ botId, channel: in_, threadTs }) => {
        return botId !== undefined && in_ === channel && (channel !== town || threadTs === ts)
      })
    return {
      read: () => answers().map(shownText).join('\n'),
      settled: () => answers().every(({ streaming }) => streaming !== true),
    }
  }
  return {
    adapters: {
      slack: { botToken: slack.botToken, appToken: slack.appToken, apiUrl: `${slack.url}/api/` },
    },
    places: [
      { name: 'direct', say: (person, text) => ask(person, text, {}) },
      // Slack lets about twenty messages a minute begin to grow; the adapter takes eight at once.
      {
        name: 'thread',
        rounds: 8,
        say: (person, text) => ask(person, text, { channel: town, mention: true }),
      },
    ],
    until: (look) => slack.until(look),
    close: () => slack.close(),
  }
}
