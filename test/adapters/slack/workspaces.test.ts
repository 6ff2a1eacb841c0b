/** Whose token speaks where, an organisation with many workspaces included. */
import { expect, test } from 'vitest'
import { OAuth } from '../../../adapters/slack/oauth.ts'
import { InstalledWorkspaces } from '../../../adapters/slack/workspaces.ts'
import type { FakeSlack } from '../../fakes/slack/slack.ts'
import { startSlack } from '../../fakes/slack/start.ts'
import { Team } from '../../fakes/slack/team.ts'
import { RecordingBot } from '../conformance/rig.ts'
import { openSlack } from './rig.ts'

function workspacesOf(slack: FakeSlack, bot = new RecordingBot()): InstalledWorkspaces {
  const { clientId, clientSecret } = slack.oauth
  const url = `${slack.url}/api/`
  const oauth = new OAuth({ clientId, clientSecret, url: 'https://bot.example.com' }, url, bot.log)
  return new InstalledWorkspaces({ bot, url, mentions: new Set(), threads: false }, oauth)
}

test('what an organisation installs speaks in all of its workspaces, after a restart too', async () => {
  const slack = await startSlack()
  const bot = new RecordingBot()
  const open = (): InstalledWorkspaces => workspacesOf(slack, bot)
  const first = open()
  await first.install('E1', { token: slack.botToken, name: 'An organisation' })
  expect(first.openAt('T5')).toBeUndefined()
  const there = await first.at({ tenant: 'T5', enterprise: 'E1' })
  expect(there?.self.user).toBe(slack.team.bot.user)
  expect(first.openAt('T5')).toBe(there)
  expect(await first.at({ tenant: 'T6', enterprise: 'E1' })).toBe(there)
  expect(await first.at({ tenant: 'T7' })).toBeUndefined()
  const second = open()
  expect(await second.at({ tenant: 'T5' })).toBeDefined()
  // A workspace that installs it by itself has its own.
  await second.install('T6', { token: slack.issue(slack.team).access_token, name: 'A workspace' })
  expect(await second.at({ tenant: 'T6', enterprise: 'E1' })).not.toBe(await second.at({ tenant: 'T5' }))
  // Told late, or of one of its workspaces: the token works.
  await second.forget({ tenant: 'T5', enterprise: 'E1' })
  expect(await second.at({ tenant: 'T5' })).toBeDefined()
  slack.tokens.delete(slack.botToken)
  await second.forget({ tenant: 'T5', enterprise: 'E1' })
  expect(await second.at({ tenant: 'T5' })).toBeUndefined()
  expect(await second.at({ tenant: 'T6' })).toBeDefined()
})

test('two who ask at once for a workspace that is not open yet open it once', async () => {
  const slack = await startSlack()
  const workspaces = workspacesOf(slack)
  await workspaces.install('T1', { token: slack.botToken, name: 'A workspace' })
  const [one, other] = await Promise.all([workspaces.at({ tenant: 'T1' }), workspaces.at({ tenant: 'T1' })])
  expect(one).toBe(other)
  expect(slack.calls.filter(({ method }) => method === 'auth.test')).toHaveLength(1)
})

test('a token that is about to expire is renewed once, however many ask; a renewal that fails is tried again', async () => {
  const slack = await startSlack()
  slack.oauth.expiresIn = 60
  const bot = new RecordingBot()
  const { access_token: token, refresh_token: renewedBy = '' } = slack.issue(slack.team)
  const kept = { token, renewedBy, name: 'A workspace', expiresAt: Date.now() + 60_000 }
  await workspacesOf(slack, bot).install('T1', kept)
  const renewals = (): number => slack.calls.filter(({ method }) => method === 'oauth.v2.access').length
  slack.faults.plan('oauth.v2.access', { kind: 'status', status: 503 })
  const workspaces = workspacesOf(slack, bot)
  // The old one is still good, and is used.
  expect(await workspaces.at({ tenant: 'T1' })).toBeDefined()
  expect(renewals()).toBe(1)

  slack.oauth.expiresIn = 43_200
  const again = workspacesOf(slack, bot)
  await Promise.all(Array.from({ length: 5 }, () => again.at({ tenant: 'T1' })))
  const there = await again.at({ tenant: 'T1' })
  expect(renewals()).toBe(2)
  // Whoever else holds the old one finds the new one where it is kept: what renews a token works once.
  slack.tokens.delete(token)
  slack.tokens.set(token, { teams: [slack.team], app: false, lacks: new Set(), expiresAt: 0 })
  const profile = await (
    await workspaces.at({ tenant: 'T1' })
  )?.api.run('auth.test', (client) => client.auth.test())
  expect(profile?.ok).toBe(true)
  expect(renewals()).toBe(2)
  expect(await there?.api.token.current()).not.toBe(token)
})

test('an installation that can be renewed no more says what to do', async () => {
  const slack = await startSlack()
  slack.oauth.expiresIn = 43_200
  const workspaces = workspacesOf(slack)
  const { access_token: token } = slack.issue(slack.team)
  await workspaces.install('T1', { token, renewedBy: 'xoxe-1-used', name: 'A', expiresAt: 0 })
  await expect(workspaces.at({ tenant: 'T1' })).rejects.toThrow(/invalid_refresh_token.*install the app/)
})

test('with a single token nothing of any other workspace is taken, nor its people for ours', async () => {
  const { slack, adapter, address } = await openSlack()
  const bot = new RecordingBot()
  await adapter.start(bot, new AbortController().signal)
  const other = new Team('TOTHER')
  slack.people.direct('UANN', other)
  await slack.people.say('UANN', 'a foreign word', {}, other).acked
  await slack.people.command('UANN', 'CTOWN', 'help', other).acked
  await slack.people.uninstall(other).acked
  await slack.people.say('UANN', 'an own word').acked
  expect(bot.received.map((inbound) => inbound.kind === 'message' && inbound.text)).toEqual(['an own word'])
  expect(bot.received[0]?.address).toMatchObject({ channel: address.channel, tenant: slack.team.id })
})

test('a token that Slack takes no more: the log says where to install the app again', async () => {
  const slack = await startSlack()
  const workspaces = workspacesOf(slack)
  const { access_token: token } = slack.issue(slack.team)
  await workspaces.install('T1', { token, name: 'A workspace' })
  slack.tokens.delete(token)
  await expect(workspaces.at({ tenant: 'T1' })).rejects.toThrow(
    /invalid_auth.*install the app .* again at https:\/\/bot\.example\.com\/slack\/install/,
  )
})
