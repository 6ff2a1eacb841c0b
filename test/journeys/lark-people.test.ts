/** Who may do what in Feishu: by tenant, chat, department and each kind of id. */
import { expect, test } from 'vitest'
import { startLarkRig } from '../rig/lark.ts'

test('departments let in and bar, other ids decide, as they are at each message; what waits is not run for whoever was put out', async () => {
  const { lark, bot, model } = await startLarkRig({
    access: {
      allow: ['lark:department:od-dev'],
      operators: ['lark:union:on_olga'],
      guests: ['lark:user:ugus', 'lark:union:on_eve'],
      deny: ['lark:department:od-out'],
      tenants: { allow: ['lark:tenant1'] },
    },
    adapters: { lark: { departments: true } },
    sessions: { midTurn: 'queue' },
  })
  const { people, contacts } = lark
  const chat = lark.tenant.group().id
  const inChat = { chat, mention: true }
  contacts.put('ou_ann', 'od-team', 'od-dev')
  contacts.put('ou_eve', 'od-shady', 'od-out')
  people.say('ou_eve', 'please\n!say denied', inChat)
  people.say('ou_bob', 'please\n!say stranger', inChat)
  people.say('ou_gus', 'please\n!say a guest', inChat)
  await lark.see(chat, /^a guest/m)
  people.say('ou_ann', 'please\n!bash touch here', inChat)
  await lark.see(chat, /touch here[^]*\[Allow once\]/)
  expect(await people.press('ou_eve', chat, 'Allow once').delivery.answer).toMatchObject({
    toast: { type: 'warning' },
  })
  // While Claude waits for the answer: another message, and then she is put out of the department.
  await people.say('ou_ann', 'please\n!say later', inChat).delivery.answer
  const object = { open_id: 'ou_ann', name: 'Ann' }
  contacts.put('ou_ann', 'od-elsewhere')
  await people.tell('contact.user.updated_v3', { object }).answer
  await people.say('ou_ann', 'please\n!say lost', inChat).delivery.answer
  await people.press('ou_olga', chat, 'Allow once').delivery.answer
  await lark.see(chat, /\*\*Allow once\*\* · <person id='ou_olga'/)
  await bot.idle()
  const direct = lark.tenant.direct('ou_ann').id
  people.say('ou_ann', '!say lost directly')
  await lark.see(direct, /may not talk/)
  contacts.put('ou_ann', 'od-team', 'od-dev')
  await people.tell('contact.user.updated_v3', { object }).answer
  people.say('ou_ann', '/who')
  await lark.see(direct, /`lark:union:on_ann`.*`lark:department:od-dev`/)
  await bot.idle()
  expect(model.requests.some(({ lastUserText }) => /denied|stranger|lost|later/.test(lastUserText))).toBe(
    false,
  )
})

test('whoever is denied by another id than events of old messages tell stays out when the bot catches up', async () => {
  const rig = await startLarkRig({ access: { allow: ['*'], deny: ['lark:union:on_eve'] } })
  const { lark, model } = rig
  const chat = lark.tenant.group().id
  const inChat = { chat, mention: true }
  const bot = [{ key: '@_user_1', openId: lark.botId, name: lark.botName }]
  lark.people.say('ou_ann', 'please\n!say hello', inChat)
  await lark.see(chat, /^hello/m)
  await lark.people.say('ou_eve', 'please\n!say live', inChat).delivery.answer
  await rig.bot.idle()
  lark.socket.open = false
  lark.socket.drop()
  lark.people.write('ou_eve', 'text', { text: '@_user_1 please\n!say unseen' }, { chat }, bot)
  lark.people.write('ou_ann', 'text', { text: '@_user_1 please\n!say missed' }, { chat }, bot)
  lark.socket.open = true
  await lark.see(chat, /^missed/m)
  await rig.restart()
  lark.people.say('ou_ann', 'please\n!say again', inChat)
  await lark.see(chat, /^again/m)
  await rig.bot.idle()
  expect(model.requests.some(({ lastUserText }) => /live|unseen/.test(lastUserText))).toBe(false)
})
