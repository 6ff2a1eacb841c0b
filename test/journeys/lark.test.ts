/** What people do and see in Feishu. */
import { expect, test } from 'vitest'
import { isStreaming } from '../fakes/lark/cards.ts'
import type { FakeLark } from '../fakes/lark/lark.ts'
import { cardOf, shownText } from '../fakes/lark/tenant.ts'
import { startLarkProgram, startLarkRig } from '../rig/lark.ts'

const ann = 'ou_ann'
const bob = 'ou_bob'

/** Nothing is left that looks as if it went on. */
function stillRunning(lark: FakeLark, chat: string): string[] {
  const running = lark.by(chat).filter(({ card }) => card !== undefined && isStreaming(card, lark.now()))
  return running.map(shownText)
}

test('written to directly it answers by cards that text is typed into; it remembers, stops, takes and sends files', async () => {
  const { lark, bot } = await startLarkRig({ claude: { allowedTools: ['Bash'] } })
  const { people } = lark
  const chat = lark.tenant.direct(ann).id
  const { delivery } = people.say(ann, 'The word is heron & <egret>.')
  await delivery.answer
  lark.courier.repeat(delivery)
  await lark.see(chat, /heron/)
  lark.courier.repeat(delivery)
  await bot.idle()
  expect(lark.by(chat)).toHaveLength(1)

  people.say(ann, '!bash sleep 1; echo egret\n!slow 1')
  const shown = await lark.see(chat, /Tools[^]*Bash[^]*\[Stop\]/)
  await bot.idle()
  const [, answer] = lark.by(chat)
  expect(answer?.id).toBe(shown.id)
  expect(answer?.card?.streamed.length).toBeGreaterThan(0)
  expect(lark.said(chat)[1]).toMatch(/egret[^]*\$0\.\d+ · [\d.]+ s/)
  expect(lark.said(chat)[1]).not.toContain('[Stop]')

  people.say(ann, '!slow 60')
  await lark.see(chat, /\[Stop\]/)
  expect(await people.press(ann, chat, 'Stop').delivery.answer).toMatchObject({ toast: { type: 'info' } })
  await bot.idle()

  people.send(ann, 'notes.txt', 'the word is avocet')
  people.say(ann, '!bash cat inbox/notes.txt > told.txt; cat told.txt')
  await lark.see(chat, /the word is avocet/)
  await bot.idle()
  people.say(ann, '!tool mcp__chat__send_file {"path":"told.txt","caption":"as you asked"}')
  await lark.see(chat, /as you asked/)
  const sent = lark.by(chat).find(({ type }) => type === 'file')
  const key = /file_[0-9a-f]{8}/.exec(sent?.content ?? '')?.[0] ?? ''
  expect(lark.tenant.files.get(key)).toMatchObject({ name: 'told.txt' })
  expect(lark.tenant.files.get(key)?.content.toString()).toContain('the word is avocet')
  await bot.idle()

  people.say(ann, '!recall')
  await lark.see(chat, /1\. The word is heron & <egret>\./)
  await bot.idle()
  expect(stillRunning(lark, chat)).toEqual([])
  expect(lark.calls.filter(({ code }) => code !== 0)).toEqual([])
})

test('named in a group it quotes what it answers; in a topic it answers there; whoever asked decides, by a button', async () => {
  const { lark, bot, model } = await startLarkRig({ sessions: { scope: 'thread' } })
  lark.contacts.names.set(ann, 'Ann Example')
  const chat = lark.tenant.group().id
  lark.people.say(ann, 'nothing for a bot', { chat })
  const { message } = lark.people.say(ann, 'The word is heron, says @_user_2.', {
    chat,
    mention: true,
    others: [bob],
  })
  await lark.see(chat, /The word is heron, says @ou_bob\./)
  await bot.idle()
  expect(lark.by(chat)).toMatchObject([{ parent: message.id }])
  const thread = 'omt_topic'
  lark.people.say(ann, 'The word is egret.', { chat, thread, mention: true })
  await lark.see(chat, /egret/)
  await bot.idle()
  expect(model.requests.at(-1)?.lastUserText).toContain('Ann Example (lark:ou_ann)')
  lark.people.say(bob, 'please\n!recall', { chat, thread, mention: true })
  const recalled = await lark.see(chat, /1\. .*egret/)
  expect(shownText(recalled)).not.toContain('heron')
  expect(recalled).toMatchObject({ thread })
  await bot.idle()

  lark.people.say(ann, 'please\n!bash touch here', { chat, mention: true })
  const asked = await lark.see(chat, /touch here[^]*\[Allow once\]/)
  const label = 'Allow once'
  const foreign = lark.people.press(bob, chat, label)
  expect(await foreign.delivery.answer).toMatchObject({ toast: { type: 'warning' } })
  const stale = structuredClone(cardOf(asked))
  const { delivery } = lark.people.press(ann, chat, label)
  expect(await delivery.answer).toMatchObject({ toast: { type: 'success' } })
  await lark.see(chat, new RegExp(`\\*\\*${label}\\*\\* · <person id='ou_ann'`))
  await bot.idle()
  expect(lark.said(chat).join('\n')).not.toContain(`[${label}]`)
  const buttons = stale?.body.elements.flatMap((element) =>
    element.tag === 'column_set' ? element.columns.flatMap(({ elements }) => elements) : [],
  )
  const late = lark.people.pressOn(ann, asked, buttons?.[0] ?? {})
  expect(await late.delivery.answer).toMatchObject({ toast: { type: 'info' } })
})

test('a button works after a restart, and a refusal takes words', async () => {
  const rig = await startLarkRig()
  const { lark } = rig
  const chat = lark.tenant.direct(ann).id
  lark.people.say(ann, '!bash rm notes')
  const asked = await lark.see(chat, /rm notes[^]*\[Deny and say why/)
  await rig.restart()
  const label = /\[(Deny and say why[^\]]*)\]/.exec(shownText(asked))?.[1] ?? ''
  const { delivery } = lark.people.press(ann, chat, label, { words: 'I still need them' })
  expect(await delivery.answer).toMatchObject({ toast: { type: 'success' } })
  await lark.see(chat, /I still need them/)
})

test('what is recalled is not asked; through a lost connection, rates, an outage nothing is lost and nothing doubled', async () => {
  const { lark, bot } = await startLarkRig({ claude: { allowedTools: ['Bash'] } })
  const chat = lark.tenant.direct(ann).id
  await lark.people.say(ann, '!bash sleep 1').delivery.answer
  const { message, delivery } = lark.people.say(ann, '!say secret')
  await delivery.answer
  await lark.people.recall(message).delivery.answer
  await lark.see(chat, /Withdrawn/)
  await bot.idle()
  const before = lark.said(chat)
  expect(before.filter((text) => /^secret/m.test(text))).toEqual([])

  lark.socket.open = false
  lark.socket.drop()
  lark.people.write(ann, 'text', { text: '!say meanwhile' })
  lark.socket.open = true
  await lark.see(chat, /meanwhile/)
  // Else it might come before the turn has ended, and be told that it waits.
  await bot.idle()
  lark.people.say(ann, '!say after')
  await lark.see(chat, /after/)
  await bot.idle()
  expect(lark.said(chat)).toHaveLength(before.length + 2)

  lark.faults.plan(/^POST \/cardkit\/v1\/cards$/, { kind: 'throttled', seconds: 1 })
  lark.faults.plan(/^POST \/im\/v1\/messages$/, { kind: 'refused', code: 230020 })
  lark.faults.plan(/\/content$/, { kind: 'cut' }, true)
  lark.faults.plan(/^PUT \/cardkit/, { kind: 'status', status: 502 })
  lark.people.say(ann, '!slow 3')
  await lark.until(() => lark.by(chat)[before.length + 2])
  lark.expireTokens()
  await bot.idle()
  expect(lark.said(chat)).toHaveLength(before.length + 3)
  expect(stillRunning(lark, chat)).toEqual([])
})

test('kill -9 before, during and after a turn: each message is answered once, and no card goes on for ever', async () => {
  const { lark, run } = await startLarkProgram()
  const chat = lark.tenant.direct(ann).id
  const before = run()
  await lark.people.say(ann, '!say one').delivery.answer
  await before.kill()

  const during = run()
  await lark.see(chat, /^one$/m)
  await lark.people.say(ann, '!slow 2 20').delivery.answer
  await lark.until(() => lark.by(chat)[1])
  await during.kill()

  const after = run()
  await lark.until(() =>
    lark.said(chat).filter((text) => /\$\d/.test(text)).length === 2 ? true : undefined,
  )
  await after.kill()

  const last = run()
  await lark.people.say(ann, '!recall').delivery.answer
  await lark.see(chat, /!say one[^]*!slow 2/)
  expect(await last.end()).toBe(0)
  expect(lark.said(chat)).toHaveLength(3)
  expect(stillRunning(lark, chat)).toEqual([])
})

test('over HTTP: an answer, an approval with a toast, and what could not be delivered at first', async () => {
  const rig = await startLarkRig({}, 'webhook')
  const { lark } = rig
  const chat = lark.tenant.direct(ann).id
  lark.people.say(ann, '!bash touch here')
  await lark.see(chat, /touch here[^]*\[Allow once\]/)
  const { delivery } = lark.people.press(ann, chat, 'Allow once')
  expect(await delivery.answer).toMatchObject({ toast: { type: 'success' } })
  await lark.see(chat, /gave|output/)
  await rig.bot.stop()
  const late = lark.people.say(ann, '!say late')
  await rig.restart()
  lark.courier.deliver(late.delivery)
  await lark.see(chat, /^late/m)
  await rig.bot.idle()
  expect(lark.said(chat).filter((text) => /^late/m.test(text))).toHaveLength(1)
})
