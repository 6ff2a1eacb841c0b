import { rename, writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { isFinal } from '../fakes/scripted/fake-chat.ts'
import { startRig } from '../rig/bot.ts'
import { aProcess, descendants } from '../rig/processes.ts'
import { startProgramRig } from '../rig/program.ts'

test('SIGTERM lets the running turn end, leaves what waits for the next start, and exits 0', async () => {
  const { chat, start } = await startProgramRig()
  const first = start()
  await chat.say('ann', '!slow 1 20')
  await chat.until(() => chat.in('ann')[0])
  await chat.say('ann', '!say later')
  expect(await first.end()).toBe(0)
  expect(chat.in('ann').filter(isFinal)).toHaveLength(1)

  const second = start()
  await chat.seeEnd('ann', /^later$/)
  expect(await second.end()).toBe(0)
  expect(chat.in('ann').filter(isFinal)).toHaveLength(2)
})

test('a stop in the middle of long turns is bounded, begins none that waits, and counts against no message', async () => {
  const rig = await startRig({ sessions: { maxRunning: 1 } })
  await rig.chat.say('ann', '!slow 100 1000')
  await rig.chat.see('ann', ({ reply }) => reply.kind === 'text' && reply.draft === true)
  await rig.chat.say('bob', '!say bob was here')
  const began = performance.now()
  await rig.bot.stop()
  expect(performance.now() - began).toBeLessThan(20_000)
  expect(rig.model.requests.some(({ lastUserText }) => lastUserText.includes('bob'))).toBe(false)
  await rig.restart()
  await rig.chat.see('ann', ({ reply }) => reply.kind === 'text' && reply.draft === true)
  await rig.chat.say('ann', '/stop')
  await rig.chat.seeEnd('ann', /Stopped/)
  await rig.chat.seeEnd('bob', /bob was here/)
})

test('a changed config holds for the next turn, and the conversation goes on; a broken one changes nothing', async () => {
  const { chat, model, config, file, start } = await startProgramRig()
  const put = async (text: string): Promise<void> => {
    await writeFile(`${file}.new`, text)
    await rename(`${file}.new`, file)
  }
  await put(JSON.stringify({ ...config, log: { level: 'info', format: 'json' } }))
  const program = start()
  await chat.say('ann', 'The word is heron.')
  await chat.seeEnd('ann', /heron/)

  await put('claude: { modle: opus }')
  await program.error(/did you mean `model`/)
  const changed = { ...config, claude: { ...config.claude, model: 'claude-reloaded' } }
  await put(JSON.stringify({ ...changed, log: { level: 'info', format: 'json' } }))
  await program.error(/claude\.model/)
  await chat.say('ann', '!recall')
  await chat.seeEnd('ann', /1\..*The word is heron/)
  expect(model.requests.at(-1)?.model).toBe('claude-reloaded')
  expect(await program.end()).toBe(0)
})

test('no more processes stay warm than are allowed; the one idle longest goes, its memory does not', async () => {
  const { chat, bot } = await startRig({ sessions: { maxWarm: 2 } })
  for (const user of ['ann', 'bob', 'cem']) {
    await chat.say(user, `I am ${user}.`)
    await bot.idle()
  }
  await aProcess(/stream-json/)
  expect(descendants().filter(({ command }) => command.includes('stream-json')).length).toBeLessThanOrEqual(2)
  await chat.say('ann', '!recall')
  await chat.seeEnd('ann', /1\..*I am ann/)
})

test('a stranger is told what to ask for, in a direct chat, and nothing runs', async () => {
  const { chat, model } = await startRig({ access: { allow: ['scripted:ann'] } })
  expect(await chat.say('eve', 'hello')).toBe('refused')
  await chat.see('eve', /scripted:eve/)
  expect(await chat.say('eve', 'hello', { channel: 'town' })).toBe('refused')
  expect(await chat.say('ann', '!say hi')).toBe('accepted')
  await chat.seeEnd('ann', /^hi$/)
  expect(chat.in('town')).toEqual([])
  expect(model.requests.some(({ lastUserText }) => lastUserText === 'hello')).toBe(false)
})

test('/help, /status, /history, /model, /mode, /cost and /new do what they say', async () => {
  const { chat, model } = await startRig()
  await chat.say('ann', 'The word is heron.')
  await chat.seeEnd('ann', /heron/)
  await chat.say('ann', '/help')
  expect((await chat.see('ann', /\/new/)).text).toMatch(/\/stop.*\n[^]*\/cost/)
  await chat.say('ann', '/status')
  await chat.seeEnd('ann', /, 1 turn, last used/)
  await chat.say('ann', '/history 5')
  await chat.seeEnd('ann', /\*\*scripted:ann\*\*[^]*The word is heron/)
  await chat.say('ann', '/history many')
  await chat.seeEnd('ann', /takes a number from 1 to 100/)
  await chat.say('ann', '/model claude-other')
  await chat.say('ann', '/mode bypassPermissions')
  await chat.seeEnd('ann', /only the operator/)
  await chat.say('ann', '/mode plan')
  await chat.seeEnd('ann', /Permission mode: plan/)
  await chat.say('ann', '/cost')
  await chat.seeEnd(
    'ann',
    /^This session: 1 turn, \$0\.\d+\.\n\n[^]*You, today \(UTC\) \| 1 \| [\d,]+ \| \d+ \| \$/,
  )
  await chat.say('ann', '/new')
  await chat.say('ann', '!recall')
  const recalled = await chat.seeEnd('ann', /1\./)
  expect(recalled.text).not.toContain('heron')
  expect(model.requests.at(-1)?.model).toBe('claude-other')
})
