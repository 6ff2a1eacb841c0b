import { once } from 'node:events'
import { expect, test } from 'vitest'
import type { AgentApproval, ApprovalHandler } from '../../../src/index.ts'
import { startAgent } from './rig.ts'

/** A handler that records what it is asked; `decide` stands behind it. */
function recorded(decide: ApprovalHandler): { asked: AgentApproval[]; onApproval: ApprovalHandler } {
  const asked: AgentApproval[] = []
  const onApproval: ApprovalHandler = (approval) => {
    asked.push(approval)
    return decide(approval)
  }
  return { asked, onApproval }
}

test('the handler is told what exactly, and allows it', async () => {
  const { asked, onApproval } = recorded(() => Promise.resolve({ choice: 'once' }))
  const { agent } = await startAgent({ onApproval })
  const { text } = await agent.chat('!write poem.txt roses', { user: 'ann' })
  expect(text).toContain('poem.txt')
  expect(asked).toMatchObject([{ user: 'ann', title: 'Claude wants to use Write' }])
  expect(asked[0]?.markdown).toMatch(/poem\.txt[^]*roses/)
  expect(asked[0]?.choices.map(({ id }) => id)).toEqual(expect.arrayContaining(['once', 'deny', 'why']))
  await agent.chat('!write poem.txt violets', { user: 'ann' })
  expect(asked).toHaveLength(2)
})

test('a choice for the session is asked once', async () => {
  const { asked, onApproval } = recorded(({ choices }) => {
    return { choice: choices.some(({ id }) => id === 'session') ? 'session' : 'deny' }
  })
  const { agent } = await startAgent({ onApproval })
  await agent.chat('!write one.txt 1', { user: 'ann' })
  await agent.chat('!write two.txt 2', { user: 'ann' })
  expect(asked).toHaveLength(1)
})

test('a refusal and its reason reach Claude', async () => {
  const { agent } = await startAgent({ onApproval: () => ({ choice: 'why', text: 'not on a Sunday' }) })
  const { text } = await agent.chat('!write poem.txt roses', { user: 'ann' })
  expect(text).toContain('not on a Sunday')
})

test('without a handler nothing is allowed that is not allowed already', async () => {
  const { agent } = await startAgent()
  const { text } = await agent.chat('!write poem.txt roses', { user: 'ann' })
  expect(text).toContain('Nobody is here to approve')
})

test('a handler that throws: its message ends with what it threw, the session goes on', async () => {
  const cause = new Error('the policy server is down')
  const onApproval: ApprovalHandler = () => {
    throw cause
  }
  const { agent } = await startAgent({ onApproval })
  const failed = agent.chat('!write poem.txt roses', { user: 'ann' })
  await expect(failed).rejects.toMatchObject({ name: 'AgentError', code: 'approval', cause })
  await expect(failed).rejects.toThrow('the policy server is down')
  expect((await agent.chat('!say next', { user: 'ann' })).text).toBe('next')
})

test('a choice that is not offered is an error that names those that are', async () => {
  const { agent } = await startAgent({ onApproval: () => ({ choice: 'allow' }) })
  const failed = agent.chat('!write poem.txt roses', { user: 'ann' })
  await expect(failed).rejects.toMatchObject({ code: 'approval' })
  await expect(failed).rejects.toThrow(/"allow".*`once`.*`deny`/)
})

test('a handler that takes its time holds up nobody else, and is told when it is no longer asked', async () => {
  const asking = Promise.withResolvers<AgentApproval>()
  const onApproval: ApprovalHandler = async (approval) => {
    asking.resolve(approval)
    await once(approval.signal, 'abort')
    throw new Error('nobody must see this')
  }
  const { agent } = await startAgent({ onApproval, sessions: { maxRunning: 1 } })
  const abort = new AbortController()
  const waiting = agent.chat('!write poem.txt roses', { user: 'ann', signal: abort.signal })
  const approval = await asking.promise
  expect((await agent.chat('!say hello', { user: 'bob' })).text).toBe('hello')
  expect(approval.signal.aborted).toBe(false)
  abort.abort()
  await expect(waiting).rejects.toMatchObject({ code: 'cancelled' })
  await expect.poll(() => approval.signal.aborted).toBe(true)
  expect((await agent.chat('!say next', { user: 'ann' })).text).toBe('next')
})

test('leaving a stream withdraws what it waits for', async () => {
  const asking = Promise.withResolvers<AgentApproval>()
  const onApproval: ApprovalHandler = (approval) => {
    asking.resolve(approval)
    return new Promise(() => undefined)
  }
  const { agent } = await startAgent({ onApproval })
  for await (const event of agent.stream('!write poem.txt roses', { user: 'ann' })) {
    if (event.type !== 'status') continue
    expect(event.status).toContain('approval')
    break
  }
  const { signal } = await asking.promise
  if (!signal.aborted) await once(signal, 'abort')
  expect((await agent.chat('!say next', { user: 'ann' })).text).toBe('next')
})

test('one place: a handler that takes its time keeps nobody out, and its answer still counts', async () => {
  const others = Promise.withResolvers<undefined>()
  const onApproval: ApprovalHandler = async () => {
    await others.promise
    return { choice: 'once' }
  }
  const { agent } = await startAgent({
    onApproval,
    sessions: { maxWarm: 1 },
    approvals: { keepPlace: '100ms' },
  })
  const waiting = agent.chat('!write poem.txt roses', { user: 'ann' })
  expect((await agent.chat('!say hello', { user: 'bob' })).text).toBe('hello')
  others.resolve(undefined)
  expect((await waiting).text).toContain('poem.txt')
})
