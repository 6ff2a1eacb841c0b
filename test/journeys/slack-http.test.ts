/** Slack by signed events over HTTP, in place of Socket Mode. */
import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { HttpEvents } from '../fakes/slack/http-events.ts'
import { type SlackRig, startSlackRig } from '../rig/slack.ts'

const signingSecret = 'a signing secret'

async function overHttp(): Promise<SlackRig> {
  const port = await freePort()
  const slack = { mode: 'http', signingSecret, host: '127.0.0.1', port }
  const rig = await startSlackRig({ adapters: { slack } })
  const url = `http://127.0.0.1:${port}/slack/events`
  const events = new HttpEvents({ url, signingSecret })
  onTestFinished(() => events.close())
  rig.slack.courier = events
  return rig
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (typeof address !== 'object' || address === null) throw new Error('no port is free')
  return address.port
}

test('asked, approved and answered; what comes again starts nothing', async () => {
  const { slack, bot } = await overHttp()
  const town = slack.channel('CTOWN')
  const asked = slack.people.say('UANN', 'please\n!bash touch heron', { channel: town, mention: true })
  await asked.acked
  await slack.see(town, /touch heron[^]*\[Allow once\]/)
  for (const delivery of asked.deliveries) slack.courier.repeat(delivery)
  await slack.people.press('UANN', town, 'Allow once').acked
  await slack.see(town, /\*Allow once\*/)
  await slack.people.command('UANN', town, 'cost').acked
  expect(await slack.see(town, /turns/i)).toMatchObject({ only: 'UANN' })
  await bot.idle()
  // The question, settled, the answer, and what was told to Ann alone.
  expect(slack.said(town)).toHaveLength(3)
})

test('an event while the bot restarts is delivered again by Slack, and answered once', async () => {
  const rig = await overHttp()
  const { slack } = rig
  const direct = slack.people.direct('UANN')
  const restarting = rig.restart()
  const { acked } = slack.people.say('UANN', '!say after all')
  await restarting
  await acked
  await slack.see(direct, /^after all$/)
  await rig.bot.idle()
  expect(slack.said(direct)).toEqual(['after all'])
})
