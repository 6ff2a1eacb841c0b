import { expect, test } from 'vitest'
import { startRig } from '../rig/bot.ts'

test('somebody chooses a language, for good and for all that the bot says to them; others keep theirs', async () => {
  const rig = await startRig()
  const { chat } = rig
  await chat.say('ann', '/lang xx')
  const refused = await chat.seeEnd('ann', /I do not speak `xx`/)
  expect(refused.reply).toMatchObject({ tone: 'error' })
  await chat.say('ann', '/lang zh')
  await chat.seeEnd('ann', /已切换为简体中文/)
  await rig.restart()
  await chat.say('ann', '/lang')
  await chat.seeEnd('ann', /当前使用简体中文/)
  await chat.say('bob', '/lang')
  await chat.seeEnd('bob', /I speak English with you\./)
})

test('a platform tells the language of its user, the config that of whoever it tells nothing about', async () => {
  const rig = await startRig({ language: 'zh' })
  const { chat } = rig
  await chat.say('ann', '/lang', { locale: 'en-GB' })
  await chat.seeEnd('ann', /I speak English/)
  await chat.say('bob', '/lang', { locale: 'zh_CN' })
  await chat.seeEnd('bob', /当前使用简体中文/)
  await chat.say('cyd', '/lang', { locale: 'fr' })
  await chat.seeEnd('cyd', /当前使用简体中文/)
  await rig.restart({ language: 'en' })
  // What a platform told once is remembered, for what it does not tell with each message.
  await chat.say('bob', '/lang')
  await rig.bot.idle()
  expect(chat.in('bob').map(({ text }) => text)).toEqual(
    Array(2).fill(expect.stringMatching(/当前使用简体中文/)),
  )
  await chat.say('cyd', '/lang')
  await chat.seeEnd('cyd', /I speak English/)
})
