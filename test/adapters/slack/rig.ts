/** The adapter on a Slack of our own, in a thread of a direct chat. */
import { onTestFinished } from 'vitest'
import create from '../../../adapters/slack/index.ts'
import { type SlackSettings, settings } from '../../../adapters/slack/settings.ts'
import type { Adapter, Address, PromptReply } from '../../../src/contract.ts'
import type { FakeSlack } from '../../fakes/slack/slack.ts'
import { startSlack } from '../../fakes/slack/start.ts'

export const user = 'UANN'

export interface SlackRig {
  readonly slack: FakeSlack
  /** Not started. */
  readonly adapter: Adapter
  readonly address: Address & { readonly thread: string }
}

function slackSettings(slack: FakeSlack, more: object = {}): SlackSettings {
  const { botToken, appToken, url } = slack
  return settings.schema.parse({ botToken, appToken, apiUrl: `${url}/api/`, ...more })
}

export async function openSlack(options: { ackWithin?: number } = {}): Promise<SlackRig> {
  const slack = await startSlack(options)
  const adapter = create(slackSettings(slack))
  onTestFinished(() => adapter.stop())
  const channel = slack.people.direct(user)
  const thread = slack.team.add({ channel, user, text: 'hi' }).ts
  return { slack, adapter, address: { adapter: 'slack', tenant: slack.team.id, channel, thread } }
}

/** Presses what stands for the choice, and fills in the modal where one opens. */
export async function choose(
  { slack, address }: SlackRig,
  { choices }: PromptReply,
  id: string,
  words?: string,
): Promise<void> {
  const choice = choices.find((each) => each.id === id)
  const label = choice?.text === true ? `${choice.label} …` : (choice?.label ?? '')
  slack.people.press(user, address.channel, label)
  if (words !== undefined) await slack.people.submit(user, words)
}
