import { expect, test } from 'vitest'
import { isFinal } from '../fakes/scripted/fake-chat.ts'
import { startRig } from '../rig/bot.ts'

const two = JSON.stringify({
  questions: [
    {
      question: 'Which colours?',
      header: 'Colours',
      multiSelect: true,
      options: [
        { label: 'Red', description: 'like a rose' },
        { label: 'Green', description: 'like grass' },
        { label: 'Blue', description: 'like the sea' },
      ],
    },
    {
      question: 'Which name?',
      header: 'Name',
      multiSelect: false,
      options: [
        { label: 'Ada', description: '' },
        { label: 'Alan', description: '' },
      ],
    },
  ],
})

test('a question of one choice', async () => {
  const { chat } = await startRig()
  await chat.say('ann', '!question Which drink? | Tea | Coffee')
  const prompt = await chat.seePrompt('ann')
  expect(prompt).toMatchObject({ title: 'Which drink?', ownText: true })
  expect(prompt.choices).toMatchObject([{ label: 'Tea' }, { label: 'Coffee', description: 'Take Coffee' }])
  await chat.press('ann', prompt, '2')
  await chat.seeEnd('ann', /Which drink\?.*Coffee/)
})

test('several questions, one after another, several choices, an own answer, a restart in between', async () => {
  const rig = await startRig()
  const { chat } = rig
  await chat.say('ann', `!tool AskUserQuestion ${two}`)
  const colours = await chat.seePrompt('ann')
  expect(colours).toMatchObject({ title: '(1 of 2) Which colours?', multiple: true })
  await chat.press('ann', colours, ['1', '3'])
  const name = await chat.see('ann', ({ text }) => text.startsWith('(2 of 2) Which name?'))
  await rig.restart()
  if (name.reply.kind !== 'prompt') throw new Error('not a prompt')
  await chat.press('ann', name.reply, [], 'Grace')
  const { text } = await chat.seeEnd('ann', /Grace/)
  expect(text).toMatch(/Red, Blue/)
  expect(chat.in('ann').filter(({ reply }) => reply.kind === 'prompt')).toHaveLength(2)
})

test('a plan: feedback keeps planning, approval begins, and the next process does not plan again', async () => {
  const rig = await startRig({ claude: { allowedTools: ['Write'] } })
  const { chat } = rig
  await chat.say('ann', '/mode plan')
  await chat.say('ann', '!plan # First\n\n1. Look around.')
  const first = await chat.seePrompt('ann')
  expect(first.markdown).toContain('1. Look around.')
  await chat.press('ann', first, 'feedback', 'look twice')
  await chat.seeEnd('ann', /look twice/)
  await rig.bot.idle()
  await chat.say('ann', '!plan # Second\n\n1. Look twice.')
  const second = await chat.seePrompt('ann')
  await rig.restart()
  await chat.press('ann', second, 'approve')
  await rig.bot.idle()
  await chat.until(() => chat.in('ann').filter(isFinal)[2])
  await rig.restart()
  await chat.say('ann', '/mode')
  await chat.seeEnd('ann', /default/)
})
