import { glob, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { longMarkdown } from '../../src/demo/long.ts'
import { split } from '../../src/reply/split.ts'
import { startRig } from '../rig/bot.ts'
import { aProcess } from '../rig/processes.ts'

test('the CLI killed in mid-turn: its message fails with advice, the next one is answered with the memory kept', async () => {
  const { chat } = await startRig()
  await chat.say('ann', 'The word is heron.')
  await chat.seeEnd('ann', /heron/)
  await chat.say('ann', '!slow 30')
  await chat.see('ann', ({ reply }) => reply.kind === 'text' && reply.draft === true)
  const cli = await aProcess(/stream-json/)
  process.kill(cli.pid, 'SIGKILL')
  const failed = await chat.see('ann', ({ reply }) => reply.kind === 'text' && reply.outcome === 'failed')
  expect(failed.text).toMatch(/send .* again/i)
  await chat.say('ann', '!recall')
  await chat.seeEnd('ann', /1\..*The word is heron/)
})

test('an overloaded API, then success: the answer comes, and meanwhile the chat says what is going on', async () => {
  const { chat } = await startRig()
  await chat.say('ann', '!error 529 2\n!say better now')
  const answer = await chat.seeEnd('ann', /better now/)
  expect(answer.reply).toMatchObject({ outcome: 'answered' })
})

test('an API that stays down: the message fails in words, the next one works', async () => {
  const { chat } = await startRig({ claude: { env: { CLAUDE_CODE_MAX_RETRIES: '0' } } })
  await chat.say('ann', '!error 500')
  const failed = await chat.see('ann', ({ reply }) => reply.kind === 'text' && reply.outcome === 'failed')
  expect(failed.text).toMatch(/500/)
  await chat.say('ann', '!say fine')
  await chat.seeEnd('ann', /^fine$/)
})

test("what came of a turn is in the log, with its conversation, its session and why it failed, and nobody's words", async () => {
  const rig = await startRig({ claude: { env: { CLAUDE_CODE_MAX_RETRIES: '0' } } })
  const file = join(rig.dir, 'turns.log')
  await rig.bot.stop()
  await rig.restart({ log: { level: 'info', file, format: 'json' } })
  await rig.chat.say('ann', '!say the word is heron')
  await rig.chat.say('ann', '!error 500')
  await rig.bot.idle()
  await rig.bot.stop()
  const log = await readFile(file, 'utf8')
  const lines = log
    .split('\n')
    .filter((line) => line.includes('a turn has ended'))
    .map((line): unknown => JSON.parse(line))
  const ids = {
    conversation: expect.stringContaining('ann'),
    turn: expect.any(String),
    session: expect.stringMatching(/^[0-9a-f-]{36}$/),
  }
  expect(lines).toMatchObject([
    { ...ids, durationMs: expect.any(Number) },
    { ...ids, fault: 'api-error', detail: expect.stringContaining('500') },
  ])
  expect(log).not.toContain('heron')
})

test('a session that is not there any more: a new one is started, said so, and the message is answered', async () => {
  const rig = await startRig()
  await rig.chat.say('ann', 'The word is heron.')
  await rig.bot.idle()
  await rig.bot.stop()
  for await (const file of glob(`${rig.dir}/data/users/*/claude/projects/**/*.jsonl`)) await rm(file)
  await rig.restart()
  await rig.chat.say('ann', '!say anew')
  const answer = await rig.chat.seeEnd('ann', /anew/)
  expect(answer.text).toMatch(/could not be found any more/)
})

test.each([
  ['streamed natively', ['edit', 'stream', 'typing', 'find']],
  ['posted and edited', ['edit', 'typing', 'find']],
  ['sent when whole', []],
])('a reply of 200 KB with code and tables arrives whole: %s', async (_name, can) => {
  const { chat, bot } = await startRig({ replies: { maxMessages: 0 } }, { can, text: 4000 })
  await chat.say('ann', '!long 200')
  await bot.idle()
  const parts = chat.in('ann')
  const whole = longMarkdown(200 * 1024)
  // That the parts join to the whole is proven of split itself.
  const most = can.includes('stream') ? Infinity : 4000
  const expected = await split(whole, most, (text) => text.length)
  expect(Math.max(...parts.map(({ text }) => text.length))).toBeLessThanOrEqual(most)
  expect(parts.map(({ text }) => text.trim())).toEqual(expected.map((text) => text.trim()))
})
