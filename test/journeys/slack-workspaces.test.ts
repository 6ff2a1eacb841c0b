/** One bot in several workspaces of Slack: each installs it by itself. */
import { expect, test } from 'vitest'
import type { Place } from '../fakes/slack/oauth.ts'
import { Team } from '../fakes/slack/team.ts'
import { freePort } from '../rig/port.ts'
import { type SlackRig, startSlackRig } from '../rig/slack.ts'

interface Office extends SlackRig {
  readonly url: string
  readonly install: (place: Place) => Promise<string>
}

async function startOffice(): Promise<Office> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  // As the fake has them.
  const oauth = { clientId: '1.2', clientSecret: 'a client secret', url }
  const slack = { botToken: undefined, oauth, host: '127.0.0.1', port }
  const rig = await startSlackRig({ adapters: { slack } })
  const install = async (place: Place): Promise<string> => {
    const { location, cookie } = await begun(url)
    return (await fetch(rig.slack.oauth.agree(location, place), { headers: { cookie } })).text()
  }
  return Object.assign(rig, { url, install })
}

/** A browser that is sent to Slack. */
async function begun(url: string): Promise<{ location: string; cookie: string }> {
  const { headers } = await fetch(`${url}/slack/install`, { redirect: 'manual' })
  const cookie = headers.get('set-cookie')?.split(';')[0] ?? ''
  return { location: headers.get('location') ?? '', cookie }
}

test('two workspaces: each is answered by its own token, their people are kept apart, a restart loses nothing', async () => {
  const office = await startOffice()
  const { slack } = office
  const { people } = slack
  const [north, south] = [new Team('TNORTH'), new Team('TSOUTH')]
  expect(await office.install(north)).toContain('installed in Team TNORTH')
  expect(await office.install(south)).toContain('installed in Team TSOUTH')
  // The same id in both: two people all the same.
  const direct = people.direct('UANN', north)
  people.direct('UANN', south)
  people.say('UANN', 'The word is heron.', {}, north)
  await slack.see(direct, /heron/, north)
  people.say('UANN', '!recall', {}, south)
  await slack.until(() => slack.said(direct, south)[0])
  await office.bot.idle()
  expect(slack.said(direct, south).join()).not.toContain('heron')

  await office.restart()
  people.say('UANN', '!recall', {}, north)
  await slack.see(direct, /1\. The word is heron\./, north)
  const town = slack.channel('CTOWN', south)
  people.say('UBOB', 'please\n!bash touch here', { channel: town, mention: true }, south)
  await slack.see(town, /touch here[^]*\[Allow once\]/, south)
  await people.press('UBOB', town, 'Allow once', south).acked
  await slack.see(town, /\*Allow once\* · <@UBOB>/, south)
  await people.command('UBOB', town, 'cost', south).acked
  expect(await slack.see(town, /turns/i, south)).toMatchObject({ only: 'UBOB' })
  await office.bot.idle()
  people.openHome('UBOB', south)
  await slack.seeHome('UBOB', /Today \(UTC\)\n1 turn/, south)
  // Somebody of another company, in a channel that both share, is a stranger.
  const theirs = { channel: town, mention: true, home: 'TOTHER' }
  await people.say('UEVE', 'please\n!say hello stranger', theirs, south).acked
  await office.bot.idle()
  expect(slack.said(town, south).join()).not.toContain('hello stranger')
  expect(slack.team.messages).toEqual([])
})

test('a workspace that removes the app is forgotten, and may come back; the others notice nothing', async () => {
  const office = await startOffice()
  const { slack } = office
  const { people } = slack
  const [north, south] = [new Team('TNORTH'), new Team('TSOUTH')]
  await office.install(north)
  await office.install(south)
  const direct = people.direct('UANN', north)
  people.direct('UANN', south)
  people.say('UANN', '!say hello north', {}, north)
  await slack.see(direct, /hello north/, north)
  const gone = people.uninstall(north)
  await gone.acked
  await people.say('UANN', '!say anybody there?', {}, north).acked
  people.say('UANN', '!say hello south', {}, south)
  await slack.see(direct, /hello south/, south)
  await office.bot.idle()
  expect(slack.said(direct, north)).toEqual(['hello north'])
  await office.install(north)
  people.say('UANN', '!say back again', {}, north)
  await slack.see(direct, /back again/, north)
  // What Slack tells again, of what is over, takes nothing away.
  for (const delivery of gone.deliveries) slack.courier.repeat(delivery)
  people.say('UANN', '!say still here', {}, north)
  await slack.see(direct, /still here/, north)
})

test('tokens that expire are renewed, on the way and after a restart; an organisation speaks in all its workspaces', async () => {
  const office = await startOffice()
  const { slack } = office
  const { people } = slack
  slack.oauth.expiresIn = 43_200
  const [east, west] = [new Team('TEAST', 'E1'), new Team('TWEST', 'E1')]
  expect(await office.install({ enterprise: 'E1', teams: [east, west] })).toContain('Organisation E1')
  const direct = people.direct('UANN', east)
  people.say('UANN', 'The word is heron.', {}, east)
  await slack.see(direct, /heron/, east)
  await office.bot.idle()
  slack.expire()
  const town = slack.channel('CTOWN', west)
  people.say('UBOB', 'please\n!bash touch here', { channel: town, mention: true }, west)
  await slack.see(town, /touch here[^]*\[Allow once\]/, west)
  slack.expire()
  await office.restart()
  // Slack does not say in which workspace it was pressed.
  await people.press('UBOB', town, 'Allow once', west).acked
  await slack.see(town, /\*Allow once\* · <@UBOB>/, west)
  await people.command('UBOB', town, 'cost', west).acked
  expect(await slack.see(town, /turns/i, west)).toMatchObject({ only: 'UBOB' })
  people.say('UANN', '!recall', {}, east)
  await slack.see(direct, /1\. The word is heron\./, east)
  people.openHome('UANN', east)
  await slack.seeHome('UANN', /Session 1\n2 turns/, east)
  await people.pressHome('UANN', 'New session', 0, east).acked
  await office.bot.idle()
  const { ts } = people.say('UBOB', 'The word is egret.', { channel: town }, west)
  people.askAbout('UANN', ts, west)
  await people.submit('UANN', 'please\n!say asked', west)
  expect((await slack.see(town, /^asked/, west)).threadTs).toBe(ts)
  expect(slack.calls.filter(({ method }) => method === 'oauth.v2.access')).toHaveLength(3)
})

test('an installation that was begun elsewhere, or refused, leaves nothing behind', async () => {
  const office = await startOffice()
  const { slack, url } = office
  const north = new Team('TNORTH')
  const { location, cookie } = await begun(url)
  const other = await begun(url)
  const back = slack.oauth.agree(location, north)
  const stolen = await fetch(back, { headers: { cookie: other.cookie } })
  expect([stolen.status, await stolen.text()]).toEqual([400, expect.stringContaining('another browser')])
  const forged = await fetch(back.replace(/state=\d/, 'state=9'), { headers: { cookie } })
  expect(forged.status).toBe(400)
  const denied = await fetch(`${url}/slack/oauth_redirect?error=access_denied`, { headers: { cookie } })
  expect(await denied.text()).toMatch(/access_denied.*not installed/)
  const wrong = await fetch(back.replace(/code=[^&]+/, 'code=guessed'), { headers: { cookie } })
  expect([wrong.status, await wrong.text()]).toEqual([502, expect.stringContaining('Begin again')])
  expect(slack.calls.filter(({ method }) => method === 'auth.test')).toEqual([])
})
