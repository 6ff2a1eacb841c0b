import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { longMarkdown } from '../../../src/demo/long.ts'
import type { AgentEvent } from '../../../src/index.ts'
import { asked, eventsOf, startAgent, textOf } from './rig.ts'

const numbers = Array.from({ length: 10 }, (_, index) => index)

test('two users at once: each has a memory, a history and a workspace of their own', async () => {
  const { agent, dir } = await startAgent({ claude: { allowedTools: ['Write', 'Bash'] } })
  const both = ['ann', 'bob']
  await Promise.all(both.map((user) => agent.chat(`The word of ${user}.`, { user })))
  await Promise.all(both.map((user) => agent.chat(`!write note.txt ${user}`, { user })))
  const [ann, bob] = await Promise.all([
    agent.chat('!recall', { user: 'ann' }),
    agent.chat('!recall', { user: 'bob' }),
  ])
  expect(ann.text).toContain('The word of ann.')
  expect(ann.text).not.toContain('bob')
  expect(bob.text).toContain('The word of bob.')
  expect(bob.text).not.toContain('ann')
  expect(JSON.stringify(await agent.history('ann'))).not.toContain('bob')
  const homes = await readdir(join(dir, 'data/users'))
  const notes = homes.map((home) => readFile(join(dir, 'data/users', home, 'workspace/note.txt'), 'utf8'))
  expect((await Promise.all(notes)).toSorted()).toEqual(['ann', 'bob'])
})

test('parallel calls of one user are answered in order, and each caller has its own answer', async () => {
  const { agent } = await startAgent()
  const order: number[] = []
  const answers = numbers.map(async (number) => {
    const { text } = await agent.chat(`!say answer ${number}`, { user: 'ann' })
    order.push(number)
    return text
  })
  expect(await Promise.all(answers)).toEqual(numbers.map((number) => `answer ${number}`))
  expect(order).toEqual(numbers)
})

test('a stream: the text as it comes, tools as they start and end, the answer at last', async () => {
  const { agent } = await startAgent({ claude: { allowedTools: ['Bash'] } })
  const events = await eventsOf(agent.stream('!bash echo moin\n!slow 0.5 20', { user: 'ann' }))
  const tools = events.filter((event) => event.type === 'tool')
  expect(tools.map(({ tool }) => [tool.name, tool.state])).toEqual([
    ['Bash', 'running'],
    ['Bash', 'done'],
  ])
  expect(events.filter(({ type }) => type === 'text').length).toBeGreaterThan(2)
  const last = events.at(-1)
  if (last?.type !== 'answer') throw new Error('the last event is not the answer')
  expect(textOf(events)).toBe(last.answer.text)
  expect(last.answer.figures).toMatchObject({
    costUsd: expect.any(Number),
    durationMs: expect.any(Number),
    inputTokens: expect.any(Number),
    outputTokens: expect.any(Number),
  })
})

test('an answer of 200 KB is whole for a reader who dawdles', async () => {
  const { agent } = await startAgent()
  const events: AgentEvent[] = []
  for await (const event of agent.stream('!long 200', { user: 'ann' })) {
    events.push(event)
    await new Promise(setImmediate)
  }
  expect(textOf(events).trim()).toBe(longMarkdown(200 * 1024).trim())
  expect(events.at(-1)).toMatchObject({ type: 'answer', answer: { text: textOf(events) } })
})

test('a stream that is not iterated sends nothing', async () => {
  const { agent, model } = await startAgent()
  agent.stream('!say never', { user: 'ann' })
  await agent.stream('!say never', { user: 'ann' }).return()
  await agent.chat('!say once', { user: 'ann' })
  expect((await agent.history('ann')).map(({ text }) => text)).toEqual(['!say once', 'once'])
  expect(asked(model, 'never')).toBe(0)
})

test('the history has an answer as soon as its caller has; a limit takes the last entries', async () => {
  const { agent } = await startAgent()
  for (const number of numbers) {
    await agent.chat(`!say ${number}`, { user: 'ann' })
    const last = await agent.history('ann', { limit: 2 })
    expect(last.map(({ role, text }) => [role, text])).toEqual([
      ['user', `!say ${number}`],
      ['assistant', `${number}`],
    ])
  }
  expect(await agent.history('ann')).toHaveLength(20)
  expect(await agent.history('ann', { limit: 0 })).toEqual([])
  expect(await agent.history('nobody')).toEqual([])
})

test('clear waits for what is under way, forgets one user, and keeps the files', async () => {
  const { agent, dir } = await startAgent({ claude: { allowedTools: ['Write'] } })
  await agent.chat('The word is heron.', { user: 'bob' })
  await agent.chat('!write kept.txt yes', { user: 'ann' })
  const running = agent.chat('The word is egret.', { user: 'ann' })
  await agent.clear('ann')
  expect((await running).text).toContain('egret')
  expect(await agent.history('ann')).toEqual([])
  expect((await agent.chat('!recall', { user: 'ann' })).text).not.toContain('egret')
  expect((await agent.chat('!recall', { user: 'bob' })).text).toContain('heron')
  const users = await readdir(join(dir, 'data/users'))
  const home = users.find((name) => name.includes('ann')) ?? ''
  expect(await readFile(join(dir, 'data/users', home, 'workspace/kept.txt'), 'utf8')).toBe('yes')
})

test('a chat command is obeyed and costs nothing', async () => {
  const { agent, model } = await startAgent()
  const answer = await agent.chat('/model haiku', { user: 'ann' })
  expect(answer).toMatchObject({ text: expect.stringContaining('haiku'), figures: undefined })
  expect(model.requests).toEqual([])
  await expect(agent.chat('/mode nonsense', { user: 'ann' })).rejects.toMatchObject({ code: 'failed' })
})

test.each(['', 'a\uD800'])('%j names no user', async (user) => {
  const { agent } = await startAgent()
  await expect(agent.chat('hello', { user })).rejects.toThrow(RangeError)
  await expect(agent.history(user)).rejects.toThrow(RangeError)
  await expect(agent.clear(user)).rejects.toThrow(RangeError)
})
