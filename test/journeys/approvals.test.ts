import { readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { verifyAudit } from '../../src/audit/audit.ts'
import type { PromptReply } from '../../src/contract.ts'
import { type FakeChat, type Shown, isFinal } from '../fakes/scripted/fake-chat.ts'
import { startRig } from '../rig/bot.ts'

function prompts(chat: FakeChat, channel: string): Shown[] {
  return chat.in(channel).filter(({ reply }) => reply.kind === 'prompt')
}

function settled({ reply }: Shown): string | undefined {
  return reply.kind === 'prompt' ? reply.settled?.label : undefined
}

async function fileOf(dir: string, name: string): Promise<string> {
  const [home = ''] = await readdir(join(dir, 'data/users'))
  return readFile(join(dir, 'data/users', home, 'workspace', name), 'utf8')
}

test('a question that a restart interrupts is not asked twice, and its button still works', async () => {
  const rig = await startRig()
  const { chat, dir } = rig
  await chat.say('ann', '!write kept.txt yes')
  const prompt = await chat.seePrompt('ann')
  await rig.restart()
  await chat.press('ann', prompt, 'once')
  await chat.seeEnd('ann', /kept\.txt/)
  expect(await fileOf(dir, 'kept.txt')).toBe('yes')
  expect(prompts(chat, 'ann').map(settled)).toEqual(['Allow once'])
})

test('a press that comes while the bot is away is applied when Claude asks again', async () => {
  const rig = await startRig()
  const { chat, dir, bot } = rig
  await chat.say('ann', '!write kept.txt yes')
  const prompt = await chat.seePrompt('ann')
  await bot.stop()
  const pressed = chat.press('ann', prompt, 'once')
  await rig.restart()
  expect(await pressed).toBe('accepted')
  await chat.seeEnd('ann', /kept\.txt/)
  expect(await fileOf(dir, 'kept.txt')).toBe('yes')
  expect(prompts(chat, 'ann')).toHaveLength(1)
})

test('a refusal for a turn that is left holds when it runs again, also where Claude need not ask by then', async () => {
  const rig = await startRig()
  const { chat } = rig
  await chat.say('ann', '!bash touch kept.txt\n!bash ls')
  const prompt = await chat.seePrompt('ann')
  await rig.bot.stop()
  const pressed = chat.press('ann', prompt, 'why', 'not that file')
  await rig.restart({ approvals: { tools: { allow: ['Bash'] } } })
  expect(await pressed).toBe('accepted')
  const { text } = await chat.seeEnd('ann', /`ls` gave/)
  expect(text).toContain('not that file')
  expect(text).not.toContain('`touch kept.txt` gave')
  expect(prompts(chat, 'ann').map(settled)).toEqual(['Deny and say why'])
})

test('a decision counts once: the same tool asked for again is asked about again', async () => {
  const { chat } = await startRig()
  await chat.say('ann', '!write a.txt one\n!write a.txt one')
  const first = await chat.seePrompt('ann')
  await chat.press('ann', first, 'once')
  const second = await chat.see(
    'ann',
    ({ reply }) => reply.kind === 'prompt' && reply.settled === undefined && reply.prompt !== first.prompt,
  )
  await chat.say('ann', '/stop')
  await chat.until(() => settled(second))
  expect(prompts(chat, 'ann').map(settled)).toEqual(['Allow once', 'No longer needed'])
})

test('who may not decide is told alone, also after a restart; nothing changes', async () => {
  const rig = await startRig()
  const { chat } = rig
  const town = { channel: 'town' }
  await chat.say('ann', 'please\n!write a.txt x', town)
  const prompt = await chat.seePrompt('town')
  await rig.restart()
  expect(await chat.press('eve', prompt, 'once', undefined, town)).toBe('refused')
  const { reply } = await chat.see('town', /Only whoever asked/)
  expect(reply).toMatchObject({ only: 'eve' })
  await chat.press('ann', prompt, 'deny', undefined, town)
  await chat.seeEnd('town', /denied/)
})

test('a question that the CLI takes back while its turn goes on is closed, and a press comes too late', async () => {
  const command = new URL('../src/claude/fake-cli.mjs', import.meta.url).pathname
  const { chat } = await startRig({
    claude: { command, env: { FAKE: 'takes-back' } },
    sessions: { midTurn: 'steer' },
  })
  await chat.say('ann', 'ask')
  const prompt = await chat.seePrompt('ann')
  expect(prompt.markdown).toContain('rm -v notes')
  await chat.say('ann', 'take it back')
  await chat.see('ann', (shown) => settled(shown) === 'No longer needed')
  expect(chat.in('ann').filter(isFinal)).toEqual([])
  expect(await chat.press('ann', prompt, 'once')).not.toBe('accepted')
  await chat.say('ann', 'go on')
  await chat.seeEnd('ann', /^never mind$/)
})

test('nobody answers: a reminder first, then it expires, and Claude is told', async () => {
  const { chat } = await startRig({ approvals: { expire: '3s', remind: '2s' } })
  await chat.say('ann', '!write a.txt x')
  await chat.seePrompt('ann')
  await chat.see('ann', /Still waiting for your answer/)
  await chat.seeEnd('ann', /Nobody answered in time/)
  expect(prompts(chat, 'ann').map(settled)).toEqual(['Expired'])
})

test('what expires while the bot is away is ended at the next start', async () => {
  const rig = await startRig({ approvals: { expire: '1s', remind: '500ms' } })
  const { chat, bot } = rig
  await chat.say('ann', '!write a.txt x')
  await chat.seePrompt('ann')
  await bot.stop()
  await rig.restart({ approvals: { expire: '1h', remind: '1m' } })
  const expired = await chat.until(() => prompts(chat, 'ann').find((shown) => settled(shown) !== undefined))
  expect(settled(expired)).toBe('Expired')
})

test('a second approver: the asker may only refuse, an admin allows', async () => {
  const { chat } = await startRig({
    access: { allow: ['*'], admins: ['scripted:boss', 'scripted:ann'] },
    approvals: { secondApprover: ['Bash(rm *)'] },
  })
  await chat.say('boss', '!say hello')
  await chat.seeEnd('boss', /^hello$/)
  await chat.say('ann', '!bash touch x && rm -v x')
  const prompt = await chat.seePrompt('ann')
  expect(prompt.markdown).toMatch(/takes somebody else[^]*Somebody who may decide this was asked/)
  expect(prompt.choices.map(({ id }) => id)).toEqual(['once', 'deny', 'why'])
  expect(await chat.press('ann', prompt, 'once')).toBe('refused')
  await chat.see('ann', /takes somebody else/)
  expect(await chat.press('boss', await chat.seePrompt('boss'), 'once')).toBe('accepted')
  await chat.seeEnd('ann', /removed/)
  await chat.say('ann', '!bash touch y && rm -v y')
  const again = await chat.seePrompt('ann')
  await chat.seePrompt('boss')
  expect(await chat.press('ann', again, 'deny')).toBe('accepted')
  await chat.seeEnd('ann', /denied/)
  expect(prompts(chat, 'boss').map(settled)).toEqual(['Allow once', 'Deny'])
})

test('what was decided stands in the audit log, across a restart', async () => {
  const rig = await startRig()
  const { chat, dir } = rig
  await chat.say('ann', '!write a.txt x')
  await chat.press('ann', await chat.seePrompt('ann'), 'once')
  await chat.seeEnd('ann', /a\.txt/)
  await rig.restart()
  await chat.say('ann', '!write b.txt x')
  await chat.press('ann', await chat.seePrompt('ann'), 'why', 'not that')
  await chat.seeEnd('ann', /not that/)
  const path = join(dir, 'data/audit.jsonl')
  expect(await verifyAudit(path)).toMatchObject({ lines: 3 })
  const entries = (await readFile(path, 'utf8'))
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line))
  expect(entries).toMatchObject([
    { seq: 1, event: 'length-kept' },
    {
      seq: 2,
      event: 'decided',
      by: 'scripted:ann',
      label: 'Allow once',
      tool: 'Write',
      requester: 'scripted:ann',
    },
    { seq: 3, event: 'decided', label: 'Deny and say why', text: 'not that' },
  ])
})

test('what is always allowed in the workspace holds after a restart, in a new session, for this person alone', async () => {
  const rig = await startRig()
  const { chat } = rig
  await chat.say('ann', '!bash touch one')
  const prompt = await chat.seePrompt('ann')
  expect(prompt.choices.map(({ id }) => id)).toContain('always')
  await chat.press('ann', prompt, 'always')
  await rig.bot.idle()
  await rig.restart()
  await chat.say('ann', '/new')
  await chat.say('ann', '!bash touch one\n!say done')
  await chat.seeEnd('ann', /^done$/)
  expect(prompts(chat, 'ann')).toHaveLength(1)
  await chat.say('bob', '!bash touch one')
  await chat.seePrompt('bob')
})

test('the connection to the chat breaks while somebody is asked: the button still works', async () => {
  const { chat, dir } = await startRig()
  await chat.say('ann', '!write kept.txt yes')
  const prompt = await chat.seePrompt('ann')
  chat.drop()
  expect(await chat.press('ann', prompt, 'once')).toBe('accepted')
  await chat.seeEnd('ann', /kept\.txt/)
  expect(await fileOf(dir, 'kept.txt')).toBe('yes')
  expect(prompts(chat, 'ann').map(settled)).toEqual(['Allow once'])
})

/** To read a file outside of the workspace, twice in one message of Claude's. */
async function askedTwice(): Promise<{ readonly chat: FakeChat; readonly prompt: PromptReply }> {
  const { chat, dir } = await startRig()
  await writeFile(join(dir, 'outside.txt'), 'what it holds')
  await chat.say('ann', `!twice ${join(dir, 'outside.txt')}`)
  return { chat, prompt: await chat.seePrompt('ann') }
}

test('two requests for the same at once: leave for one use is asked for each, and the turn ends', async () => {
  const { chat, prompt } = await askedTwice()
  expect(await chat.press('ann', prompt, 'once')).toBe('accepted')
  const second = await chat.until(() =>
    prompts(chat, 'ann')
      .map(({ reply }) => reply)
      .find((reply) => reply.kind === 'prompt' && reply.prompt !== prompt.prompt),
  )
  if (second.kind !== 'prompt') throw new Error('not a prompt')
  expect(second.markdown).toBe(prompt.markdown)
  expect(await chat.press('ann', second, 'deny')).toBe('accepted')
  const { text } = await chat.seeEnd('ann', /what it holds/)
  expect(text).toContain('denied')
  expect(prompts(chat, 'ann').map(settled)).toEqual(['Allow once', 'Deny'])
})

test('two requests for the same at once: a refusal holds for both, and so does leave for the session', async () => {
  const denied = await askedTwice()
  await denied.chat.press('ann', denied.prompt, 'why', 'not that file')
  const { text } = await denied.chat.seeEnd('ann', /not that file/)
  expect(text.split('not that file')).toHaveLength(3)
  expect(prompts(denied.chat, 'ann')).toHaveLength(1)

  const allowed = await askedTwice()
  await allowed.chat.press('ann', allowed.prompt, 'session')
  const both = await allowed.chat.seeEnd('ann', /what it holds/)
  expect(both.text.split('what it holds')).toHaveLength(3)
  expect(prompts(allowed.chat, 'ann')).toHaveLength(1)
})
