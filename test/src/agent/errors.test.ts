import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createAgent } from '../../../src/index.ts'
import { aProcess } from '../../rig/processes.ts'
import { endOf, startAgent } from './rig.ts'

test('an API that fails: the caller is told why and what to do, and the next message works', async () => {
  const { agent } = await startAgent({ claude: { env: { CLAUDE_CODE_MAX_RETRIES: '0' } } })
  const failed = agent.chat('!error 500', { user: 'ann' })
  await expect(failed).rejects.toMatchObject({ name: 'AgentError', code: 'failed' })
  await expect(failed).rejects.toThrow(/500/)
  expect((await agent.chat('!say fine', { user: 'ann' })).text).toBe('fine')
})

test('not logged in', async () => {
  const { agent } = await startAgent({ claude: { env: { ANTHROPIC_API_KEY: '' } } })
  const failed = agent.chat('hello', { user: 'ann' })
  await expect(failed).rejects.toMatchObject({ code: 'failed' })
  await expect(failed).rejects.toThrow(/not logged in.*ANTHROPIC_API_KEY/)
})

test('no CLI', async () => {
  const { agent } = await startAgent({ claude: { command: '/nowhere/claude' } })
  const failed = agent.chat('hello', { user: 'ann' })
  await expect(failed).rejects.toMatchObject({ code: 'failed' })
  await expect(failed).rejects.toThrow(/not found at "\/nowhere\/claude".*claude\.command/)
})

test('the CLI killed in mid-turn fails its message alone', async () => {
  const { agent } = await startAgent()
  const ended = endOf(agent.chat('!slow 30', { user: 'ann' }))
  process.kill((await aProcess(/stream-json/)).pid, 'SIGKILL')
  expect(await ended).toBe('failed')
  expect((await agent.chat('!say next', { user: 'ann' })).text).toBe('next')
})

test('a dataDir that is in use, and a key that does not exist', async () => {
  const { dir } = await startAgent()
  const dataDir = join(dir, 'data')
  await expect(createAgent({ dataDir })).rejects.toMatchObject({ name: 'QueueError', code: 'locked' })
  const misspelt: object = { claude: { modle: 'haiku' } }
  await expect(createAgent({ ...misspelt })).rejects.toThrow(/claude\.modle.*did you mean `model`/)
})

test('after close: nothing is taken, closing again is harmless', async () => {
  const { agent } = await startAgent()
  await agent.chat('!say hello', { user: 'ann' })
  await agent.close()
  await agent[Symbol.asyncDispose]()
  await expect(agent.chat('hello', { user: 'ann' })).rejects.toMatchObject({
    name: 'AgentError',
    code: 'closed',
  })
  await expect(agent.history('ann')).rejects.toMatchObject({ name: 'StoreError' })
})
