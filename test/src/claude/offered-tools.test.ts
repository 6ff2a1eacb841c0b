import { expect, test } from 'vitest'
import { z } from 'zod'
import { createOfferedTools, offerTool, ToolRefusal } from '../../../src/claude/offered-tools.ts'
import type { Log } from '../../../src/contract.ts'
import { say, startRig } from './rig.ts'

const log: Log = { debug() {}, info() {}, warn() {}, error() {} }
const echo = offerTool('echo', 'Says it again.', z.object({ text: z.string() }), async ({ text }) => {
  if (text === 'refuse') throw new ToolRefusal('not that word')
  if (text === 'break') throw new Error('a secret reason')
  return `you said ${text}`
})

test('on the real CLI: Claude uses it unasked, and is told what it did wrong', async () => {
  const { open } = await startRig()
  const session = await open({ tools: [echo] })
  const asked = async (text: unknown): Promise<string> =>
    (await say(session, `!tool mcp__chat__echo ${JSON.stringify({ text })}`, noApproval)).text
  expect(await asked('hello')).toContain('you said hello')
  expect(await asked('refuse')).toContain('not that word')
  expect(await asked(7)).toMatch(/expected string/)
  const broken = await asked('break')
  expect(broken).toContain('the operator finds it in the log')
  expect(broken).not.toContain('secret')
})

const noApproval = { behavior: 'deny', reason: 'it asked for approval' } as const

test('what it does not know is answered all the same', async () => {
  const { answer } = createOfferedTools([echo], log)
  const ask = (method: string, params: object = {}): Promise<object> =>
    answer('r', { server_name: 'chat', message: { jsonrpc: '2.0', id: 1, method, params } })
  expect(await ask('resources/list')).toMatchObject({ mcp_response: { id: 1, error: { code: -32601 } } })
  expect(await ask('tools/call', { name: 7 })).toMatchObject({ mcp_response: { error: { code: -32600 } } })
  expect(await ask('tools/call', { name: 'none' })).toMatchObject({
    mcp_response: { result: { isError: true } },
  })
  expect(await ask('ping')).toMatchObject({ mcp_response: { id: 1, result: {} } })
  expect(await answer('r', { nonsense: true })).toMatchObject({ mcp_response: { error: {} } })
  const notification = { server_name: 'chat', message: { method: 'notifications/initialized' } }
  expect(await answer('r', notification)).toMatchObject({ mcp_response: { result: {} } })
})

test('a call that the CLI withdraws is aborted', async () => {
  const aborted = Promise.withResolvers<string>()
  const waits = offerTool('wait', 'Waits.', z.object({}), async (_input, signal) => {
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
    aborted.resolve('aborted')
    return ''
  })
  const { answer, withdraw } = createOfferedTools([waits], log)
  const call = { id: 1, method: 'tools/call', params: { name: 'wait' } }
  const answered = answer('r1', { server_name: 'chat', message: call })
  withdraw('r1')
  expect(await aborted.promise).toBe('aborted')
  await answered
})
