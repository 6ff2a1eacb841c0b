/** What users of other bots complain of, where no other journey is about it. The complaint is the front of the title. */
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type FakeChat, isFinal } from '../fakes/scripted/fake-chat.ts'
import { startRig } from '../rig/bot.ts'
import { aProcess, isAlive } from '../rig/processes.ts'
import { startProgramRig } from '../rig/program.ts'

const bash = { claude: { allowedTools: ['Bash'] } }

function answers(chat: FakeChat, channel: string): string[] {
  return chat
    .in(channel)
    .filter(isFinal)
    .map(({ text }) => text)
}

/** Children of this process that have ended and that nobody has asked about. */
function zombies(): string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return state === 'Z' && Number(parent) === process.pid
    } catch {
      return false
    }
  })
}

test('the platform redelivers hours later: what was answered is known after kill -9 and a restart', async () => {
  const { chat, start, model } = await startProgramRig()
  const first = start()
  await chat.say('ann', '!say once', { id: 'same' })
  await chat.seeEnd('ann', /^once$/)
  await first.kill()
  const second = start()
  expect(await chat.say('ann', '!say once', { id: 'same' })).toBe('duplicate')
  await chat.say('ann', '!say next')
  await chat.seeEnd('ann', /^next$/)
  expect(answers(chat, 'ann')).toEqual(['once', 'next'])
  expect(model.requests.filter(({ lastUserText }) => lastUserText === '!say once')).toHaveLength(1)
  expect(await second.end()).toBe(0)
})

test('link-preview "edits" start new turns: an edit that changes no word changes nothing, at any stage', async () => {
  const { chat, bot, model } = await startRig(bash)
  await chat.say('ann', '!bash sleep 2', { id: 'runs' })
  await chat.see('ann', ({ reply }) => reply.kind === 'text' && reply.draft === true)
  await chat.say('ann', '!say https://example.com', { id: 'waits' })
  await chat.edit('ann', 'runs', '!bash sleep 2')
  await chat.edit('ann', 'waits', '!say https://example.com')
  await chat.seeEnd('ann', /example\.com/)
  const before = chat.in('ann').length
  await chat.edit('ann', 'waits', '!say https://example.com')
  await bot.idle()
  expect(chat.in('ann')).toHaveLength(before)
  expect(answers(chat, 'ann')).toHaveLength(2)
  expect(model.requests.some(({ lastUserText }) => lastUserText.includes('edited'))).toBe(false)
})

test('a message lost while a sleeping session starts: each that comes as the process goes or comes is answered, once', async () => {
  const { chat } = await startRig({ sessions: { idleTimeout: '1ms' } })
  for (let n = 0; n < 5; n++) {
    await chat.say('ann', `!say ${n}`)
    await chat.seeEnd('ann', new RegExp(`^${n}$`))
  }
  // While the process is being started.
  await Promise.all([chat.say('ann', '!say 5'), chat.say('ann', '!say 6')])
  await chat.seeEnd('ann', /^6$/)
  expect(answers(chat, 'ann')).toEqual(['0', '1', '2', '3', '4', '5', '6'])
})

test('grandchildren orphaned, children never reaped: /stop ends all that a command started, in whatever group', async () => {
  const { chat } = await startRig(bash)
  await chat.say('ann', '!bash setsid sleep 98765 & sleep 98766')
  const [apart, own] = [await aProcess(/^sleep 98765/), await aProcess(/^sleep 98766/)]
  await chat.say('ann', '/stop')
  await chat.seeEnd('ann', /Stopped/)
  expect([isAlive(apart.pid), isAlive(own.pid)]).toEqual([false, false])
  expect(zombies()).toEqual([])
  await chat.say('ann', '!say free again')
  await chat.seeEnd('ann', /^free again$/)
})

test('grandchildren orphaned: what a command left behind goes with a session that falls asleep', async () => {
  const { chat, bot } = await startRig({ ...bash, sessions: { maxWarm: 1 } })
  await chat.say('ann', '!bash setsid sleep 98767 > /dev/null 2>&1 & echo "left $!"')
  const { text } = await chat.seeEnd('ann', /left \d+/)
  const left = Number(/left (\d+)/.exec(text)?.[1])
  expect(isAlive(left)).toBe(true)
  await chat.say('bob', '!say my turn')
  await chat.seeEnd('bob', /^my turn$/)
  expect(isAlive(left)).toBe(false)
  await bot.idle()
  expect(zombies()).toEqual([])
})

test('after an interrupted turn a resume that ends empty and says nothing: it is asked again, and answered in words', async () => {
  const rig = await startRig()
  const { chat } = rig
  await chat.say('ann', '!slow 60 300')
  await chat.see('ann', ({ reply }) => reply.kind === 'text' && reply.draft === true)
  await chat.say('ann', '/stop')
  await chat.seeEnd('ann', /Stopped/)
  await rig.restart()
  await chat.say('ann', '!empty 1\n!say in words')
  await chat.seeEnd('ann', /^in words$/)
  expect(answers(chat, 'ann').at(-1)).toBe('in words')
})
