/** What is found when the settings are tried on Feishu. */
import { expect, test } from 'vitest'
import { setup } from '../../../adapters/lark/setup.ts'
import { startLark } from '../../fakes/lark/start.ts'
import { larkSettings } from './rig.ts'

/** `more`: settings. */
async function openCheck(more: object = {}) {
  const lark = await startLark()
  const found = async (changed: object = {}): Promise<string> => {
    const findings = await setup.check(larkSettings(lark, { ...more, ...changed }))
    return findings.map(({ ok, what, advice }) => `${ok ? 'ok' : 'no'} ${what} -> ${advice}`).join('\n')
  }
  return { lark, found }
}

test('all is well', async () => {
  const { lark, found } = await openCheck({ departments: true })
  expect(await found()).not.toMatch(/^no/m)
  expect(lark.socket.connected).toBe(0)
})

test('names are optional: what they take is told, and nothing is wrong without it', async () => {
  const { lark, found } = await openCheck()
  lark.lacks.add('contact:user.base:readonly')
  expect(await found()).toMatch(/^ok people are called by their ids.*-> .*contact:user\.base:readonly/m)
  expect(await found()).not.toMatch(/^no/m)
  expect(setup.guide(undefined).steps.join('\n')).toMatch(/contact:user\.base:readonly.*optional/)
})

test('a wrong secret, or a wrong cloud, is one finding, and the secret is not in it', async () => {
  const { found } = await openCheck()
  const wrong = await found({ appSecret: 'not-the-secret' })
  expect(wrong).toMatch(/^no the app does not work: .*10014.* -> compare the app's id and secret.*domain/)
  expect(wrong.split('\n')).toHaveLength(1)
  expect(wrong).not.toContain('not-the-secret')
  expect(await found({ domain: 'http://127.0.0.1:1' })).toMatch(
    /^no .*-> check that this machine reaches 127/,
  )
})

test('where the app may not look at itself, or its cloud says nothing of events, they are named to be compared', async () => {
  const { lark, found } = await openCheck()
  lark.lacks.add('application:application:self_manage')
  expect(await found()).toMatch(
    /^ok which events.*cannot be seen -> .*im\.message\.receive_v1.*card\.action/m,
  )
})

test('no connection is given', async () => {
  const { lark, found } = await openCheck()
  const limit = { kind: 'refused', code: 1_000_040_350, msg: 'the number of connections exceeded' } as const
  lark.faults.plan(/callback\/ws\/endpoint/, limit)
  expect(await found()).toMatch(/^no it cannot connect: the number of connections exceeded \(1000040350\)/m)
})

test('the pages are those of the cloud that the app is in', async () => {
  const { lark } = await openCheck()
  for (const domain of ['feishu.cn', 'larksuite.com']) {
    const steps = (await setup.next?.(larkSettings(lark, { domain }))) ?? []
    expect(steps.join('\n')).toContain(`https://open.${domain}/app/${lark.appId}/event`)
  }
})
