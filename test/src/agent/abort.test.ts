import { getEventListeners } from 'node:events'
import { expect, test } from 'vitest'
import { aProcess, descendants, isAlive } from '../../rig/processes.ts'
import { asked, endOf, startAgent } from './rig.ts'

const sleeper = '!bash tail --follow /dev/null'
const tail = /^tail --follow/

test('an abort stops the turn and its tool; the session goes on and no listener is left', async () => {
  const { agent } = await startAgent({ claude: { allowedTools: ['Bash'] } })
  const abort = new AbortController()
  const stopped = agent.chat(sleeper, { user: 'ann', signal: abort.signal })
  const { pid } = await aProcess(tail)
  abort.abort('enough')
  await expect(stopped).rejects.toMatchObject({ name: 'AgentError', code: 'cancelled', cause: 'enough' })
  expect(isAlive(pid)).toBe(false)
  expect(getEventListeners(abort.signal, 'abort')).toEqual([])
  expect((await agent.chat('!recall', { user: 'ann' })).text).toContain('tail --follow')
})

test('an abort of a message that waits ends it at once, never runs it, and leaves the running turn alone', async () => {
  const { agent, model } = await startAgent({ claude: { allowedTools: ['Bash'] } })
  const [first, second] = [new AbortController(), new AbortController()]
  const running = agent.chat(sleeper, { user: 'ann', signal: first.signal })
  const { pid } = await aProcess(tail)
  const waiting = agent.chat('!say second', { user: 'ann', signal: second.signal })
  const third = agent.chat('!say third', { user: 'ann' })
  second.abort()
  await expect(waiting).rejects.toMatchObject({ code: 'cancelled' })
  await expect.poll(async () => (await agent.chat('/queue', { user: 'ann' })).text).not.toContain('second')
  expect((await agent.chat('/queue', { user: 'ann' })).text).toContain('1. `ann`: ` !say third `')
  expect(isAlive(pid)).toBe(true)
  first.abort()
  await expect(running).rejects.toMatchObject({ code: 'cancelled' })
  expect((await third).text).toBe('third')
  expect(asked(model, 'second')).toBe(0)
  // It was withdrawn, not begun and stopped.
  expect(JSON.stringify(await agent.history('ann'))).not.toContain('second')
})

test('a signal that is aborted before sends nothing', async () => {
  const { agent, model } = await startAgent()
  const signal = AbortSignal.abort('too late')
  await expect(agent.chat('!say never', { user: 'ann', signal })).rejects.toMatchObject({
    code: 'cancelled',
    cause: 'too late',
  })
  expect(await agent.history('ann')).toEqual([])
  expect(model.requests).toEqual([])
})

test('an abort as soon as it is sent, and one after the answer, stop no other turn', async () => {
  const { agent, model } = await startAgent()
  const hasty = new AbortController()
  const never = agent.chat('!say never', { user: 'ann', signal: hasty.signal })
  hasty.abort()
  await expect(never).rejects.toMatchObject({ code: 'cancelled' })
  const late = new AbortController()
  await agent.chat('!say first', { user: 'ann', signal: late.signal })
  const next = agent.chat('!slow 1 20', { user: 'ann' })
  late.abort()
  hasty.abort()
  expect((await next).text).not.toBe('')
  expect(asked(model, 'never')).toBe(0)
})

test('leaving a stream early stops its turn and its tool', async () => {
  const { agent } = await startAgent({ claude: { allowedTools: ['Bash'] } })
  for await (const event of agent.stream(sleeper, { user: 'ann' })) {
    if (event.type !== 'tool') continue
    await aProcess(tail)
    break
  }
  expect((await agent.chat('!say next', { user: 'ann' })).text).toBe('next')
  expect(descendants().filter(({ command }) => tail.test(command))).toEqual([])
  const [, stopped] = await agent.history('ann')
  expect(stopped).toMatchObject({ role: 'notice', text: expect.stringContaining('Stopped.') })
})

test('what was said before a turn was stopped is kept as the words of Claude', async () => {
  const { agent } = await startAgent()
  for await (const event of agent.stream('!slow 60 50', { user: 'ann' })) if (event.type === 'text') break
  await agent.chat('!say next', { user: 'ann' })
  const [, said, stopped] = await agent.history('ann')
  expect(said).toMatchObject({ role: 'assistant', text: expect.stringMatching(/^word1/) })
  expect(stopped).toMatchObject({ role: 'notice', text: expect.stringMatching(/^\*Stopped\.\*$/) })
})

test('a reader that throws stops its turn too, and keeps its own error', async () => {
  const { agent } = await startAgent()
  const reading = async (): Promise<void> => {
    for await (const event of agent.stream('!slow 60', { user: 'ann' })) {
      if (event.type === 'text') throw new Error('the page was left')
    }
  }
  await expect(reading()).rejects.toThrow('the page was left')
  expect((await agent.chat('!say next', { user: 'ann' })).text).toBe('next')
})

test('/stop ends the turn of whoever says it, for its caller as cancelled', async () => {
  const { agent } = await startAgent({ claude: { allowedTools: ['Bash'] } })
  const running = agent.chat(sleeper, { user: 'ann' })
  const ended = endOf(running)
  await aProcess(tail)
  expect((await agent.chat('/stop', { user: 'bob' })).text).toContain('Nothing is running')
  expect((await agent.chat('/stop', { user: 'ann' })).text).toContain('Stopping')
  expect(await ended).toBe('cancelled')
})

test('aborts in the moment in which one turn follows another hit nobody else', async () => {
  const { agent } = await startAgent()
  const aborts = Array.from({ length: 24 }, () => new AbortController())
  const ends = aborts.map(async ({ signal }, number) => {
    const end = await endOf(agent.chat(`!say answer ${number}`, { user: 'ann', signal }))
    // Its own is too late, the next one's turn begins, the one after that waits.
    if (number % 4 === 0) for (const abort of aborts.slice(number, number + 3)) abort.abort()
    return end
  })
  for (const [number, end] of (await Promise.all(ends)).entries()) {
    const aborted = number % 4 === 1 || number % 4 === 2
    expect(aborted ? [`answer ${number}`, 'cancelled'] : [`answer ${number}`]).toContain(end)
  }
  expect(await Promise.all(ends)).toContain('cancelled')
})
