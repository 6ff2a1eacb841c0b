/** /why, and the buttons under its answer. */
import { expect, test } from 'vitest'
import type { PromptReply } from '../../src/contract.ts'
import type { FakeChat } from '../fakes/scripted/fake-chat.ts'
import { type Rig, startRig } from '../rig/bot.ts'
import { aProcess } from '../rig/processes.ts'

function prompts(chat: FakeChat, channel: string): PromptReply[] {
  return chat.in(channel).flatMap(({ reply }) => (reply.kind === 'prompt' ? [reply] : []))
}

/** What /why offers, once it stands. */
async function offered(chat: FakeChat, channel: string, but?: PromptReply): Promise<PromptReply> {
  return chat.until(() =>
    prompts(chat, channel).find(
      ({ title, settled, prompt }) =>
        title === 'What shall I do?' && settled === undefined && prompt !== but?.prompt,
    ),
  )
}

function ids({ choices }: PromptReply): readonly string[] {
  return choices.map(({ id }) => id)
}

/** ann's turn waits for her leave to write a file. */
async function asked(): Promise<{ rig: Rig; chat: FakeChat; approval: PromptReply }> {
  const rig = await startRig()
  await rig.chat.say('ann', '!write a.txt x')
  return { rig, chat: rig.chat, approval: await rig.chat.seePrompt('ann') }
}

test('an approval that nobody found: asked again below, after a restart too, and answered there', async () => {
  const { rig, chat, approval } = await asked()
  await chat.say('ann', '/why')
  await chat.seeEnd('ann', /waits for somebody to decide/)
  const mend = await offered(chat, 'ann')
  expect(ids(mend)).toEqual(['show', 'deny', 'stop', 'new'])
  expect(mend.markdown).toBe('About `!write a.txt x`.')
  await rig.restart()
  expect(await chat.press('ann', mend, 'show')).toBe('accepted')
  const again = await chat.until(() =>
    chat.in('ann').find(({ reply, before }) => {
      return (
        reply.kind === 'prompt' &&
        reply.prompt === approval.prompt &&
        reply.settled === undefined &&
        before.length === 0
      )
    }),
  )
  expect(chat.in('ann').at(-1)?.id).toBe(again.id)
  expect(prompts(chat, 'ann').map(({ settled }) => settled?.label)).toContain('Asked again below')
  expect(await chat.press('ann', approval, 'once')).toBe('accepted')
  await chat.seeEnd('ann', /a\.txt/)
})

test('denied from there: Claude is told, and it stands in the log like any refusal', async () => {
  const { chat } = await asked()
  await chat.say('ann', '/why')
  await chat.press('ann', await offered(chat, 'ann'), 'deny')
  await chat.seeEnd('ann', /denied/)
  expect(prompts(chat, 'ann').map(({ settled }) => settled?.label)).toEqual(['Deny', 'Deny it'])
})

test('stopped from there, once: what runs afterwards is not stopped by the same button', async () => {
  const { chat } = await startRig()
  await chat.say('ann', '!slow 100 1000')
  await chat.see('ann', ({ reply }) => reply.kind === 'text' && reply.draft === true)
  await chat.say('ann', '/why')
  const first = await offered(chat, 'ann')
  expect(ids(first)).toEqual(['stop', 'new'])
  await chat.say('ann', '/why')
  const second = await offered(chat, 'ann', first)
  expect(await chat.press('ann', first, 'stop')).toBe('duplicate')
  expect(await chat.press('eve', second, 'stop', undefined, { channel: 'ann' })).toBe('refused')
  await chat.say('ann', '/stop')
  await chat.seeEnd('ann', /Stopped/)
  await chat.say('ann', '!slow 1 10')
  await chat.press('ann', second, 'stop')
  await chat.until(() =>
    chat
      .in('ann')
      .find(
        ({ reply }) => reply.kind === 'text' && reply.outcome === 'answered' && /word/.test(reply.markdown),
      ),
  )
})

test('a new session from there: the turn ends, and the next message begins anew', async () => {
  const { chat } = await asked()
  await chat.say('ann', '/why')
  await chat.press('ann', await offered(chat, 'ann'), 'new')
  await chat.seeEnd('ann', /Stopped/)
  await chat.seeEnd('ann', /new session starts/)
  await chat.say('ann', '!recall')
  expect((await chat.seeEnd('ann', /1\./)).text).not.toContain('!write')
})

test('what could not be sent goes out at once from there', async () => {
  const { chat, bot } = await startRig({}, { can: ['edit', 'find'] })
  await chat.say('ann', '!say hello')
  await chat.seeEnd('ann', /^hello$/)
  await bot.idle()
  chat.refuse('send', { code: 'auth', message: 'the token was revoked' })
  await chat.say('ann', '/history 1')
  await chat.refused()
  await chat.say('ann', '/why')
  await chat.seeEnd('ann', /could not be sent yet/)
  const mend = await offered(chat, 'ann')
  expect(ids(mend)).toEqual(['retry'])
  expect(mend.markdown).toBe('About the replies that could not be sent.')
  await chat.press('ann', mend, 'retry')
  await chat.seeEnd('ann', /^\*\*Claude\*\*[^]*hello$/)
})

test('in a shared chat others are offered nothing that they may not do; without buttons words are enough', async () => {
  const rig = await startRig({
    sessions: { scope: 'channel' },
    access: { allow: ['*'], operators: ['scripted:op'] },
  })
  const { chat } = rig
  const town = { channel: 'town' }
  await chat.say('ann', 'now\n!write a.txt x', town)
  await chat.until(() => prompts(chat, 'town')[0])
  await chat.say('bob', '/why', town)
  const told = await chat.seeEnd(
    'town',
    /waits for somebody to decide what it asked about the message of `ann`\.$/,
  )
  expect(told.text).not.toContain('/stop')
  const bobs = await offered(chat, 'town')
  expect(ids(bobs)).toEqual(['show'])
  await chat.say('op', '/why', town)
  expect(ids(await offered(chat, 'town', bobs))).toEqual(['show', 'deny', 'stop', 'new'])

  const plain = await startRig({}, { buttons: 0 })
  await plain.chat.say('ann', '!write a.txt x')
  await plain.chat.until(() => prompts(plain.chat, 'ann')[0])
  await plain.chat.say('ann', '/why')
  await plain.chat.seeEnd('ann', /waits for somebody to decide[^]*`\/stop` ends that turn/)
  await plain.chat.say('ann', '/stop')
  await plain.bot.idle()
  expect(prompts(plain.chat, 'ann')).toHaveLength(1)
})

test('a guest is told of /stop in a shared chat, and of no /new, which is not theirs there', async () => {
  const { chat } = await startRig({
    sessions: { scope: 'channel' },
    access: { allow: ['scripted:ann'], guests: ['scripted:gus'] },
  })
  const town = { channel: 'town' }
  await chat.say('gus', 'now\n!slow 100 1000', town)
  await chat.see('town', ({ reply }) => reply.kind === 'text' && reply.draft === true)
  await chat.say('gus', '/why', town)
  await chat.seeEnd('town', /at work on your message\.\n\n`\/stop` ends that turn\.$/)
  expect(ids(await offered(chat, 'town'))).toEqual(['stop'])
  await chat.say('gus', 'now\n!slow 100 1000')
  await chat.see('gus', ({ reply }) => reply.kind === 'text' && reply.draft === true)
  await chat.say('gus', '/why')
  await chat.seeEnd('gus', /`\/stop` ends that turn\. If nothing helps, `\/new` starts/)
})

test('while a notice about what waits is open it says what Claude does, not that somebody has to decide', async () => {
  const { chat } = await startRig({ claude: { allowedTools: ['Bash'] } })
  await chat.say('ann', '!bash tail --follow /dev/null')
  await aProcess(/^tail --follow/)
  await chat.say('ann', '!say behind')
  await chat.seePrompt('ann')
  await chat.say('ann', '/why')
  const told = await chat.seeEnd('ann', /Waiting behind it: 1 message of yours/)
  expect(told.text).toMatch(/^Claude is at work on your message and uses `Bash tail --follow/)
})

test('whoever waits for a place reads the same of it in /why, /status and /queue', async () => {
  const { chat } = await startRig({
    sessions: { scope: 'channel', maxRunning: 1 },
    access: { allow: ['*'], operators: ['scripted:op'] },
  })
  const [one, two] = [{ channel: 'one' }, { channel: 'two' }]
  await chat.say('ann', 'now\n!slow 100 1000', one)
  await chat.see('one', ({ reply }) => reply.kind === 'text' && reply.draft === true)
  await chat.say('ann', 'now\n!say the second', two)
  // It begins first, and asks for a place then.
  const status = async (): Promise<string | undefined> => {
    await chat.say('ann', '/status', two)
    return chat.in('two').at(-1)?.text
  }
  await expect
    .poll(status, { timeout: 30_000, interval: 200 })
    .toMatch(/^Here: a turn waits for a place; 0 messages wait behind it\.$/m)
  await chat.say('ann', '/queue', two)
  await chat.seeEnd('two', /^Waiting for a place:\n\n- `ann`: ` now !say the second `/)
  await chat.say('ann', '/why', two)
  const told = await chat.seeEnd('two', /your message waits for a place/)
  expect(told.text).not.toMatch(/at work|behind it/)
  await chat.say('op', '/status', two)
  await chat.seeEnd('two', /^Whole bot: turns running: 1, waiting for a place: 1,/m)
})

test('only whoever may decide it takes a question elsewhere: neither a guest nor /handoff moves that of somebody else', async () => {
  const { chat, bot } = await startRig({
    sessions: { scope: 'channel' },
    access: { allow: ['scripted:ann'], guests: ['scripted:gus'], operators: ['scripted:op'] },
    approvals: { secondApprover: ['Bash(rm *)'] },
  })
  const town = { channel: 'town' }
  await chat.say('gus', 'now\n!say hello', town)
  await chat.seeEnd('town', /^hello$/)
  await chat.say('ann', 'now\n!write a.txt x', town)
  const approval = await chat.seePrompt('town')
  await chat.say('gus', '/handoff')
  await chat.seeEnd('gus', /goes on here/)
  await chat.say('gus', '/why')
  await chat.seeEnd('gus', /waits for somebody to decide/)
  await chat.say('op', '/why', town)
  expect(ids(await offered(chat, 'town'))).toContain('show')
  await chat.say('ann', '/handoff')
  await chat.seeEnd('ann', /1 open question/)
  expect(await chat.press('ann', await chat.seePrompt('ann'), 'once')).toBe('accepted')
  await chat.seeEnd('ann', /a\.txt/)
  expect(prompts(chat, 'gus')).toEqual([])
  expect(await chat.press('ann', approval, 'once')).toBe('duplicate')

  // Whoever could allow it would not see it in the other chat.
  await chat.say('ann', '/handoff back')
  await chat.say('ann', 'now\n!bash touch x && rm -v x', town)
  const second = await chat.until(() => prompts(chat, 'town').find(({ title }) => title.includes('Bash')))
  await chat.say('ann', '/handoff')
  await chat.until(() => chat.in('ann').filter(({ text }) => text.includes('goes on here'))[1])
  expect(await chat.press('op', second, 'once', undefined, town)).toBe('accepted')
  await chat.seeEnd('ann', /removed/)
  await bot.idle()
})
