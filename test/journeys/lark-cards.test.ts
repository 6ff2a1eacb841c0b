/** What people see of answers, questions and commands in Feishu, with cards and without. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isStreaming } from '../fakes/lark/cards.ts'
import { shownText } from '../fakes/lark/tenant.ts'
import { startLarkProgram, startLarkRig } from '../rig/lark.ts'
import { picture } from '../rig/pictures.ts'

const ann = 'ou_ann'
const eve = 'ou_eve'

test('commands are chosen in the menu and pressed under the help; what is missed after that is still fetched', async () => {
  const { lark, bot } = await startLarkRig({ access: { allow: ['lark:ou_ann'] } })
  const { people } = lark
  const chat = lark.tenant.direct(ann).id
  people.say(ann, '!say before')
  await lark.see(chat, /^before/)
  await people.choose(ann, 'help').answer
  await lark.see(chat, /`\/status`[^]*\[\/status\]/)
  expect(await people.press(eve, chat, '/new').delivery.answer).toMatchObject({ toast: { type: 'warning' } })
  expect(await people.press(ann, chat, '/status').delivery.answer).toMatchObject({ toast: { type: 'info' } })
  await lark.see(chat, /lark:ou_ann|Session|session/)
  await people.choose(ann, 'model:opus').answer
  const changed = await lark.see(chat, /opus/)
  expect(changed.parent).toBeUndefined()
  lark.socket.open = false
  lark.socket.drop()
  people.write(ann, 'text', { text: '!say meanwhile' })
  lark.socket.open = true
  await lark.see(chat, /^meanwhile/)
  await bot.idle()
  expect(lark.calls.filter(({ code }) => code !== 0)).toEqual([])
})

test('an answer shows pictures of the folder and of nowhere else; without card entities a card is posted and edited', async () => {
  const { lark, bot, dir } = await startLarkRig()
  const chat = lark.tenant.direct(ann).id
  lark.people.send(ann, 'chart.png', picture('png'))
  const others = '![b](https://example.org/b.png) ![c](../../../../c.png) ![d](/etc/d.png)'
  lark.people.say(ann, `!say ![sales](inbox/image.png) ${others}`)
  const shown = await lark.see(chat, /!\[sales\]\(img_/)
  await bot.idle()
  const [, key = ''] = /\((img_\w+)\)/.exec(shownText(shown)) ?? []
  expect(lark.tenant.files.get(key)?.content).toEqual(picture('png'))
  expect(shownText(shown)).toContain(others.replaceAll('!', ''))
  expect(lark.calls.filter(({ call }) => call === 'POST /im/v1/images')).toHaveLength(1)
  expect(await readdir(join(dir, 'data', 'outbox'))).toEqual([])

  // An app that may not make card entities.
  lark.lacks.add('cardkit:card:write')
  const stood = lark.by(chat).length
  lark.people.say(ann, '!slow 1\n!say ![sales](inbox/image.png)')
  const posted = await lark.until(() => lark.by(chat)[stood])
  await bot.idle()
  expect(lark.by(chat)).toHaveLength(stood + 1)
  expect(posted.card).toBeUndefined()
  expect(shownText(posted)).toMatch(/!\[sales\]\(img_[^]*\$\d/)
  expect(lark.calls.some(({ call }) => call.startsWith('PATCH /im/v1/messages/'))).toBe(true)
})

test('with cards off: an answer grows by edits, an approval is typed, and nothing is a card', async () => {
  const { lark, bot } = await startLarkRig({ adapters: { lark: { cards: false } } })
  const chat = lark.tenant.direct(ann).id
  lark.people.say(ann, '!bash touch here')
  await lark.see(chat, /touch here[^]*1\. Allow once/)
  lark.people.say(ann, '1')
  await lark.see(chat, /\*\*Allow once\*\* · `lark:ou_ann`$/)
  await bot.idle()
  expect(lark.by(chat).map(({ type }) => type)).toEqual(['post', 'post'])
  expect(lark.said(chat)[0]).toMatch(/\$0\.\d+ · [\d.]+ s$/)
  expect(lark.calls.filter(({ code }) => code !== 0)).toEqual([])
})

test('an answer that outgrows its card goes on in the next while it is written; through kill -9 each word stands once', async () => {
  const { lark, run } = await startLarkProgram()
  const chat = lark.tenant.direct(ann).id
  const numbers = Array.from({ length: 6000 }, (_, index) => `word${index + 1}`)
  const words = () => lark.said(chat).flatMap((text) => text.match(/word\d+/g) ?? [])
  const first = run()
  await lark.people.say(ann, '!slow 4 6000').delivery.answer
  await lark.until(() => lark.by(chat)[1])
  // The last one may not be written to its end.
  const shown = words().slice(0, -1)
  expect(shown).toEqual(numbers.slice(0, shown.length))
  await first.kill()
  const second = run()
  await lark.see(chat, /word6000[^]*\$\d/)
  expect(await second.end()).toBe(0)
  expect(words()).toEqual(numbers)
  expect(lark.by(chat).filter(({ card }) => card !== undefined && isStreaming(card, lark.now()))).toEqual([])
}, 120_000)
