/** A turn shown while it runs, and what becomes of it when Slack does not play along. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { ReplyStream, ToolView } from '../../../src/contract.ts'
import { shownText, type StoredMessage } from '../../fakes/slack/team.ts'
import { testDir } from '../../rig/dir.ts'
import { RecordingBot, textReply } from '../conformance/rig.ts'
import { openSlack, type SlackRig, user } from './rig.ts'

const asker = { id: user }
const key = 'slack:D1:1700000000.000000/answer'

async function open(): Promise<SlackRig & { stream: ReplyStream; answers: () => StoredMessage[] }> {
  const rig = await openSlack()
  await rig.adapter.start(new RecordingBot(), new AbortController().signal)
  const stream = rig.adapter.stream?.(rig.address, key, asker)
  if (stream === undefined) throw new Error('Slack streams in threads')
  onTestFinished(() => stream.abandon())
  const answers = () => rig.slack.in(rig.address.channel).filter(({ botId }) => botId !== undefined)
  return { ...rig, stream, answers }
}

function methods({ slack }: SlackRig): string[] {
  return slack.calls.map(({ method }) => method).filter((method) => method.startsWith('chat.'))
}

const final = (markdown: string) => textReply(markdown, { key, outcome: 'answered' })

test('grows, with its tools as tasks, and is the answer at the end, to be found by its key', async () => {
  const rig = await open()
  const { stream, slack, answers, address, adapter } = rig
  const tool: ToolView = { id: 't1', name: 'Bash', title: 'npm test', state: 'running' }
  await stream.show({ markdown: 'One', tools: [tool] })
  expect(answers().map(shownText)).toEqual(['(Bash: npm test: in_progress)\nOne'])
  await stream.show({ markdown: 'One two', tools: [{ ...tool, state: 'done' }] })
  expect(await stream.finish(final('One two three'))).toBe(true)
  const [answer] = answers()
  expect(answers().map(shownText)).toEqual(['(Bash: npm test: complete)\nOne two three'])
  expect(answer?.streaming).toBe(false)
  expect(await adapter.find?.(address, key)).toEqual({ address, id: answer?.ts })
  expect(methods(rig)[0]).toBe('chat.startStream')
  expect(methods(rig).at(-1)).toBe('chat.stopStream')
  await stream.abandon()
  expect(slack.said(address.channel)).toHaveLength(1)
})

test('an answer with a table comes as a whole at the end: Slack shows it as a table then', async () => {
  const rig = await open()
  const table = 'So:\n\n| a | b |\n|---|---|\n| 1 | 2 |'
  await rig.stream.show({ markdown: table.slice(0, 12), tools: [] })
  await rig.stream.finish(final(table))
  expect(rig.answers().map(({ blocks }) => blocks)).toEqual([[{ type: 'markdown', text: table }]])
})

test.each(['message_not_in_streaming_state', 'msg_too_long', 'internal_error'])(
  'Slack ends the stream in the middle (%s): the one message is edited on, nothing lost or doubled',
  async (error) => {
    const rig = await open()
    const { stream, slack, answers } = rig
    await stream.show({ markdown: 'One', tools: [] })
    slack.faults.plan('chat.appendStream', { kind: 'error', error }, true)
    await stream.show({ markdown: 'One two', tools: [] })
    await slack.until(() =>
      slack.calls.some(({ method }) => method === 'chat.appendStream') ? true : undefined,
    )
    await stream.show({ markdown: 'One two three', tools: [] })
    await vi.waitFor(() => expect(answers().map(shownText)).toEqual(['One two three']), { timeout: 10_000 })
    expect(await stream.finish(final('One two three four'))).toBe(true)
    expect(answers().map(shownText)).toEqual(['One two three four'])
  },
)

test('Slack has closed the message before the end: it is edited', async () => {
  const { stream, slack, answers } = await open()
  await stream.show({ markdown: 'One', tools: [] })
  slack.faults.plan('chat.stopStream', { kind: 'error', error: 'message_not_in_streaming_state' })
  for (const message of answers()) message.streaming = false
  expect(await stream.finish(final('One two'))).toBe(true)
  expect(answers().map(shownText)).toEqual(['One two'])
})

test('a 429 while it grows is waited for, and hinders nothing', async () => {
  const { stream, slack, answers } = await open()
  await stream.show({ markdown: 'One', tools: [] })
  slack.faults.plan('chat.appendStream', { kind: 'throttled', seconds: 1 })
  await stream.show({ markdown: 'One two', tools: [] })
  await slack.until(() =>
    slack.calls.some(({ method }) => method === 'chat.appendStream') ? true : undefined,
  )
  await stream.show({ markdown: 'One two three', tools: [] })
  expect(await stream.finish(final('One two three four'))).toBe(true)
  expect(answers().map(shownText)).toEqual(['One two three four'])
})

test('a workspace without streaming: it fails by its name, for the core to post and edit', async () => {
  const { stream, slack, answers } = await open()
  slack.streaming = false
  await expect(stream.show({ markdown: 'One', tools: [] })).rejects.toMatchObject({ code: 'unsupported' })
  await stream.abandon()
  expect(answers()).toEqual([])
})

test.each([
  ['cut', { kind: 'cut' }],
  ['lost in an outage', { kind: 'status', status: 502 }],
] as const)(
  'the answer to the first call is %s: what it began is looked for, and taken back',
  async (_, trouble) => {
    const { stream, slack, answers, adapter, address } = await open()
    const other = adapter.stream?.(address, 'slack:D1:1.1/answer', asker)
    await other?.show({ markdown: 'Another answer', tools: [] })
    await adapter.send(address, textReply('A notice', { tone: 'notice' }))
    slack.faults.plan('chat.startStream', trouble, true)
    await expect(stream.show({ markdown: 'One', tools: [] })).rejects.toMatchObject({ code: 'network' })
    const path = join(await testDir(), 'a.txt')
    await writeFile(path, 'a')
    await adapter.send(address, { kind: 'file', key: 'f', path, name: 'a.txt', bytes: 1 })
    expect(answers()).toHaveLength(4)
    await stream.abandon()
    expect(answers().map(shownText)).toEqual(['Another answer', 'A notice', '[file a.txt]'])
    await other?.abandon()
  },
)

test('an answer that is too long for one message is not ended here; what was shown stays, to be edited', async () => {
  const { stream, answers, adapter } = await open()
  const long = 'word '.repeat(3000)
  await stream.show({ markdown: 'word ', tools: [] })
  const { sent } = stream
  await stream.show({ markdown: long, tools: [] })
  expect(await stream.finish(final(long))).toBe(false)
  await stream.abandon()
  const [stands] = answers()
  expect(stands).toMatchObject({ ts: sent?.id, streaming: false })
  if (sent !== undefined) await adapter.edit?.(sent, textReply('The first part'))
  expect(answers().map(shownText)).toEqual(['The first part'])
})

test('what a process that died was showing is edited, although Slack still waits for more of it', async () => {
  const { stream, adapter, address, answers } = await open()
  await stream.show({ markdown: 'Half an ans', tools: [] })
  expect(stream.sent).toEqual({ address, id: answers()[0]?.ts })
  if (stream.sent !== undefined) await adapter.edit?.(stream.sent, final('The answer'))
  expect(answers().map(shownText)).toEqual(['The answer'])
})

test('an answer that comes before anything was shown is sent', async () => {
  const { stream, answers } = await open()
  expect(await stream.finish(final('Quick'))).toBe(true)
  expect(answers().map(shownText)).toEqual(['Quick'])
})

test('in a direct chat without a thread there is no stream', async () => {
  const { adapter, address } = await open()
  const { thread: _thread, ...top } = address
  expect(adapter.stream?.(top, key, asker)).toBeUndefined()
})

test('what waits for its turn when the end comes is not shown after it', async () => {
  const { stream, slack, answers } = await open()
  await stream.show({ markdown: 'One', tools: [] })
  slack.faults.plan('chat.appendStream', { kind: 'throttled', seconds: 1 })
  await stream.show({ markdown: 'One two', tools: [] })
  await slack.until(() =>
    slack.calls.some(({ method }) => method === 'chat.appendStream') ? true : undefined,
  )
  expect(await stream.finish(final('One two three'))).toBe(true)
  const calls = slack.calls.length
  await sleep(1500)
  expect(slack.calls).toHaveLength(calls)
  expect(answers().map(shownText)).toEqual(['One two three'])
})

test('what a 429 held up is shown later, also when nothing more comes', async () => {
  const { stream, slack, answers } = await open()
  await stream.show({ markdown: 'One', tools: [] })
  slack.faults.plan('chat.appendStream', { kind: 'throttled', seconds: 1 })
  await stream.show({ markdown: 'One two', tools: [] })
  await vi.waitFor(() => expect(answers().map(shownText)).toEqual(['One two']), { timeout: 20_000 })
})

test('what nobody was told of, because it took too long, is taken back', async () => {
  const { stream, answers } = await open()
  const showing = stream.show({ markdown: 'One', tools: [] })
  await stream.abandon()
  await showing
  expect(answers()).toEqual([])
})
