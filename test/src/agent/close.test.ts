import { once } from 'node:events'
import { expect, test } from 'vitest'
import type { AgentApproval, ApprovalHandler } from '../../../src/index.ts'
import { endOf, eventsOf, startAgent } from './rig.ts'

test('close lets a turn that runs end; what waits behind it is answered by the next agent', async () => {
  const { agent, restart } = await startAgent()
  const running = agent.stream('!slow 1 10', { user: 'ann' })
  await running.next()
  const waiting = endOf(agent.chat('!say later', { user: 'ann' }))
  const restarted = restart()
  expect(await waiting).toBe('closed')
  expect((await eventsOf(running)).at(-1)).toMatchObject({ type: 'answer' })
  const next = await restarted
  expect((await next.chat('!recall', { user: 'ann' })).text).toMatch(/!slow[^]*!say later/)
  const entries = (await next.history('ann')).slice(0, 4)
  expect(entries.map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'assistant'])
  expect(entries[3]?.text).toBe('later')
})

test('close in the middle of a turn: its caller is told, the next agent answers it into the history', async () => {
  const asking = Promise.withResolvers<AgentApproval>()
  const silent: ApprovalHandler = async (approval) => {
    asking.resolve(approval)
    await once(approval.signal, 'abort')
    return { choice: 'once' }
  }
  const { agent, restart } = await startAgent({ onApproval: silent })
  await agent.chat('The word is heron.', { user: 'ann' })
  const ended = endOf(agent.chat('!write poem.txt roses', { user: 'ann' }))
  const { signal } = await asking.promise
  const next = await restart({ onApproval: () => ({ choice: 'once' }) })
  expect(await ended).toBe('closed')
  expect(signal.aborted).toBe(true)
  expect((await next.chat('!recall', { user: 'ann' })).text).toContain('The word is heron.')
  const texts = (await next.history('ann')).map(({ text }) => text)
  expect(texts.slice(2, 4)).toEqual(['!write poem.txt roses', expect.stringContaining('poem.txt')])
})
