import { readdir, readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { isFinal } from '../fakes/scripted/fake-chat.ts'
import { startRig } from '../rig/bot.ts'
import { aProcess, isAlive } from '../rig/processes.ts'

test('/stop ends the turn and the tool that it runs; the session goes on', async () => {
  const { chat } = await startRig({ claude: { allowedTools: ['Bash'] } })
  await chat.say('ann', '!bash tail --follow /dev/null')
  const sleeper = await aProcess(/^tail --follow/)
  await chat.say('ann', '/stop')
  const stopped = await chat.see('ann', ({ reply }) => reply.kind === 'text' && reply.outcome === 'cancelled')
  expect(stopped.text).toContain('Stopped.')
  expect(isAlive(sleeper.pid)).toBe(false)
  await chat.say('ann', '!say still here')
  await chat.seeEnd('ann', /^still here$/)
})

test('an approval is refused with a reason, another allowed; a press by somebody else changes nothing', async () => {
  const { chat, dir } = await startRig()
  await chat.say('ann', '!write refused.txt no')
  const first = await chat.seePrompt('ann')
  expect(first.title).toContain('Write')
  expect(first.markdown).toContain('refused.txt')
  expect(await chat.press('eve', first, 'once', undefined, { channel: 'ann' })).toBe('refused')
  await chat.see('ann', /Only whoever asked/)
  await chat.press('ann', first, 'why', 'not that file')
  await chat.seeEnd('ann', /not that file/)

  await chat.say('ann', '!write allowed.txt yes')
  const second = await chat.seePrompt('ann')
  await chat.press('ann', second, 'once')
  await chat.see(
    'ann',
    ({ reply }) =>
      reply.kind === 'text' && reply.outcome === 'answered' && reply.markdown.includes('allowed.txt'),
  )
  const [home] = await homes(dir)
  expect(await readFile(`${home}/workspace/allowed.txt`, 'utf8')).toBe('yes')
  await expect(readFile(`${home}/workspace/refused.txt`)).rejects.toThrow('ENOENT')
  // Both prompts say how they were settled, and a second press says so.
  const prompts = chat.in('ann').filter(({ reply }) => reply.kind === 'prompt')
  expect(prompts.map(({ reply }) => reply.kind === 'prompt' && reply.settled?.label)).toEqual([
    'Deny and say why',
    'Allow once',
  ])
  expect(await chat.press('ann', second, 'deny')).toBe('duplicate')
})

test('a burst of 50 messages is answered in order, each once', async () => {
  const { chat, bot } = await startRig()
  const numbers = Array.from({ length: 50 }, (_, index) => index)
  for (const number of numbers) await chat.say('ann', `!say answer ${number}.`)
  await bot.idle()
  const answers = chat.in('ann').filter(isFinal)
  expect(answers.map(({ text }) => text)).toEqual(numbers.map((number) => `answer ${number}.`))
})

test('a redelivered message starts nothing a second time', async () => {
  const { chat, bot } = await startRig()
  expect(await chat.say('ann', '!say once', { id: 'E1' })).toBe('accepted')
  expect(await chat.say('ann', '!say once', { id: 'E1' })).toBe('duplicate')
  await bot.idle()
  expect(await chat.say('ann', '!say once', { id: 'E1' })).toBe('duplicate')
  await bot.idle()
  expect(chat.in('ann')).toHaveLength(1)
})

test('a /stop that is delivered again stops nothing that came after it', async () => {
  const { chat, bot } = await startRig()
  expect(await chat.say('ann', '/stop', { id: 'S1' })).toBe('accepted')
  await chat.say('ann', '!slow 1 10')
  await chat.see('ann', ({ reply }) => reply.kind === 'text' && reply.draft === true)
  expect(await chat.say('ann', '/stop', { id: 'S1' })).toBe('duplicate')
  await bot.idle()
  expect(chat.in('ann').at(-1)?.reply).toMatchObject({ outcome: 'answered' })
})

test('with one place for all, an approval whose CLI dies while it waits for the place gives the place back', async () => {
  const { chat } = await startRig({ sessions: { maxRunning: 1 } })
  await chat.say('ann', '!write a.txt x')
  const prompt = await chat.seePrompt('ann')
  const cli = await aProcess(/stream-json/)
  await chat.say('bob', '!slow 2 10')
  await chat.see('bob', ({ reply }) => reply.kind === 'text' && reply.draft === true)
  // Acknowledged at once, although the turn has to wait for its place.
  expect(await chat.press('ann', prompt, 'once')).toBe('accepted')
  process.kill(cli.pid, 'SIGKILL')
  await chat.seeEnd('ann', /again/)
  await chat.seeEnd('bob', /./)
  await chat.say('cem', '!say my turn')
  await chat.seeEnd('cem', /^my turn$/)
})

async function homes(dir: string): Promise<string[]> {
  return (await readdir(`${dir}/data/users`)).map((name) => `${dir}/data/users/${name}`)
}

test("a background task's result does not end the user's turn, and is told when it comes", async () => {
  const { chat } = await startRig({ claude: { allowedTools: ['Bash'] } })
  await chat.say('ann', '!background 1')
  const answer = await chat.seeEnd('ann', /./)
  const report = await chat.see('ann', ({ key }) => key.startsWith('background/'))
  expect(report.text).toMatch(/background task/i)
  expect(answer.key).not.toBe(report.key)
  await chat.say('ann', '!say on we go')
  await chat.seeEnd('ann', /^on we go$/)
})
