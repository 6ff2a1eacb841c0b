/** Questions with several answers, answers in own words, and answers that cannot be kept. */
import { expect, test, vi } from 'vitest'
import type { PromptReply } from '../../../src/contract.ts'
import { RecordingBot } from '../conformance/rig.ts'
import { openSlack, type SlackRig, user } from './rig.ts'

const question: PromptReply = {
  kind: 'prompt',
  key: 'prompt/p1',
  prompt: 'p1',
  title: 'Which days suit you?',
  markdown: '',
  choices: Array.from({ length: 12 }, (_, index) => ({ id: String(index + 1), label: `Day ${index + 1}` })),
  multiple: true,
  ownText: true,
}

async function asked(reply: PromptReply): Promise<SlackRig & { bot: RecordingBot }> {
  const rig = await openSlack()
  const bot = new RecordingBot()
  await rig.adapter.start(bot, new AbortController().signal)
  await rig.adapter.send(rig.address, reply)
  return { ...rig, bot }
}

/** Ticks boxes, and presses the button. */
function tick({ slack, address }: SlackRig, ...values: string[]): void {
  const message = slack.in(address.channel).findLast(({ blocks }) => blocks.length > 0)
  if (message === undefined) throw new Error('nothing is asked')
  const state = Object.fromEntries(
    message.blocks.flatMap((block) => {
      const [box] = block.type === 'actions' ? block.elements : []
      if (block.type !== 'actions' || box?.type !== 'checkboxes') return []
      const selected = box.options.filter(({ value }) => values.includes(value))
      return [[block.block_id ?? '', { [box.action_id]: { type: 'checkboxes', selected_options: selected } }]]
    }),
  )
  const [button] = message.blocks.flatMap((block) =>
    block.type === 'actions' ? block.elements.filter(({ type }) => type === 'button') : [],
  )
  slack.people.act(user, message, button ?? {}, state)
}

test('several choices are boxes, however many there are; what is ticked is the answer', async () => {
  const rig = await asked(question)
  tick(rig, '2', '11')
  const [answer] = await rig.bot.arrived(1)
  expect(answer).toMatchObject({ kind: 'answer', prompt: 'p1', choices: ['2', '11'], from: { id: user } })
  expect(answer).toMatchObject({ address: rig.address, direct: true })
})

test('nothing ticked is no answer, and a box that is ticked is none yet', async () => {
  const rig = await asked(question)
  const { slack, bot, address } = rig
  tick(rig)
  const message = slack.in(address.channel).find(({ blocks }) => blocks.length > 0)
  const [box] = message?.blocks.flatMap((block) => (block.type === 'actions' ? block.elements : [])) ?? []
  if (message !== undefined) await slack.people.act(user, message, { ...box, selected_options: [] }).acked
  tick(rig, '3')
  await bot.arrived(1)
  expect(bot.received).toMatchObject([{ choices: ['3'] }])
})

test('an answer of one’s own', async () => {
  const { slack, bot, address } = await asked(question)
  slack.people.press(user, address.channel, 'Answer in own words …')
  await slack.people.submit(user, 'never on Mondays')
  const [answer] = await bot.arrived(1)
  expect(answer).toMatchObject({ prompt: 'p1', choices: [], text: 'never on Mondays', address })
})

test('words that could not be kept stay in the modal, with what to do', async () => {
  const { slack, bot, address } = await asked(question)
  bot.answer = async () => {
    throw new Error('the disk is full')
  }
  slack.people.press(user, address.channel, 'Answer in own words …')
  expect(await slack.people.submit(user, 'lost?')).toMatchObject({
    response_action: 'errors',
    errors: { words: expect.stringContaining('send it again') },
  })
  bot.answer = async () => 'accepted'
  await slack.people.submit(user, 'kept')
  await vi.waitFor(() => expect(bot.received.at(-1)).toMatchObject({ text: 'kept' }))
})

test('what others press, or what was never ours, is nothing', async () => {
  const { slack, bot, address } = await asked(question)
  const message = slack.in(address.channel).find(({ blocks }) => blocks.length > 0)
  if (message === undefined) throw new Error('nothing is asked')
  for (const action of [
    { type: 'button', action_id: 'other', value: '{"prompt":"p1","choice":"1"}' },
    { type: 'button', action_id: 'parley_choice_0', value: 'not json' },
    { type: 'button', action_id: 'parley_choice_0', value: '{"choice":"1"}' },
    { type: 'button', action_id: 'parley_choice_0' },
  ]) {
    await slack.people.act(user, message, action).acked
  }
  expect(bot.received).toEqual([])
})
