import { expect, test } from 'vitest'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ConfigInput } from '../../src/config.ts'
import { type Rig, startRig } from '../rig/bot.ts'
import { parley } from '../src/cli/parley.ts'

const access: NonNullable<ConfigInput['access']> = {
  allow: ['scripted:ann'],
  admins: ['scripted:ada'],
  pairing: 'code',
}

/** What a stranger is shown. */
async function codeFor(rig: Rig, user: string): Promise<string> {
  expect(await rig.chat.say(user, 'hello')).toBe('refused')
  const { text } = await rig.chat.see(user, /Your code is \*\*/)
  return /\*\*([A-Z0-9]{4}-[A-Z0-9]{4})\*\*/.exec(text)?.[1] ?? 'none'
}

test('a stranger shows a code, an admin enters it after a restart, the newcomer talks and still does after another', async () => {
  const rig = await startRig({ access })
  const { chat } = rig
  const code = await codeFor(rig, 'eve')
  expect(await codeFor(rig, 'eve')).toBe(code)
  await rig.restart()
  await chat.say('ann', `/pair ${code}`)
  await chat.seeEnd('ann', /Only admins/)
  await chat.say('ada', `/pair ${code.toLowerCase()}`)
  await chat.seeEnd('ada', /`scripted:eve` may talk with me now, as member/)
  await chat.see('eve', /You have been let in/)
  await rig.restart()
  await chat.say('eve', '!say in')
  await chat.seeEnd('eve', /^in$/)
  await chat.say('ada', `/pair ${code}`)
  await chat.seeEnd('ada', /no such code/)
  await chat.say('ada', '/unpair scripted:eve')
  await chat.seeEnd('ada', /no role by pairing/)
  expect(await chat.say('eve', '!say out')).toBe('refused')
})

test('an admin gives roles below the own one; guessing ends, a restart does not begin it anew', async () => {
  const rig = await startRig({ access })
  const { chat } = rig
  const code = await codeFor(rig, 'eve')
  await chat.say('ada', `/pair ${code} admin`)
  await chat.seeEnd('ada', /roles below your own/)
  for (let guess = 0; guess < 5; guess++) await chat.say('ada', `/pair AAAA-000${guess}`)
  await rig.restart()
  await chat.say('ada', `/pair ${code} guest`)
  await chat.seeEnd('ada', /too many wrong codes/)
  expect(await chat.say('eve', '!say in')).toBe('refused')
})

test('a newcomer is welcomed in the language that the code was shown in, also after a restart', async () => {
  const rig = await startRig({ access })
  const { chat } = rig
  await chat.say('eve', '你好', { locale: 'zh-CN' })
  const { text } = await chat.see('eve', /你的配对码是 \*\*/)
  const code = /\*\*([A-Z0-9]{4}-[A-Z0-9]{4})\*\*/.exec(text)?.[1] ?? 'none'
  await rig.restart()
  await chat.say('ada', `/pair ${code}`)
  await chat.seeEnd('ada', /`scripted:eve` may talk with me now, as member/)
  const welcome = await chat.see('eve', /获准加入|let in/)
  expect(welcome.text).toMatch(/^你已获准加入/)
})

test('strangers in shared chats and other bots hear nothing', async () => {
  const { chat, bot } = await startRig({ access })
  expect(await chat.say('eve', 'hello', { channel: 'town' })).toBe('refused')
  const arrival = { id: 'b1', at: 1, address: { adapter: 'scripted', channel: 'bot' }, direct: true }
  expect(
    await chat.deliver({ kind: 'message', text: 'hi', from: { id: 'bot', bot: true }, ...arrival }),
  ).toBe('refused')
  await bot.idle()
  expect(chat.shown).toEqual([])
})

test('whoever is denied hears nothing, whatever pairing is, and is not let in by a code from before', async () => {
  const rig = await startRig({ access })
  const { chat } = rig
  const code = await codeFor(rig, 'eve')
  const denied = { ...access, deny: ['scripted:eve'] }
  await rig.restart({ access: denied })
  expect(await chat.say('eve', 'hello again')).toBe('refused')
  await chat.say('ada', `/pair ${code}`)
  await chat.seeEnd('ada', /`scripted:eve` is barred by `access.deny`/)
  await rig.restart({ access: { ...denied, pairing: 'off' } })
  expect(await chat.say('eve', 'and again')).toBe('refused')
  await rig.bot.idle()
  expect(chat.in('eve')).toHaveLength(1)
  // Once the bar is gone they come in like everybody else.
  await rig.restart()
  expect(await chat.say('eve', 'hello')).toBe('refused')
  const { text } = await chat.see(
    'eve',
    (shown) => /Your code is/.test(shown.text) && !shown.text.includes(code),
  )
  await chat.say('ada', `/pair ${/[A-Z0-9]{4}-[A-Z0-9]{4}/.exec(text)?.[0]}`)
  await chat.see('eve', /You have been let in/)
})

test('`parley pair` refuses whoever is denied', async () => {
  const rig = await startRig({ access })
  const code = await codeFor(rig, 'eve')
  const denied = { ...rig.config, access: { ...access, deny: ['scripted:eve'] } }
  await writeFile(join(rig.dir, 'config.yaml'), JSON.stringify(denied))
  const refused = await parley(['pair', code], { dir: rig.dir })
  expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('barred by `access.deny`')])
})

test('`parley pair` lets a newcomer in while the bot runs', async () => {
  const rig = await startRig({ access })
  const code = await codeFor(rig, 'eve')
  await writeFile(join(rig.dir, 'config.yaml'), JSON.stringify(rig.config))
  const wrong = await parley(['pair', 'AAAA-0000'], { dir: rig.dir })
  expect([wrong.code, wrong.err]).toEqual([1, expect.stringContaining('no such code')])
  const { code: exit, out } = await parley(['pair', code, '--role', 'guest'], { dir: rig.dir })
  expect([exit, out]).toEqual([0, expect.stringContaining('as guest')])
  expect(await rig.chat.say('eve', '/status')).toBe('accepted')
})

test('whoever is answered again and again is taken for a program: silence, admins are told, also after a restart', async () => {
  const loopGuard = { replies: 3, within: '10m', silence: '10m' }
  const rig = await startRig({ access: { ...access, loopGuard } })
  const { chat } = rig
  const exchange = async (text: string): Promise<void> => {
    expect(await chat.say('ann', `!say ${text}`)).toBe('accepted')
    await chat.seeEnd('ann', new RegExp(`^${text}$`))
  }
  await chat.say('ada', '/status')
  await exchange('one')
  // Commands are no exchange.
  for (let n = 0; n < 5; n++) expect(await chat.say('ann', '/status')).toBe('accepted')
  await exchange('two')
  await rig.restart()
  await exchange('three')
  expect(await chat.say('ann', '!say four')).toBe('refused')
  await chat.see('ann', /take you for a program/)
  await chat.see('ada', /`scripted:ann` was answered 3 times in a row/)
  await rig.restart()
  expect(await chat.say('ann', '!say five')).toBe('refused')
  // Commands always work.
  expect(await chat.say('ann', '/stop')).toBe('accepted')
  await rig.bot.idle()
  expect(chat.in('ann').filter(({ text }) => /program/.test(text))).toHaveLength(1)
  // Elsewhere, and others here, are answered.
  expect(await chat.say('ann', '!say hello', { channel: 'town' })).toBe('accepted')
  expect(await chat.say('ada', '!say hello')).toBe('accepted')
})

test('two bots whose messages cross are a loop, too; so are edits without end', async () => {
  const loopGuard = { replies: 4, within: '10m', silence: '10m' }
  const { chat } = await startRig({ access: { ...access, allow: ['*'], loopGuard } })
  await chat.say('ann', '!slow 1 5\n!say a0')
  // From here on one is always under way.
  for (let n = 1; n < 5; n++) {
    expect(await chat.say('ann', `!slow 1 5\n!say a${n}`)).toBe('accepted')
    await chat.seeEnd('ann', new RegExp(`a${n - 1}$`))
  }
  expect(await chat.say('ann', '!say a5')).toBe('refused')

  await chat.say('bob', '!say first', { id: 'B' })
  await chat.seeEnd('bob', /^first$/)
  for (let n = 0; n < 3; n++) expect(await chat.edit('bob', 'B', `!say ${n}`)).toBe('accepted')
  expect(await chat.edit('bob', 'B', '!say again')).toBe('refused')
  await chat.see('bob', /take you for a program/)
})

test('a burst that is not answered yet is no loop', async () => {
  const loopGuard = { replies: 3, within: '10m', silence: '10m' }
  const { chat } = await startRig({ access: { ...access, loopGuard } })
  await chat.say('ann', '!slow 2 20')
  for (let n = 0; n < 10; n++) expect(await chat.say('ann', `!say ${n}`)).toBe('accepted')
  expect((await chat.seeEnd('ann', /^9$/)).key).toContain('scripted:')
})
