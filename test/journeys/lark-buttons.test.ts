/** What people decide by buttons and forms in Feishu, by long connection and over HTTP, and through restarts. */
import { expect, test } from 'vitest'
import type { FakeLark } from '../fakes/lark/lark.ts'
import { elementsOf } from '../fakes/lark/card-json.ts'
import { cardOf, shownText, type StoredMessage } from '../fakes/lark/tenant.ts'
import { startLarkRig } from '../rig/lark.ts'

const ann = 'ou_ann'
const root = 'ou_root'
const success = { toast: { type: 'success' } }
const warning = { toast: { type: 'warning' } }

const colours = JSON.stringify({
  questions: [
    {
      question: 'Which colours?',
      header: 'Colours',
      multiSelect: true,
      options: ['Red', 'Green', 'Blue'].map((label) => ({ label, description: '' })),
    },
    {
      question: 'Which name?',
      header: 'Name',
      multiSelect: false,
      options: ['Ada', 'Alan'].map((label) => ({ label, description: '' })),
    },
  ],
})

/** The label of a button in this chat that begins like this. */
async function labelOf(lark: FakeLark, chat: string, begin: string): Promise<string> {
  const shown = shownText(await lark.see(chat, new RegExp(`^\\[${begin}`, 'm')))
  return new RegExp(`^\\[(${begin}.*)\\]$`, 'm').exec(shown)?.[1] ?? ''
}

/** As it stands now: a client that is behind shows it on. */
function firstButton(message: StoredMessage): object {
  const card = cardOf(message)
  const button = card && elementsOf(card).find(({ tag }) => tag === 'button')
  if (button === undefined) throw new Error('this message has no button')
  return button
}

test('over HTTP: several choices, own words after a restart, a plan that is sent back and then approved', async () => {
  const rig = await startLarkRig({ claude: { allowedTools: ['Write'] } }, 'webhook')
  const { lark } = rig
  const { people } = lark
  const chat = lark.tenant.direct(ann).id
  const press = (label: string, form?: Parameters<typeof people.press>[3]) =>
    people.press(ann, chat, label, form).delivery.answer

  people.say(ann, `!tool AskUserQuestion ${colours}`)
  await lark.see(chat, /\(1 of 2\) Which colours\?[^]*\( \) Red[^]*\[Send\]/)
  expect(await press('Send', { picks: [] })).toMatchObject(warning)
  expect(await press('Send', { picks: ['1', '3'] })).toMatchObject(success)
  await lark.see(chat, /\(2 of 2\) Which name\?[^]*\[Ada\][^]*\[Answer in own words\]/)
  await rig.restart()
  expect(await press('Answer in own words', { words: ' Grace ' })).toMatchObject(success)
  await lark.see(chat, /^(?!\(2)[^]*Red, Blue[^]*Grace/)
  await rig.bot.idle()

  people.say(ann, '/mode plan')
  people.say(ann, '!plan # First\n\n1. Look around.')
  await lark.see(chat, /1\. Look around\.[^]*\[Approve\]/)
  expect(await press(await labelOf(lark, chat, 'Keep planning and'), { words: 'look twice' })).toMatchObject(
    success,
  )
  await lark.see(chat, /look twice[^]*\$\d/)
  await rig.bot.idle()
  people.say(ann, '!plan # Second\n\n1. Look twice.')
  await lark.see(chat, /1\. Look twice\.[^]*\[Approve\]/)
  expect(await press('Approve')).toMatchObject(success)
  await lark.see(chat, /1\. Look twice\.[^]*\*\*Approve\*\* · <person id='ou_ann'/)
  expect(lark.said(chat).join('\n')).not.toContain('[Approve]')
})

test('an admin grants more money by a button, whoever was refused runs the message by another; Steer takes one into the turn', async () => {
  const { lark, bot } = await startLarkRig({
    budgets: { user: { day: { tokens: 100 } } },
    access: { allow: ['*'], admins: [`lark:${root}`] },
    claude: { allowedTools: ['Bash'] },
  })
  const { people } = lark
  const own = lark.tenant.direct(ann).id
  const admins = lark.tenant.direct(root).id
  people.say(root, '/who')
  await lark.see(admins, /lark:ou_root/)
  people.say(ann, '!say first')
  await lark.see(own, /^first/)
  await bot.idle()
  people.say(ann, '!bash sleep 2; echo second')
  await lark.see(own, /used up/)
  const whole = await labelOf(lark, admins, '\\+ [\\d,]+00 tokens')
  expect(await people.press(ann, admins, whole).delivery.answer).toMatchObject(warning)
  expect(await people.press(root, admins, whole).delivery.answer).toMatchObject(success)
  await lark.see(admins, /tokens today\*\* · <person id='ou_root'/)

  // Enough for a turn of several requests: each is held against the budget.
  people.say(root, '/grant lark:ou_ann 200000')
  await lark.see(admins, /200,000/)
  const run = await labelOf(lark, own, 'Run')
  expect(await people.press(root, own, run).delivery.answer).toMatchObject(warning)
  expect(await people.press(ann, own, run).delivery.answer).toMatchObject(success)
  await lark.see(own, /Tools[^]*sleep 2/)
  people.say(ann, '!say third')
  await lark.see(own, /\[Steer\]/)
  expect(await people.press(ann, own, 'Steer').delivery.answer).toMatchObject(success)
  await lark.see(own, /\*\*Steer\*\* · <person id='ou_ann'/)
  await lark.see(own, /second[^]*third|third[^]*\$\d/)
  await bot.idle()
  expect(lark.said(own).join('\n')).not.toContain('[Steer]')
})

test('what is pressed by somebody else, or too late, is told by a toast to whoever pressed, and the turn goes on', async () => {
  const { lark, bot } = await startLarkRig()
  const { people } = lark
  const bob = people.join('ou_bob')
  const group = lark.tenant.group().id
  people.say(ann, 'please\n!bash touch here', { chat: group, mention: true })
  const asked = await lark.see(group, /\[Allow once\]/)
  const button = firstButton(asked)
  expect(await people.press(bob, group, 'Stop').delivery.answer).toMatchObject(warning)
  expect(await people.press(bob, group, 'Allow once').delivery.answer).toMatchObject(warning)
  expect(await people.press(ann, group, 'Allow once').delivery.answer).toMatchObject(success)
  await lark.see(group, /\$\d/)
  await bot.idle()
  const late = await people.pressOn(bob, asked, button).delivery.answer
  expect(late).toMatchObject({ toast: { type: 'info' } })

  // A card of the chat of two with somebody else, and one of a group that is pressed elsewhere.
  const own = lark.tenant.direct(ann).id
  people.say(ann, '/help')
  const help = await lark.see(own, /\[\/new\]/)
  const fresh = firstButton(help)
  const before = lark.tenant.messages.length
  expect(await people.pressOn(bob, help, fresh).delivery.answer).toMatchObject(warning)
  expect(await people.pressOn(ann, { ...asked, chat: own }, button).delivery.answer).toMatchObject(warning)
  await bot.idle()
  expect(lark.tenant.messages).toHaveLength(before)
  expect(lark.said(group).join('\n')).not.toMatch(/Nothing is running|Only whoever|settled already/)
})
