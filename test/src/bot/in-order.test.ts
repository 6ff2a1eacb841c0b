import { expect, test } from 'vitest'
import { inOrder } from '../../../src/bot/in-order.ts'
import type { Inbound } from '../../../src/contract.ts'
import { Chat } from '../reply/chat.ts'

const { adapter } = new Chat([])
const arrival = { at: 0, from: { id: 'ann' }, direct: true }

function message(id: string, channel = 'c'): Inbound {
  return { ...arrival, kind: 'message', id, text: '', address: { adapter: 'chat', channel } }
}

test('a message that takes longer to be let in is not overtaken in its chat; other chats and answers go on', async () => {
  const first = Promise.withResolvers<void>()
  const taken: string[] = []
  const route = inOrder(async (_adapter, { id }) => {
    if (id === '1') await first.promise
    taken.push(id)
    return 'accepted'
  })
  const held = [route(adapter, message('1')), route(adapter, message('2'))]
  await route(adapter, message('3', 'elsewhere'))
  const { address } = message('4')
  await route(adapter, { ...arrival, kind: 'answer', id: '4', address, prompt: 'p', choices: ['once'] })
  expect(taken).toEqual(['3', '4'])
  first.resolve()
  await Promise.all(held)
  expect(taken).toEqual(['3', '4', '1', '2'])
})

test('one that fails holds up nothing', async () => {
  const route = inOrder(async (_adapter, { id }) => {
    if (id === '1') throw new Error('the disk is full')
    return 'accepted'
  })
  const failing = route(adapter, message('1'))
  const next = route(adapter, message('2'))
  await expect(failing).rejects.toThrow('the disk is full')
  expect(await next).toBe('accepted')
})
