/** Messages that are put into a running turn, on the real CLI. */
import { expect, test } from 'vitest'
import { follow, say, startRig, untilEvent } from './rig.ts'

test('while a tool runs it is read after the tool, and one result answers both', async () => {
  const { open } = await startRig()
  const session = await open({ claude: { allowedTools: ['Bash'] } })
  const { event, rest } = untilEvent(session.ask('!bash sleep 1'), 'tool')
  await event
  const steered = [session.steer('!say second'), session.steer('!say third')]
  expect(await Promise.all(steered)).toEqual([true, true])
  const { result } = await rest
  expect(result.text).toMatch(/sleep 1[^]*second[^]*third/)
  expect(result.fault).toBeUndefined()
  const recalled = await say(session, '!recall')
  expect(recalled.text).toMatch(/1\. !bash sleep 1[^]*!say second[^]*!say third/)
})

test('while text is written it is answered after it, in the same turn of ours', async () => {
  const { open } = await startRig()
  const session = await open()
  const { event, rest } = untilEvent(session.ask('!slow 1 5'), 'text')
  await event
  expect(await session.steer('!say second')).toBe(true)
  const { result, events } = await rest
  expect(result.text).toBe('word1 word2 word3 word4 word5\n\nsecond')
  expect(events.filter(({ type }) => type === 'result')).toHaveLength(1)
  const alone = await say(session, '!say third')
  expect(alone.text).toBe('third')
  // Both turns of the CLI are paid for.
  expect(result.usage.input).toBeGreaterThan(alone.usage.input)
})

test('a stop takes back what was not read yet; the session goes on', async () => {
  const { open, standIn } = await startRig()
  const session = await open()
  const { event, rest } = untilEvent(session.ask('!slow 20'), 'text')
  await event
  const steered = session.steer('!say never')
  await session.interrupt()
  expect(await steered).toBe(false)
  expect((await rest).result.fault?.code).toBe('interrupted')
  expect((await say(session, '!say on we go')).text).toBe('on we go')
  expect(standIn.requests.some(({ lastUserText }) => lastUserText === '!say never')).toBe(false)
})

test('what is left before it was read is taken back, and the turn goes on; after that it is too late', async () => {
  const { open, standIn } = await startRig()
  const session = await open({ claude: { allowedTools: ['Bash'] } })
  const { event, rest } = untilEvent(session.ask('!bash sleep 2'), 'tool')
  await event
  const leave = new AbortController()
  const steered = session.steer('!say never', [], leave.signal)
  const other = session.steer('!say second')
  leave.abort()
  expect(await steered).toBe(false)
  expect(await other).toBe(true)
  expect(await session.steer('!say late', [], AbortSignal.abort())).toBe(false)
  expect((await rest).result.text).toMatch(/sleep 2[^]*second/)
  expect(standIn.requests.some(({ lastUserText }) => /never|late/.test(lastUserText))).toBe(false)
})

test('with no turn under way, or a process that dies, it is told that it was not read', async () => {
  const { open } = await startRig()
  const session = await open()
  expect(await session.steer('hello')).toBe(false)
  const { event, rest } = untilEvent(session.ask('!slow 20'), 'text')
  await event
  const steered = session.steer('!say never')
  process.kill(session.pid, 'SIGKILL')
  expect(await steered).toBe(false)
  expect((await rest).result.fault?.code).toBe('died')
})

test('nothing in it is a command or a reference to a file', async () => {
  const { open, workspace } = await startRig()
  const session = await open({ claude: { allowedTools: ['Bash'] } })
  const { event, rest } = untilEvent(session.ask('!bash sleep 0.5'), 'tool')
  await event
  expect(await session.steer('/clear')).toBe(true)
  expect(await session.steer(`@${workspace}/../config`)).toBe(true)
  await rest
  const seen = await say(session, '!recall')
  expect(seen.text).toMatch(/2\. \/clear[^]*3\. @.*\/config\n/)
})

test('several that wait together are one turn of the CLI and lose nothing', async () => {
  const { open } = await startRig()
  const session = await open()
  const { event, rest } = untilEvent(session.ask('!slow 1 5'), 'text')
  await event
  const words = ['two', 'three', 'four']
  expect(await Promise.all(words.map((word) => session.steer(`I say ${word}`)))).toEqual([true, true, true])
  await rest
  const { result } = await follow(session.ask('!recall'))
  expect(result.text).toMatch(/!slow[^]*I say two[^]*I say three[^]*I say four/)
})

test('sent together with the message that begins the turn, it comes after it', async () => {
  const { open } = await startRig()
  const session = await open()
  const turn = session.ask('I say one')
  const steered = session.steer('I say two')
  const { result } = await follow(turn)
  expect(await steered).toBe(true)
  expect(result.fault).toBeUndefined()
  expect((await say(session, '!recall')).text).toMatch(/I say one[^]*I say two/)
})
