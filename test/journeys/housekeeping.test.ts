import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startRig } from '../rig/bot.ts'

const dayMs = 86_400_000

test('a session that nobody used is put away at the next start, and /resume brings it back with its memory', async () => {
  const rig = await startRig({ sessions: { retentionDays: 30 } })
  const { chat } = rig
  await chat.say('ann', 'The word is heron.')
  await chat.seeEnd('ann', /heron/)
  await rig.restart()
  const conversation = 'user/scripted%3Aann'
  const record = await rig.bot.store.sessions.get(conversation)
  if (record === undefined) throw new Error('no session was kept')
  await rig.bot.store.sessions.set({ ...record, lastAt: Date.now() - 31 * dayMs })
  await rig.restart()
  const away = (): Promise<unknown> => rig.bot.store.sessions.get(conversation)
  await expect.poll(away, { timeout: 20_000 }).toBeUndefined()
  await chat.say('ann', '/sessions all')
  await chat.seeEnd('ann', /put away/)
  await chat.say('ann', '!say anew')
  await chat.seeEnd('ann', /was put away after a long time[^]*anew/)
  await chat.say('ann', '/resume 1')
  await chat.say('ann', '!recall')
  await chat.seeEnd('ann', /1\. The word is heron/)
})

test('copies that a dead turn left behind are gone after a start; those that a chat waits for arrive', async () => {
  const rig = await startRig({ claude: { permissionMode: 'acceptEdits' } })
  const { chat, dir } = rig
  chat.refuse('send', { code: 'auth', message: 'the token was revoked' })
  await chat.say('ann', '!write a.txt promised\n!tool mcp__chat__send_file {"path":"a.txt"}')
  const outbox = join(dir, 'data', 'outbox')
  await expect.poll(async () => (await readdir(outbox).catch(() => [])).length, { timeout: 20_000 }).toBe(1)
  await rig.bot.stop()
  await mkdir(join(outbox, 'orphan'))
  await writeFile(join(outbox, 'orphan', 'b.txt'), 'nobody waits for it')
  await rig.restart()
  expect(await readdir(outbox)).not.toContain('orphan')
  expect((await chat.see('ann', ({ reply }) => reply.kind === 'file')).content?.toString()).toBe('promised')
})

test('whoever has too large a workspace is told once a day', async () => {
  const rig = await startRig()
  const { chat } = rig
  await chat.say('ann', '!say hello')
  await chat.seeEnd('ann', /^hello$/)
  const [home = ''] = await readdir(join(rig.dir, 'data', 'users'))
  await writeFile(join(rig.dir, 'data', 'users', home, 'workspace', 'big'), Buffer.alloc(3 * 1024 ** 2))
  const sessions = { workspaceQuota: '2MB' }
  await rig.restart({ sessions })
  await chat.see('ann', /holds 3 MB; it should stay below 2 MB/)
  await rig.restart({ sessions })
  await chat.say('ann', '!say again')
  await chat.seeEnd('ann', /^again$/)
  expect(chat.in('ann').filter(({ text }) => text.includes('holds 3 MB'))).toHaveLength(1)
})

test('/why says what a conversation waits for, and sends again what could not be sent', async () => {
  const { chat, bot } = await startRig({}, { can: ['edit', 'find'] })
  await chat.say('ann', '/why')
  await chat.seeEnd('ann', /Nothing is waiting/)
  await chat.say('ann', '!write a.txt x')
  const prompt = await chat.seePrompt('ann')
  await chat.say('ann', '!say behind')
  await chat.say('ann', '/why')
  const waits = await chat.seeEnd('ann', /waits for somebody to decide/)
  expect(waits.text).toMatch(/Waiting behind it: 1 message of yours/)
  await chat.press('ann', prompt, 'once')
  await chat.seeEnd('ann', /^behind$/)
  await bot.idle()
  chat.refuse('send', { code: 'auth', message: 'the token was revoked' })
  await chat.say('ann', '/history 1')
  await chat.refused()
  await chat.say('ann', '/why')
  await chat.seeEnd('ann', /could not be sent yet/)
  await chat.say('ann', '/why retry')
  await chat.seeEnd('ann', /^\*\*Claude\*\*[^]*behind$/)
  await bot.idle()
})
