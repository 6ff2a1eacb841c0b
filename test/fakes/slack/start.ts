/** A fake Slack for a test: closed when the test is over. */
import { onTestFinished } from 'vitest'
import { FakeSlack, type SlackOptions } from './slack.ts'

export async function startSlack(options: SlackOptions = {}): Promise<FakeSlack> {
  const slack = new FakeSlack(options)
  await slack.listen()
  onTestFinished(() => slack.close())
  return slack
}
