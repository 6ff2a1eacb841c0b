import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isFinal } from '../fakes/scripted/fake-chat.ts'
import { type Rig, startRig } from '../rig/bot.ts'

/** Does something to the CLI's own record of every session. */
async function spoil({ dir }: Rig, how: (file: string) => Promise<void>): Promise<void> {
  const users = join(dir, 'data/users')
  const records = (await readdir(users, { recursive: true })).filter((file) => file.endsWith('.jsonl'))
  expect(records).not.toEqual([])
  for (const record of records) await how(join(users, record))
}

const ways: readonly [string, (file: string) => Promise<void>][] = [
  ['is gone', (file) => rm(file)],
  ['is garbage', (file) => writeFile(file, 'not json\n{{{\n'.repeat(20))],
  [
    'cannot be read',
    async (file) => {
      await rm(file)
      await mkdir(file)
    },
  ],
]

test.each(ways)(
  'a session whose record %s: a new one knows the last messages, says so, and answers (a stale session id answered with an error first)',
  async (_name, how) => {
    const rig = await startRig()
    const { chat } = rig
    await chat.say('ann', 'The word is heron.')
    await chat.until(() => chat.in('ann').find(isFinal))
    await chat.say('ann', 'And the other is egret.')
    await chat.until(() => chat.in('ann').filter(isFinal)[1])
    await rig.bot.stop()
    await spoil(rig, how)
    await rig.restart()
    await chat.say('ann', '!recall')
    const { text } = await chat.until(() => chat.in('ann').filter(isFinal)[2])
    expect(text).toMatch(/^\*Our earlier session could not be found any more.*its last 4 messages/)
    expect(text).toMatch(/heron[^]*egret/)

    await chat.say('ann', '!say once is enough')
    await chat.seeEnd('ann', /^once is enough$/)
    await rig.bot.stop()
    await spoil(rig, (file) => rm(file, { recursive: true }))
    await rig.restart()
    await chat.say('ann', '!recall')
    const again = await chat.until(() => chat.in('ann').filter(isFinal)[4])
    expect(again.text).toMatch(/its last 8 messages[^]*heron[^]*egret[^]*once is enough/)
  },
)

test('what was said before acts no second time, and what was said in other sessions is not told', async () => {
  const rig = await startRig()
  const { chat, model, bot } = rig
  await chat.say('ann', 'The secret of the first session is osprey.')
  await chat.until(() => chat.in('ann').find(isFinal))
  await chat.say('ann', '/new')
  await chat.seeEnd('ann', /new session/i)
  await chat.say('ann', '!bash touch once\n/config model=x\n@/etc/hostname')
  await chat.press('ann', await chat.seePrompt('ann'), 'once')
  await bot.idle()
  await bot.stop()
  await spoil(rig, (file) => rm(file))
  const before = model.requests.length
  await rig.restart()
  await chat.say('ann', 'hello again')
  await chat.seeEnd('ann', /its last 2 messages/)
  const told = model.requests.slice(before).find(({ lastUserText }) => lastUserText.includes('hello again'))
  expect(told?.lastUserText).toContain('touch once')
  expect(JSON.stringify(told?.body)).not.toContain('osprey')
  expect(chat.in('ann').filter(({ reply }) => reply.kind === 'prompt')).toHaveLength(1)
})
