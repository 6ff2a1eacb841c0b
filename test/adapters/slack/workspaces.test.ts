/** Whose token speaks where, an organisation with many workspaces included. */
import { expect, test } from 'vitest'
import { InstalledWorkspaces } from '../../../adapters/slack/workspaces.ts'
import { startSlack } from '../../fakes/slack/start.ts'
import { RecordingBot } from '../conformance/rig.ts'

test('what an organisation installs speaks in all of its workspaces, after a restart too', async () => {
  const slack = await startSlack()
  const bot = new RecordingBot()
  const open = (): InstalledWorkspaces => new InstalledWorkspaces(bot, `${slack.url}/api/`)
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
  await second.install('T6', { token: slack.grant(slack.team), name: 'A workspace' })
  expect(await second.at({ tenant: 'T6', enterprise: 'E1' })).not.toBe(await second.at({ tenant: 'T5' }))
  await second.forget({ tenant: 'T5', enterprise: 'E1' })
  expect(await second.at({ tenant: 'T5' })).toBeUndefined()
  expect(await second.at({ tenant: 'T6' })).toBeDefined()
})

test('two who ask at once for a workspace that is not open yet open it once', async () => {
  const slack = await startSlack()
  const workspaces = new InstalledWorkspaces(new RecordingBot(), `${slack.url}/api/`)
  await workspaces.install('T1', { token: slack.botToken, name: 'A workspace' })
  const [one, other] = await Promise.all([workspaces.at({ tenant: 'T1' }), workspaces.at({ tenant: 'T1' })])
  expect(one).toBe(other)
  expect(slack.calls.filter(({ method }) => method === 'auth.test')).toHaveLength(1)
})
