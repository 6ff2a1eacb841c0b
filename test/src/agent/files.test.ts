import { readFile, rm } from 'node:fs/promises'
import { expect, test } from 'vitest'
import type { AgentEvent } from '../../../src/index.ts'
import { eventsOf, startAgent } from './rig.ts'

function filesIn(events: readonly AgentEvent[]): Extract<AgentEvent, { type: 'file' }>[] {
  return events.filter((event) => event.type === 'file')
}

test('files are handed over for good, before the answer: those that Claude sends, and what /export makes', async () => {
  const { agent, restart } = await startAgent({ claude: { permissionMode: 'acceptEdits' } })
  const user = 'ann'
  const sending = '!write a.txt mine\n!tool mcp__chat__send_file {"path":"a.txt","caption":"here"}'
  const [sent] = filesIn(await eventsOf(agent.stream(sending, { user })))
  expect(sent).toMatchObject({ name: 'a.txt', bytes: 4, caption: 'here' })
  const events = await eventsOf(agent.stream('/export json', { user }))
  expect(events.map(({ type }) => type)).toEqual(['file', 'text', 'answer'])
  const [exported] = filesIn(events)
  expect(exported).toMatchObject({ name: 'session.json' })
  // They are the program's: the next agent does not take them away.
  await restart()
  expect(await readFile(sent?.path ?? '', 'utf8')).toBe('mine')
  expect(JSON.parse(await readFile(exported?.path ?? '', 'utf8'))).toMatchObject([{ text: sending }, {}])
  await rm(sent?.path ?? '')
})
